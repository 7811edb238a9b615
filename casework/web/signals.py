"""线索: the queue, entering one, seeing an alarm, and disposing of a signal."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework.clock import LOCAL
from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.i18n import say
from casework.permissions import Actor, Permission
from casework.services.pages import signals as pages
from casework.services.pages.filing import filing_page
from casework.services.pages.forms import filing_form
from casework.services.pages.intake import talk_of
from casework.services.signals import disposing, explaining, receiving, seeing
from casework.services.signals.kinds import KINDS
from casework.text import N_, Text
from casework.web import forms
from casework.web.once import once
from casework.workflows.forms import NOT_INSTANT

blueprint = Blueprint("signals", __name__, url_prefix="/signals")
ENTER, DISPOSE = Permission.SIGNAL_ENTER, Permission.SIGNAL_DISPOSE
REAL = "real"
FOUND = {
    "nothing": N_("I have been there: nothing is wrong."),
    REAL: N_("I have been there: it is real, help is needed."),
}
"""What one tap says of an alarm."""
NAMES = 3
"""How many people the form asks for."""


@blueprint.get("")
@requires(ENTER, DISPOSE)
def index() -> str:
    """The signals in reach, what is to be done first."""
    args = request.args
    with reading() as session:
        page = pages.queue_page(
            session,
            current_actor(),
            args.get("state", "pending"),
            args.get("kind", ""),
            forms.whole(args.get("cursor")),
        )
    return render_template("signals.html", page=page)


@blueprint.get("/new")
@requires(ENTER)
def new(problem: Problem | None = None) -> str:
    """The form on which a call or a warning is entered."""
    with reading() as session:
        page = pages.entry_page(session, current_actor())
    return render_template(
        "signal_new.html", page=page, problem=problem, typed=request.form, rows=range(NAMES)
    )


@blueprint.post("/new")
@requires(ENTER)
def enter() -> ResponseReturnValue:
    """Keep it; a refusal shows the form again."""
    return forms.attempt(_enter, new)


@blueprint.get("/<int:signal_id>")
@requires(ENTER, DISPOSE)
def show(signal_id: int, problem: Problem | None = None) -> str:
    """One signal, what it may be about, and what can be done."""
    with reading() as session:
        page = pages.signal_page(session, current_actor(), signal_id)
        talk = talk_of(session, current_actor(), signal_id)
    return render_template("signal.html", page=page, talk=talk, problem=problem, typed=request.form)


@blueprint.post("/<int:signal_id>/seen")
@requires(ENTER)
def see(signal_id: int) -> ResponseReturnValue:
    """Confirm an alarm: one tap, with words if there is more to say."""
    found = request.form.get("found", "")
    said = say(Text(FOUND[found])) if found in FOUND else ""
    what = " ".join(part for part in (said, request.form.get("what", "").strip()) if part)
    real = found == REAL if found in FOUND else None
    return _act(
        signal_id, lambda session, actor: seeing.see(session, actor, signal_id, what, real=real)
    )


@blueprint.post("/<int:signal_id>/match")
@requires(DISPOSE)
def match(signal_id: int) -> ResponseReturnValue:
    """It belongs to a case that is filed."""
    given = request.form

    def do(session: Session, actor: Actor) -> None:
        number = given.get("case", "") or given.get("other_case", "").strip()
        reason = given.get("reason", "")
        knowledge = _knowledge()
        disposing.match(session, actor, signal_id, number, reason=reason, knowledge=knowledge)

    return _act(signal_id, do)


@blueprint.post("/<int:signal_id>/explain")
@requires(DISPOSE)
def explain(signal_id: int) -> ResponseReturnValue:
    """It becomes no case; somebody else must agree."""
    reason = request.form.get("explanation", "")
    return _act(
        signal_id, lambda session, actor: explaining.explain(session, actor, signal_id, reason)
    )


@blueprint.post("/<int:signal_id>/decision")
@requires(DISPOSE)
def decide(signal_id: int) -> ResponseReturnValue:
    """The second person agrees, or refuses with a reason."""
    approve, reason = request.form.get("decision") == "approve", request.form.get("reason", "")
    return _act(
        signal_id,
        lambda session, actor: explaining.decide(
            session, actor, signal_id, approve=approve, reason=reason
        ),
    )


@blueprint.post("/<int:signal_id>/reopen")
@requires(DISPOSE)
def reopen(signal_id: int) -> ResponseReturnValue:
    """Take it up again."""
    reason = request.form.get("reason", "")
    return _act(
        signal_id, lambda session, actor: explaining.reopen(session, actor, signal_id, reason)
    )


@blueprint.get("/<int:signal_id>/open/<case_type>")
@requires(DISPOSE)
def opening(signal_id: int, case_type: str, problem: Problem | None = None) -> str:
    """The filing form of a kind of case, filled in with what the signal says."""
    typed = request.form
    with reading() as session:
        actor = current_actor()
        signal, school_id = pages.opening_page(session, actor, signal_id)
        unit_id = forms.whole(typed.get("unit_id")) or school_id
        page = filing_page(session, actor, case_type, unit_id)
    return render_template(
        "signal_open.html",
        page=page,
        signal=signal,
        problem=problem,
        typed=typed or _told(signal.signal, past_school=signal.past_school_only),
        rows=range(forms.BLANK_ROWS),
        danger=page.danger_always or forms.speaks_of_danger(typed),
        action=url_for("signals.open_case", signal_id=signal_id, case_type=case_type),
        draft=f"signal:{signal_id}:{case_type}",
    )


@blueprint.post("/<int:signal_id>/open/<case_type>")
@requires(DISPOSE)
def open_case(signal_id: int, case_type: str) -> ResponseReturnValue:
    """File the case that nobody has filed; ``refresh`` only shows another class."""
    if "refresh" in request.form:
        return opening(signal_id, case_type)

    def do(session: Session, actor: Actor) -> None:
        report = forms.report(case_type, filing_form(case_type), request.form)
        found = disposing.Opening(
            case_type,
            report.title,
            report.narrative,
            report.unit_id,
            report.occurred_at,
            report.people,
            report.fields,
            report.past_school,
        )
        disposing.open_case(session, actor, signal_id, found, knowledge=_knowledge())

    return _act(signal_id, do, lambda problem: opening(signal_id, case_type, problem))


def _act(
    signal_id: int,
    do: Callable[[Session, Actor], Any],
    again: Callable[[Problem], str] | None = None,
) -> ResponseReturnValue:
    """Do it once, however often the form is sent, and show the signal."""

    def send() -> ResponseReturnValue:
        with transaction() as session:
            actor = current_actor()

            def done() -> str:
                do(session, actor)
                return url_for("signals.show", signal_id=signal_id)

            where = once(session, actor, done)
        return redirect(where, 303)

    return forms.attempt(send, again or (lambda problem: show(signal_id, problem)))


def _enter() -> ResponseReturnValue:
    given = request.form
    names = (given.get(f"name.{row}", "").strip() for row in range(NAMES))
    signal = receiving.NewSignal(
        kind=given.get("kind", ""),
        unit_id=forms.whole(given.get("unit_id")) or 0,
        text=given.get("text", ""),
        received_at=_at("received_at"),
        occurred_at=_at("occurred_at"),
        people=tuple(receiving.Named(name) for name in names if name),
        contact=given.get("contact", ""),
        external_id=given.get("external_id", ""),
    )
    with transaction() as session:
        actor = current_actor()

        def entered() -> str:
            made = receiving.receive(session, actor, signal)
            return url_for("signals.show", signal_id=made.id)

        where = once(session, actor, entered)
    return redirect(where, 303)


def _knowledge() -> disposing.Knowledge:
    """What the form says of the school's knowledge; a time counts only with the answer yes."""
    given = request.form
    if given.get("school_knew") != "yes":
        return disposing.NOTHING
    since = _at("school_knew_at")
    if since is None:
        raise Invalid({"school_knew_at": [Text(NOT_INSTANT)]})
    return disposing.Knowledge(since, given.get("evidence", ""), given.get("knower", ""))


def _told(signal: Any, *, past_school: bool) -> MultiDict[str, str]:
    """What the filing form starts with; the school will read it, and who told must stay unknown."""
    shielded = KINDS[signal["kind"]].shielded
    found = {"narrative": "" if shielded else signal["text"] or ""}
    if signal["occurred_at"]:
        found["occurred_at"] = signal["occurred_at"].astimezone(LOCAL).strftime("%Y-%m-%dT%H:%M")
    for row, person in enumerate((signal["people"] or [])[: forms.BLANK_ROWS]):
        found[f"other.{row}.name"] = person["name"]
    if past_school or any(person["user_id"] for person in signal["people"] or []):
        found["past_school"] = "1"  # it may be about who would handle it
    return MultiDict(found)


def _at(name: str) -> datetime | None:
    """A time as the browser sends it: that of the wall."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({name: [Text(NOT_INSTANT)]}) from None
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)
