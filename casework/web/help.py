"""How a kind of case goes: for everybody who is logged in."""

from __future__ import annotations

from flask import Blueprint, render_template

from casework.http import current_actor, reading, requires
from casework.services.pages.filing import kinds
from casework.services.pages.help import help_page

blueprint = Blueprint("help", __name__, url_prefix="/help")


@blueprint.get("")
@requires()
def index() -> str:
    """The kinds of cases."""
    return render_template("help_index.html", kinds=kinds())


@blueprint.get("/<case_type>")
@requires()
def show(case_type: str) -> str:
    """One kind, from the report to its end."""
    with reading() as session:
        page = help_page(session, current_actor(), case_type)
    return render_template("help.html", page=page)
