"""The duty roster: who is away and who stands in, who is on duty; and the forms that write it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from casework.clock import LOCAL
from casework.errors import Invalid
from casework.http import current_actor, reading, requires, transaction
from casework.http.errors import Problem
from casework.permissions import Actor
from casework.services import roster as service
from casework.services.pages.roster import roster_page
from casework.text import Text
from casework.web import forms
from casework.workflows.forms import NOT_INSTANT

blueprint = Blueprint("roster", __name__, url_prefix="/roster")
SHIFT = "shift_"
"""What the entries of the form of the duty begin with."""


@blueprint.get("")
@requires()
def show(problem: Problem | None = None, which: str = "") -> str:
    """The roster of the own school or bureau; after a refusal with what was typed."""
    unit_id = forms.whole(request.values.get("unit"))
    with reading() as session:
        page = roster_page(session, current_actor(), unit_id)
    return render_template(
        "roster.html", page=page, problem=problem, which=which, typed=request.form or MultiDict()
    )


@blueprint.post("/away")
@requires()
def away() -> ResponseReturnValue:
    """Enter an absence, the own one unless somebody else is chosen."""

    def entered(session: Session, actor: Actor) -> None:
        given = request.form
        service.record_away(
            session,
            actor,
            forms.whole(given.get("user_id")) or actor.user_id,
            _at(given, "from_at"),
            _at(given, "until_at"),
            given.get("reason", ""),
            forms.whole(given.get("deputy_id")),
        )

    return _written("away", entered)


@blueprint.post("/away/<int:away_id>/end")
@requires()
def end_away(away_id: int) -> ResponseReturnValue:
    """Back again, or never gone."""
    return _written("ended", lambda session, actor: service.end_away(session, actor, away_id))


@blueprint.post("/shifts")
@requires()
def shift() -> ResponseReturnValue:
    """Put somebody on duty."""

    def added(session: Session, actor: Actor) -> None:
        given = request.form
        unit_id, user_id = forms.whole(given.get("unit")), forms.whole(given.get(SHIFT + "user_id"))
        span = _at(given, SHIFT + "from_at"), _at(given, SHIFT + "until_at")
        with _prefixed():
            service.add_shift(session, actor, unit_id, user_id, *span)

    return _written("shift", added)


@blueprint.post("/shifts/<int:shift_id>/end")
@requires()
def end_shift(shift_id: int) -> ResponseReturnValue:
    """Take a turn of duty back, or end the one that runs."""
    return _written("ended", lambda session, actor: service.remove_shift(session, actor, shift_id))


def _written(which: str, do: Callable[[Session, Actor], object]) -> ResponseReturnValue:
    """Write it and go back to the roster; a refusal shows the page again with what was typed."""

    def written() -> ResponseReturnValue:
        with transaction() as session:
            do(session, current_actor())
        unit = forms.whole(request.form.get("unit"))
        return redirect(url_for("roster.show", unit=unit, done=1), 303)

    return forms.attempt(written, lambda problem: show(problem, which))


@contextmanager
def _prefixed() -> Iterator[None]:
    """Name what is wrong as the form of the duty calls it: the page has two forms."""
    try:
        yield
    except Invalid as error:
        raise Invalid({SHIFT + name: texts for name, texts in error.errors.items()}) from None


def _at(given: Mapping[str, str], name: str) -> datetime | None:
    """An instant as a browser sends it: without a zone, the time on the school's wall."""
    text = given.get(name, "").strip()
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid({name: [Text(NOT_INSTANT)]}) from None
    return found if found.tzinfo else found.replace(tzinfo=LOCAL)
