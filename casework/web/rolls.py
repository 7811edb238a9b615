"""点名: calling a roll, what came of it, its correction, and the rolls of a school on one day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import ROLE_LABELS, Permission
from casework.services.pages import roll as pages
from casework.services.pages import roll_school
from casework.services.rolls import correcting, saving
from casework.services.rolls.shapes import NewRoll
from casework.text import N_, Text
from casework.web import forms
from casework.web.roll_worker import version
from casework.web.rolls_sent import mark_of, saved_at
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("rolls", __name__)
WORDS = {
    "short": pages.SHORT,
    "states": pages.STATES,
    "doubts": pages.DOUBTS,
    "role_labels": ROLE_LABELS,
}
"""What the templates of saved rolls put into words."""
SAME = N_("Nothing has been changed: choose what is right for at least one pupil.")


@blueprint.get("/roll")
@requires(Permission.ROLL_CALL)
def call(problem: Problem | None = None) -> str:
    """The own class and the present period, or those that the address names."""
    given = request.values
    unit_id, on = forms.whole(given.get("unit_id")), _day(given.get("on"))
    with reading() as session:
        page = pages.call_page(session, current_actor(), unit_id, on, given.get("period", ""))
    return render_template(
        "roll.html",
        page=page,
        kinds=pages.KINDS,
        worker=version(),
        problem=problem,
        typed={name: request.form.getlist(name) for name in request.form},
        **WORDS,
    )


@blueprint.post("/roll")
@requires(Permission.ROLL_CALL)
def save() -> ResponseReturnValue:
    """Save a roll that a browser without scripts has sent."""
    return forms.attempt(_save, call)


def _save() -> ResponseReturnValue:
    given = request.form
    marks = [mark_of(one, given.get(f"kind.{one}", "")) for one in _ids("away")]
    here = sum(one.kind == "late" for one in marks) + len(_ids("listed")) - len(marks)
    new = NewRoll(
        unit_id=forms.whole(given.get("unit_id")) or 0,
        on=_day(given.get("on")) or date.min,
        period=given.get("period", ""),
        present=here,
        absent=marks,
        key=given.get("form_key", "")[:64],
    )
    with transaction() as session:
        saved = saving.save_roll(session, current_actor(), new)
    return redirect(saved_at(saved), 303)


@blueprint.get("/roll/saved")
@requires(Permission.ROLL_READ)
def saved() -> str:
    """What came of a roll: who was not there, what the system has begun, what is next."""
    given = request.args
    unit_id, on = forms.whole(given.get("unit_id")) or 0, _day(given.get("on")) or date.min
    with reading() as session:
        place = (unit_id, on, given.get("period", ""))
        page = pages.saved_page(session, current_actor(), *place, given.getlist("proposed"))
    return render_template("roll_saved.html", page=page, worker=version(), **WORDS)


@blueprint.get("/roll/<int:rollcall_id>/correct")
@requires(Permission.ROLL_CALL)
def correct(rollcall_id: int, problem: Problem | None = None) -> str:
    """The form of a correction, the first roll beside it."""
    with reading() as session:
        page = pages.correct_page(session, current_actor(), rollcall_id)
    return render_template(
        "roll_correct.html",
        page=page,
        problem=problem,
        typed=request.form,
        **WORDS,
    )


@blueprint.post("/roll/<int:rollcall_id>/correct")
@requires(Permission.ROLL_CALL)
def corrected(rollcall_id: int) -> ResponseReturnValue:
    """Correct a roll; the first one stays."""

    def done() -> ResponseReturnValue:
        given = request.form
        changes = [
            mark_of(one, given[f"kind.{one}"])
            for one in _ids("listed")
            if given.get(f"kind.{one}", "") != given.get(f"was.{one}", "")
        ]
        if not changes:
            raise Invalid({"refusals": [Text(SAME)]})
        with transaction() as session:
            reason = given.get("reason", "")
            found = correcting.correct_roll(session, current_actor(), rollcall_id, changes, reason)
        return redirect(saved_at(found), 303)

    return forms.attempt(done, lambda problem: correct(rollcall_id, problem))


@blueprint.get("/rolls")
@requires(Permission.ROLL_READ)
def index() -> str:
    """The rolls of a school on one day, by class and period, with who is to be called."""
    given = request.args
    with reading() as session:
        page = roll_school.school_day(
            session, current_actor(), forms.whole(given.get("unit")), _day(given.get("on"))
        )
    return render_template("rolls.html", page=page, states=pages.STATES)


def _ids(name: str) -> Sequence[int]:
    found = map(forms.whole, request.form.getlist(name))
    return [one for one in found if one is not None]


def _day(text: str | None) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({"on": [Text(NOT_DATE)]}) from None
