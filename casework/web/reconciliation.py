"""The bureau's reconciliation: a day by school, what proves it, and who is strangely quiet."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import clock
from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.pages.reconciliation import JUDGEMENTS, MARKS, reconciliation_page
from casework.services.pages.reconciliation_school import school_day_page
from casework.services.pages.signal_rows import STATES
from casework.services.pages.zero_reports import SLOTS
from casework.services.reconciliation.asking import record_asked
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconciliation")


@blueprint.get("")
@requires(Permission.BOARD_READ)
def show() -> str:
    """The schools of a bureau on a day, the worst first."""
    args = request.args
    with reading() as session:
        page = reconciliation_page(
            session,
            current_actor(),
            _day(args.get("on", "")),
            forms.whole(args.get("unit_id")),
            forms.whole(args.get("page")) or 1,
        )
    return render_template(
        "reconciliation.html", page=page, marks=MARKS, judgements=JUDGEMENTS, slots=SLOTS
    )


@blueprint.get("/schools/<int:school_id>")
@requires(Permission.BOARD_READ)
def school(school_id: int, problem: Problem | None = None) -> str:
    """The lists behind one line."""
    with reading() as session:
        on = _day(request.values.get("on", ""))
        page = school_day_page(session, current_actor(), school_id, on)
    return render_template(
        "reconciliation_school.html",
        page=page,
        marks=MARKS,
        judgements=JUDGEMENTS,
        slots=SLOTS,
        states=STATES,
        problem=problem,
        typed=request.form,
    )


@blueprint.post("/schools/<int:school_id>/asked")
@requires(Permission.BOARD_READ)
def ask(school_id: int) -> ResponseReturnValue:
    """Keep that the school was asked about its silence."""
    return forms.attempt(lambda: _ask(school_id), lambda problem: school(school_id, problem))


def _ask(school_id: int) -> ResponseReturnValue:
    on = _day(request.form.get("on", "")) or clock.today()
    with transaction() as session:
        record_asked(session, current_actor(), school_id, on, request.form.get("answer", ""))
    target = url_for("reconciliation.school", school_id=school_id, on=on.isoformat())
    return redirect(f"{target}#silence", 303)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": [Text(NOT_DATE)]}) from None
