"""One report of a case as a page of its own, fit for printing."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.http import current_actor, reading, record_reading, requires
from casework.permissions import Permission
from casework.services.pages.reports import paper

blueprint = Blueprint("reports", __name__, url_prefix="/cases")


@blueprint.get("/<number>/reports/<int:seq>")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
def show(number: str, seq: int) -> str:
    """The report that this event of the case made; that it was read is recorded."""
    with reading() as session:
        page = paper(session, current_actor(), number, seq)
    record_reading(number, "report")
    return render_template("report_paper.html", page=page)
