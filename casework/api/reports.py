"""The numbered reports of a case, for programs."""

from __future__ import annotations

from flask import jsonify
from flask.typing import ResponseReturnValue

from casework.api.parsing import StrictBlueprint
from casework.http import current_actor, reading, record_reading, requires
from casework.permissions import Permission
from casework.services.reports.listing import listing
from casework.services.scope import load_case

blueprint = StrictBlueprint("api_reports", __name__, url_prefix="/api/v1/cases")


@blueprint.get("/<number>/reports")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
@blueprint.response(200)
def read_reports(number: str) -> ResponseReturnValue:
    """Every version of every report with its hash, and the casualty figures over time."""
    with reading() as session:
        found = listing(session, load_case(session, current_actor(), number))
    record_reading(number, "report")
    return jsonify(found)
