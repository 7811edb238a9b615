"""Zero reports: what each school attests for a day, and what the bureau sees of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework import clock
from casework.api import schemas
from casework.api.parsing import StrictBlueprint
from casework.http import current_actor, reading, requires, transaction
from casework.permissions import Permission
from casework.services.zero_reports import attesting, listing

blueprint = StrictBlueprint("api_zero_reports", __name__, url_prefix="/api/v1")


@blueprint.post("/zero-reports")
@requires(Permission.ZERO_SIGN)
@blueprint.arguments(schemas.ZeroReportRequest)
@blueprint.response(201, schemas.ZeroReportAnswer)
def attest(given: Mapping[str, Any]) -> Any:
    """Sign the day of a school: nothing to report, or its cases; it never changes again."""
    wanted = dict(given)
    unit_id = wanted.pop("unit_id")
    with transaction() as session:
        actor = current_actor()
        row = attesting.attest(session, actor, unit_id, **wanted)
        found = listing.of_day(session, actor, row.on)
    return next(one for one in found if one["id"] == row.id)


@blueprint.get("/zero-reports")
@requires(Permission.ZERO_READ)
@blueprint.arguments(schemas.ZeroReportsQuery, location="query")
@blueprint.response(200, schemas.ZeroReportAnswer(many=True))
def list_zero_reports(query: Mapping[str, Any]) -> Any:
    """What is owed and attested for a day (today, unless asked) by the schools in scope."""
    with reading() as session:
        return listing.of_day(session, current_actor(), query.get("on") or clock.today())
