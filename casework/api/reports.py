"""The numbered reports of a case, for programs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import jsonify
from flask.typing import ResponseReturnValue
from marshmallow import fields

from casework.api.parsing import StrictBlueprint
from casework.api.schemas import Strict
from casework.http import current_actor, reading, record_reading, requires
from casework.permissions import Permission
from casework.services.reports.listing import listing, waiting
from casework.services.scope import load_case
from casework.workflows.reports import ReportMark

blueprint = StrictBlueprint("api_reports", __name__, url_prefix="/api/v1")


class WaitingQuery(Strict):
    """For which mark the reports wait."""

    mark = fields.Enum(ReportMark, by_value=True, load_default=ReportMark.ACKNOWLEDGED)


@blueprint.get("/reports")
@requires(Permission.CASE_READ)
@blueprint.arguments(WaitingQuery, location="query")
@blueprint.response(200)
def list_waiting(query: Mapping[str, Any]) -> ResponseReturnValue:
    """The reports of open cases that wait to be signed, acknowledged or relayed, longest first."""
    with reading() as session:
        return jsonify(waiting(session, current_actor(), query["mark"]))


@blueprint.get("/cases/<number>/reports")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
@blueprint.response(200)
def read_reports(number: str) -> ResponseReturnValue:
    """Every version of every report with its hash, and the casualty figures over time."""
    with reading() as session:
        found = listing(session, load_case(session, current_actor(), number))
    record_reading(number, "report")
    return jsonify(found)
