"""Signing in and out in a browser: limited attempts, a row on the server, a token in a cookie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import flask_login
from flask import Flask, g, request, session

from casework.errors import Invalid
from casework.http.context import db, reading, transaction
from casework.permissions import Actor
from casework.services import logins
from casework.services.limits import Attempts
from casework.text import Text


class Account(flask_login.UserMixin):
    """A person with a running login, as Flask-Login wants it; its id is the session's token."""

    def __init__(self, token: str, actor: Actor, *, initial: bool = False) -> None:
        self.id = token
        self.actor = actor
        self.initial = initial
        """The password is still the one that was handed over."""


def init_app(app: Flask) -> None:
    """Let Flask-Login find the person behind a cookie through the session rows."""
    manager = flask_login.LoginManager()
    manager.session_protection = "basic"
    manager.init_app(app)
    manager.user_loader(_resume)


def _resume(token: str) -> Account | None:
    with reading() as db_session:
        found = logins.resume(db_session, token)
    return Account(token, found.actor, initial=found.initial) if found else None


def sign_in(login: str, password: str) -> Actor:
    """Start a session for the person. Raises Invalid at ``password``, TooMany after too many tries.

    An unknown login, a disabled account and a wrong password cannot be told apart.
    """
    attempts = Attempts(db(), login, request.remote_addr or "")
    attempts.count()
    with reading() as db_session:
        user_id = logins.authenticate(db_session, login, password)
    if user_id is None:
        raise Invalid({"password": [Text(logins.WRONG)]})
    attempts.forgive()
    return _start(user_id, password)


def sign_in_again(actor: Actor, password: str) -> Actor:
    """Go on here after a change that has ended all sessions of the account."""
    return _start(actor.user_id or 0, password)


@contextmanager
def too_many_guesses(actor: Actor) -> Iterator[None]:
    """Count an attempt at the present password like a login; a right one is forgiven."""
    attempts = Attempts(db(), actor.login, request.remote_addr or "")
    attempts.count()
    yield
    attempts.forgive()


def _start(user_id: int, password: str) -> Actor:
    with transaction() as db_session:
        token, actor = logins.begin(db_session, user_id, password)
    kept = session.get("locale")
    session.clear()  # nothing that was planted before the login survives it
    if kept:
        session["locale"] = kept
    flask_login.login_user(Account(token, actor))
    g.actor = actor
    return actor


def sign_out() -> None:
    """End this session on the server and in the browser."""
    user = flask_login.current_user
    if user.is_authenticated:
        with transaction() as db_session:
            logins.end(db_session, user.id)
    flask_login.logout_user()
    kept = session.get("locale")
    session.clear()
    if kept:
        session["locale"] = kept
    g.actor = None


def safe_next(target: str | None) -> str | None:
    """A ``?next=`` that stays on this site, or None: a path, no scheme, no host."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    parts = urlsplit(target)
    clean = target.isprintable() and "\\" not in target
    return target if clean and not parts.scheme and not parts.netloc else None
