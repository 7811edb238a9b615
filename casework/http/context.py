"""The request's side of the house: its database, its actor, and what a view demands of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar, cast

import flask_login
from flask import current_app, g, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from casework.db import Database, collided
from casework.errors import NotAllowed, Unauthenticated
from casework.http.installation import Installation
from casework.permissions import Actor, Permission
from casework.services import access, tokens
from casework.services.delivery.office import Office
from casework.services.policy import Policy

API = "/api/"
FORM = "application/x-www-form-urlencoded"
LOGIN_ENDPOINT = "account.login"
OPEN_ENDPOINTS = frozenset(
    {
        "static",
        LOGIN_ENDPOINT,
        "account.language",
        "intake.choose",
        "intake.form",
        "intake.send",
        "intake.answers",
        "intake.unlock",
        "acknowledge.show",
        "acknowledge.send",
        "calendar_feed.show",
        "health.healthz",
        "health.metrics",
        "api-docs.openapi_json",
        "api_signals.deliver",
    }
)
"""The only endpoints that answer without a login; everything else is closed by default."""

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Ground:
    """What an application stands on: kept in ``app.extensions["casework"]``."""

    settings: Installation
    policy: Policy
    db: Database
    office: Office


def ground() -> Ground:
    """What the application of this request stands on."""
    return cast("Ground", current_app.extensions["casework"])


def db() -> Database:
    """The database of this application."""
    return ground().db


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: committed when the block ends, rolled back when it raises."""
    with db().transaction() as session:
        yield session
    g.committed = True


def reading() -> AbstractContextManager[Session]:
    """A consistent read; the database itself refuses writes."""
    return db().reading()


def is_api() -> bool:
    """True for requests of programs: bearer token in, JSON out."""
    return request.path.startswith(API)


def viewer() -> Actor | None:
    """Who asks, loaded once a request; None without a valid login or token."""
    if "actor" not in g:
        g.actor = _bearer() if is_api() else _logged_in()
    return cast("Actor | None", g.actor)


def current_actor() -> Actor:
    """Who asks. Raises Unauthenticated without a valid login or token."""
    actor = viewer()
    if actor is None:
        raise Unauthenticated
    return actor


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Demand one of these permissions of whoever calls the view; with none, just a login.

    The view carries them as ``view.permission``, which the access matrix test compares.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            actor = current_actor()
            if permissions and not any(actor.can(one) for one in permissions):
                raise NotAllowed
            return _twice_at_most(lambda: view(*args, **kwargs))

        guarded.permission = permissions  # type: ignore[attr-defined]
        return cast("View", guarded)

    return decorate


def _twice_at_most(view: Callable[[], Any]) -> Any:
    """Answer a request; once more when another was in its way, if nothing of it was kept."""
    try:
        return view()
    except DBAPIError as error:
        if not collided(error) or "committed" in g or not _readable_again():
            raise
    return view()


def _readable_again() -> bool:
    """True when what was sent is still at hand: nothing, a form or JSON, but no upload."""
    kept = request.is_json or request.mimetype == FORM
    return kept or request.method in {"GET", "HEAD"}


def record_reading(case_key: str, what: str) -> None:
    """Keep who has read a case, in a short transaction of its own after the read."""
    door = "api" if is_api() else "web"
    with transaction() as session:
        access.record(session, current_actor(), case_key, what, door)


def _bearer() -> Actor | None:
    given = request.authorization
    if given is None or given.type != "bearer" or not given.token:
        return None
    with reading() as session:
        return tokens.bearer(session, given.token)


def _logged_in() -> Actor | None:
    user = flask_login.current_user
    return user.actor if user.is_authenticated else None
