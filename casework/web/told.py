"""Who was told of a case, in which ways, and who has confirmed it."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from casework.http import current_actor, reading, record_reading, requires
from casework.permissions import Permission
from casework.services.pages.told import told_page
from casework.web.forms import whole

blueprint = Blueprint("told", __name__)


@blueprint.get("/cases/<number>/told")
@requires(Permission.CASE_READ, Permission.CASE_FILE)
def show(number: str) -> str:
    """One table, the newest first, for those who see the whole case."""
    with reading() as session:
        page = told_page(session, current_actor(), number, whole(request.args.get("page")) or 1)
    record_reading(number, "told")
    return render_template("told.html", page=page)
