"""To acknowledge: the levels that call somebody, one tap, and the telephone call of an officer."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import clock
from casework.clock import LOCAL
from casework.errors import Invalid
from casework.http import current_actor, reading, requires, safe_next, transaction
from casework.http.errors import Problem
from casework.permissions import Permission
from casework.services.calls import answering
from casework.services.messages import mark_read_of
from casework.services.pages import calls as pages
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_INSTANT

blueprint = Blueprint("calls", __name__)


@blueprint.get("/calls")
@requires(Permission.MESSAGE_READ)
def index() -> str:
    """What waits to be acknowledged by me, or by me as well."""
    done = forms.whole(request.args.get("done"))
    with reading() as session:
        actor = current_actor()
        found = pages.calls_of_actor(session, actor)
        answered = pages.answered(session, actor, done) if done else None
    return render_template("calls.html", calls=found, answered=answered)


@blueprint.post("/escalations/<int:escalation_id>/acknowledge")
@requires(Permission.MESSAGE_READ)
def acknowledge(escalation_id: int) -> ResponseReturnValue:
    """One tap; a second one changes nothing."""
    with transaction() as session:
        actor = current_actor()
        answering.acknowledge(session, actor, escalation_id)
        mark_read_of(session, actor, escalation_id, clock.now())
    back = safe_next(request.form.get("next"))
    return redirect(back or url_for("calls.index", done=escalation_id), 303)


@blueprint.get("/escalations/<int:escalation_id>/phone")
@requires(Permission.MESSAGE_READ)
def phone(escalation_id: int, problem: Problem | None = None) -> str:
    """The form on which an officer records with whom he has spoken."""
    with reading() as session:
        page = pages.phone_page(session, current_actor(), escalation_id)
    return render_template(
        "call_phone.html", page=page, problem=problem, typed=request.form, now=clock.now()
    )


@blueprint.post("/escalations/<int:escalation_id>/phone")
@requires(Permission.MESSAGE_READ)
def record_phone(escalation_id: int) -> ResponseReturnValue:
    """The person has taken note by telephone."""

    def recorded() -> ResponseReturnValue:
        user_id, at = forms.whole(request.form.get("user_id")), _at()
        with transaction() as session:
            answering.acknowledge_by_phone(session, current_actor(), escalation_id, user_id, at)
        return redirect(url_for("calls.index", done=escalation_id), 303)

    return forms.attempt(recorded, lambda problem: phone(escalation_id, problem))


def _at() -> datetime:
    try:
        at = datetime.fromisoformat(request.form.get("at", ""))
    except ValueError:
        raise Invalid({"at": [Text(NOT_INSTANT)]}) from None
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)
