"""督查通报: the figures of a month, and the bulletin that is made of them."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request

from casework.errors import NotFound
from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.bulletins import WITHHELD_NAME, bulletin_page
from casework.web import forms

blueprint = Blueprint("bulletins", __name__, url_prefix="/bulletins")


@blueprint.get("")
@requires(Permission.BOARD_READ)
def show() -> str:
    """A month of a bureau; the last whole one unless another is asked for."""
    unit_id = forms.whole(request.args.get("unit"))
    with reading() as session:
        page = bulletin_page(session, current_actor(), unit_id, _month())
    return render_template("bulletin.html", page=page, withheld=WITHHELD_NAME)


def _month() -> date | None:
    text = request.args.get("month", "")
    try:
        return date.fromisoformat(f"{text}-01") if text else None
    except ValueError:
        raise NotFound from None
