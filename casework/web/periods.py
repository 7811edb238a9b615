"""The roll-calls of a school's day: bells, dormitory and bus checks, from when and until when."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, time

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.i18n import say
from casework.permissions import Actor, Permission
from casework.services.pages.periods import DAYS, UNIT_KINDS, WEEKDAYS, periods_page
from casework.services.rolls import periods
from casework.services.rolls.shapes import NewPeriod
from casework.text import N_, Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("periods", __name__, url_prefix="/periods")
END_REASON = "end_reason"
NOT_TIME = N_("This time cannot be read. Choose it again.")


@blueprint.get("")
@requires(Permission.ROLL_READ)
def show(problem: Problem | None = None) -> str:
    """What holds and will hold, and the form of a change; after a refusal with what was typed."""
    change = forms.whole(request.values.get("change"))
    with reading() as session:
        page = periods_page(session, current_actor(), _unit() or None, change)
    return render_template(
        "periods.html",
        page=page,
        unit_kinds=UNIT_KINDS,
        days=DAYS,
        weekdays=WEEKDAYS,
        problem=problem,
        typed=request.form or MultiDict(),
    )


@blueprint.post("")
@requires(Permission.CALENDAR_KEEP)
def save() -> ResponseReturnValue:
    """Enter a roll-call, or change one from a day on."""

    def entered(session: Session, actor: Actor) -> None:
        given = request.form
        weekdays = "".join(one for one in given.getlist("weekdays") if one in WEEKDAYS)
        new = NewPeriod(
            code=given.get("code", "") or f"p{secrets.token_hex(4)}",
            name=given.get("name", ""),
            unit_kind=given.get("unit_kind", ""),
            bell=_bell(given.get("bell", "")),
            days=given.get("days", "school"),
            weekdays="" if len(weekdays) == len(WEEKDAYS) else weekdays,
        )
        from_on, reason = _day("from_on"), given.get("reason", "")
        periods.set_period(session, actor, _unit(), new, from_on=from_on, reason=reason)

    return _written(entered)


@blueprint.post("/defaults")
@requires(Permission.CALENDAR_KEEP)
def defaults() -> ResponseReturnValue:
    """Begin with what is proposed."""

    def entered(session: Session, actor: Actor) -> None:
        for new in periods.propose_defaults(session, actor, _unit()):
            named = replace(new, name=say(Text(new.name)))
            periods.set_period(session, actor, _unit(), named)

    return _written(entered)


@blueprint.post("/<int:period_id>/end")
@requires(Permission.CALENDAR_KEEP)
def end(period_id: int) -> ResponseReturnValue:
    """Call a roll up to a day and no longer."""

    def ended(session: Session, actor: Actor) -> None:
        until_on = _day("until_on")
        if until_on is None:
            raise Invalid({"until_on": [Text(NOT_DATE)]})
        reason = request.form.get(END_REASON, "")
        with _named():
            periods.end_period(session, actor, period_id, until_on=until_on, reason=reason)

    return _written(ended)


def _written(do: Callable[[Session, Actor], None]) -> ResponseReturnValue:
    def written() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor())
        return redirect(url_for("periods.show", unit=_unit(), done=1), 303)

    return forms.attempt(written, show)


@contextmanager
def _named() -> Iterator[None]:
    """Name what is wrong as the form of the end calls it: the page has two reasons."""
    try:
        yield
    except Invalid as error:
        names = {"reason": END_REASON}
        errors = {names.get(name, name): texts for name, texts in error.errors.items()}
        raise Invalid(errors) from None


def _unit() -> int:
    return forms.whole(request.values.get("unit")) or 0


def _bell(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise Invalid({"bell": [Text(NOT_TIME)]}) from None


def _day(name: str) -> date | None:
    text = request.form.get(name, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Invalid({name: [Text(NOT_DATE)]}) from None
