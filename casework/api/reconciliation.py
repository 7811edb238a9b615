"""The reconciliation of a day for programs: each school's figures, and how quiet it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, fields

from casework import clock
from casework.api.parsing import StrictBlueprint
from casework.api.schemas import Strict, whole
from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.reconciliation.listing import of_bureau

blueprint = StrictBlueprint("api_reconciliation", __name__, url_prefix="/api/v1")


class ReconciliationQuery(Strict):
    """Of which day (today, unless asked) and of which bureau (the own one)."""

    on = fields.Date()
    unit_id = whole()


class ReconciledSlot(Schema):
    """One attestation that is owed: signed, due or missing."""

    slot = fields.String()
    state = fields.String()


class ReconciledSchool(Schema):
    """One school on one day; the expected number is None where it cannot be judged."""

    unit_id = fields.Integer()
    unit = fields.String()
    on = fields.Date()
    rolls_expected = fields.Integer()
    rolls_saved = fields.Integer()
    zero_reports = fields.List(fields.Nested(ReconciledSlot))
    cases = fields.Integer()
    signals = fields.Integer()
    contradictions = fields.Integer()
    flags = fields.Integer()
    reported_in_a_year = fields.Integer()
    expected_in_a_year = fields.Float(allow_none=True)
    judgement = fields.String()


@blueprint.get("/reconciliation")
@requires(Permission.BOARD_READ)
@blueprint.arguments(ReconciliationQuery, location="query")
@blueprint.response(200, ReconciledSchool(many=True))
def reconcile(query: Mapping[str, Any]) -> Any:
    """The own schools of a bureau on a day, the worst first."""
    with reading() as session:
        on = query.get("on") or clock.today()
        return of_bureau(session, current_actor(), on, query.get("unit_id"))
