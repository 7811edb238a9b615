"""The first page: what must I do, and by when."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.http import current_actor, reading, requires
from casework.services.pages.today import today_page

blueprint = Blueprint("today", __name__)


@blueprint.get("/")
@requires()
def show() -> str:
    """The person's duties, nearest first, and what waits for their approval."""
    with reading() as session:
        page = today_page(session, current_actor())
    return render_template("today.html", page=page)
