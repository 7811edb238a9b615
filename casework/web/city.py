"""The city's board."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.city import city_page

blueprint = Blueprint("city", __name__)


@blueprint.get("/city")
@requires(Permission.BOARD_READ)
def show() -> str:
    """County by county, the worst first."""
    args = request.args
    with reading() as session:
        page = city_page(
            session, current_actor(), args.get("case_type", ""), args.get("sort", "worst")
        )
    return render_template("city.html", page=page)
