"""The bureau's board and its page of one school."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.chips import STAGES
from casework.services.pages.county import Wanted, as_board_args, county_page
from casework.services.pages.school import school_page
from casework.web import forms

blueprint = Blueprint("county", __name__, url_prefix="/county")


@blueprint.get("")
@requires(Permission.BOARD_READ)
def show() -> str:
    """School by school, the worst first."""
    wanted = _wanted()
    with reading() as session:
        page = county_page(session, current_actor(), wanted)
    return render_template("county.html", page=page, args=as_board_args(wanted), stage_names=STAGES)


@blueprint.get("/schools/<int:school_id>")
@requires(Permission.BOARD_READ)
def school(school_id: int) -> str:
    """One school below the bureau."""
    with reading() as session:
        page = school_page(session, current_actor(), school_id)
    return render_template("school.html", page=page, stage_names=STAGES)


def _wanted() -> Wanted:
    args = request.args
    return Wanted(
        unit_id=forms.whole(args.get("unit_id")),
        case_type=args.get("case_type", ""),
        stage=args.get("stage", ""),
        level=forms.whole(args.get("level")),
        sort=args.get("sort", "worst"),
        page=forms.whole(args.get("page")) or 1,
    )
