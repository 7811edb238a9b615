"""The calendar of schools: terms, special periods and closures, shown, entered and changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Actor, Permission
from casework.services import school_days
from casework.services import school_days_changed as changes
from casework.services.pages.calendar import KINDS, calendar_page
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
SPECIAL, CLOSURE = "special_", "closure_"
"""What the entries of these forms begin with: the page has several."""


@blueprint.get("")
@requires(Permission.ZERO_READ)
def show(problem: Problem | None = None, which: str = "") -> str:
    """What is in force; after a refusal with what was typed."""
    within = forms.whole(request.values.get("within"))
    with reading() as session:
        page = calendar_page(session, current_actor(), within)
    return render_template(
        "calendar.html",
        page=page,
        kinds=KINDS,
        problem=problem,
        which=which,
        typed=request.form or MultiDict(),
    )


@blueprint.post("/terms")
@requires(Permission.CALENDAR_KEEP)
def term() -> ResponseReturnValue:
    """Enter a term."""

    def entered(session: Session, actor: Actor) -> None:
        unit_id, name = forms.whole(request.form.get("unit")) or 0, request.form.get("name", "")
        school_days.add_term(session, actor, unit_id, name, _day("from_on"), _day("until_on"))

    return _written("term", entered)


@blueprint.post("/special")
@requires(Permission.CALENDAR_KEEP)
def special() -> ResponseReturnValue:
    """Enter a special period."""

    def entered(session: Session, actor: Actor) -> None:
        given = {name: request.form.get(SPECIAL + name, "") for name in ("unit", "kind", "name")}
        with _prefixed(SPECIAL):
            school_days.add_special(
                session,
                actor,
                forms.whole(given["unit"]) or 0,
                given["kind"],
                given["name"],
                _day("from_on", SPECIAL),
                _day("until_on", SPECIAL),
                forms.whole(request.form.get(SPECIAL + "times")) or 0,
            )

    return _written("special", entered)


@blueprint.post("/closures")
@requires(Permission.CALENDAR_KEEP)
def closure() -> ResponseReturnValue:
    """Enter that a county, a school or a part of it is closed."""

    def entered(session: Session, actor: Actor) -> None:
        unit_id = forms.whole(request.form.get(f"{CLOSURE}unit")) or 0
        name = request.form.get(f"{CLOSURE}name", "")
        with _prefixed(CLOSURE):
            days = _day("from_on", CLOSURE), _day("until_on", CLOSURE)
            school_days.add_closure(session, actor, unit_id, name, *days)

    return _written("closure", entered)


@blueprint.post("/<kind>/<int:row_id>/end")
@requires(Permission.CALENDAR_KEEP)
def end(kind: str, row_id: int) -> ResponseReturnValue:
    """Give an entry another last day."""
    which = f"{kind}-{row_id}"

    def ended(session: Session, actor: Actor) -> None:
        reason = request.form.get(f"{which}-reason", "")
        with _prefixed(f"{which}-"):
            last = _day("until_on", f"{which}-")
            changes.end(session, actor, kind, row_id, until_on=last, reason=reason)

    return _written(which, ended)


@blueprint.post("/<kind>/<int:row_id>/taking-back")
@requires(Permission.CALENDAR_KEEP)
def take_back(kind: str, row_id: int) -> ResponseReturnValue:
    """Take back an entry that has not begun."""
    which = f"{kind}-{row_id}"

    def taken(session: Session, actor: Actor) -> None:
        reason = request.form.get(f"{which}-reason", "")
        with _prefixed(f"{which}-"):
            changes.take_back(session, actor, kind, row_id, reason=reason)

    return _written(which, taken)


def _written(which: str, do: Callable[[Session, Actor], None]) -> ResponseReturnValue:
    def written() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor())
        return redirect(url_for("calendar.show", done=1), 303)

    return forms.attempt(written, lambda problem: show(problem, which))


@contextmanager
def _prefixed(prefix: str) -> Iterator[None]:
    """Name what is wrong as one of the forms calls it."""
    try:
        yield
    except Invalid as error:
        raise Invalid({prefix + name: texts for name, texts in error.errors.items()}) from None


def _day(name: str, prefix: str = "") -> date:
    try:
        return date.fromisoformat(request.form.get(prefix + name, ""))
    except ValueError:
        raise Invalid({name: [Text(NOT_DATE)]}) from None
