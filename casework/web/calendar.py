"""The calendar of schools: terms and special periods, shown and entered."""

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
from casework.services.pages.calendar import KINDS, calendar_page
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_DATE

blueprint = Blueprint("calendar", __name__, url_prefix="/calendar")
SPECIAL = "special_"
"""What the entries of the form of a special period begin with."""


@blueprint.get("")
@requires(Permission.ZERO_READ)
def show(problem: Problem | None = None, which: str = "") -> str:
    """What is in force; after a refusal with what was typed."""
    with reading() as session:
        page = calendar_page(session, current_actor())
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
        with _prefixed():
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


def _written(which: str, do: Callable[[Session, Actor], None]) -> ResponseReturnValue:
    def written() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor())
        return redirect(url_for("calendar.show", done=1), 303)

    return forms.attempt(written, lambda problem: show(problem, which))


@contextmanager
def _prefixed() -> Iterator[None]:
    """Name what is wrong as the form of the special period calls it: the page has two forms."""
    try:
        yield
    except Invalid as error:
        raise Invalid({SPECIAL + name: texts for name, texts in error.errors.items()}) from None


def _day(name: str, prefix: str = "") -> date:
    try:
        return date.fromisoformat(request.form.get(prefix + name, ""))
    except ValueError:
        raise Invalid({name: [Text(NOT_DATE)]}) from None
