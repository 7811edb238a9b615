"""The bureau's page."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.county import county_page

blueprint = Blueprint("county", __name__)


@blueprint.get("/county")
@requires(Permission.BOARD_READ)
def show() -> str:
    """School by school, the worst first."""
    with reading() as session:
        page = county_page(session, current_actor())
    return render_template("county.html", page=page)
