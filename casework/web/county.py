"""The bureau's board and its page of one school."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from casework.http import current_actor, reading, requires
from casework.permissions import Permission
from casework.services.pages.case_filters import as_args, from_args
from casework.services.pages.chips import STAGES
from casework.services.pages.county import Wanted, as_board_args, county_page
from casework.services.pages.flags import flags_page
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


@blueprint.get("/flags")
@requires(Permission.BOARD_READ)
def flags() -> str:
    """The standing flags that a figure counts."""
    filters = from_args(request.args)
    with reading() as session:
        place = forms.whole(request.args.get("page")) or 1
        page = flags_page(session, current_actor(), filters, place)
    return render_template("flags.html", page=page, args=as_args(filters))


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
