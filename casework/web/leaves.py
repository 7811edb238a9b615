"""Leave and sick notes: on file before the roll, they are marked on it already."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.pages.leaves import KINDS, leaves_page
from casework.services.rolls import leaves, revoking
from casework.services.rolls.shapes import NewLeave
from casework.text import N_, Text
from casework.web import forms
from casework.web.once import once
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("leaves", __name__, url_prefix="/leaves")
NOBODY = N_("Choose the pupil.")


@blueprint.get("")
@requires(Permission.ROLL_READ)
def index(problem: Problem | None = None) -> str:
    """Who is on leave, and the form of a new one; after a refusal with what was typed."""
    with reading() as session:
        page = leaves_page(session, current_actor(), _unit(), request.args.getlist("proposed"))
    return render_template(
        "leaves.html", page=page, kinds=KINDS, problem=problem, typed=request.form or MultiDict()
    )


@blueprint.post("")
@requires(Permission.ROLL_CALL)
def record() -> ResponseReturnValue:
    """Put a leave on file."""
    return forms.attempt(_record, index)


def _record() -> ResponseReturnValue:
    given = request.form
    from_on = _day("from_on")
    new = NewLeave(
        student_id=forms.whole(given.get("student_id")) or 0,
        kind=given.get("kind", ""),
        from_on=from_on,
        until_on=_day("until_on") if given.get("until_on") else from_on,
        said_by=given.get("said_by", ""),
        channel=given.get("channel", ""),
        period=given.get("period", ""),
        symptoms=given.getlist("symptoms") if given.get("kind") == "sick" else (),
    )
    if not new.student_id:
        raise Invalid({"student_id": [Text(NOBODY)]})
    with transaction() as session:
        actor = current_actor()

        def recorded() -> str:
            found = leaves.record_leave(session, actor, new)
            steps = [f"{one.number}:{one.action}" for one in found.proposals]
            return url_for("leaves.index", unit=_unit(), done=1, proposed=steps)

        where = once(session, actor, recorded)
    return redirect(where, 303)


@blueprint.post("/<int:leave_id>/revoke")
@requires(Permission.ROLL_CALL)
def revoke(leave_id: int) -> ResponseReturnValue:
    """Take a leave back, with the reason; it stays on the list."""

    def revoked() -> ResponseReturnValue:
        with transaction() as session:
            revoking.revoke_leave(
                session, current_actor(), leave_id, request.form.get("reason", "")
            )
        return redirect(url_for("leaves.index", unit=_unit(), done=1), 303)

    return forms.attempt(revoked, index)


def _unit() -> int | None:
    return forms.whole(request.values.get("unit"))


def _day(name: str) -> date:
    try:
        return date.fromisoformat(request.form.get(name, ""))
    except ValueError:
        raise Invalid({name: [Text(NOT_DATE)]}) from None
