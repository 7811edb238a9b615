"""Browser sessions: a password checked in constant work, a row on the server, ended there."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotFound
from casework.models import LoginSession, User
from casework.permissions import Actor
from casework.services import passwords
from casework.services.actors import load_actor
from casework.services.tokens import digest
from casework.text import N_

WRONG = N_("Login or password is wrong.")
LASTS = timedelta(hours=12)
"""A working day; whoever is on duty longer logs in again."""


def authenticate(session: Session, login: str, password: str) -> int | None:
    """The account's id when the password fits, else None; unknown logins take as long."""
    user = session.scalar(select(User).where(User.login == login.strip().lower()))
    right = passwords.fits(user.password_hash if user else None, password[: passwords.LONGEST])
    if user is None or not right or user.disabled_at is not None:
        return None
    return user.id


def begin(session: Session, user_id: int, password: str) -> tuple[str, Actor]:
    """Start a session for an authenticated account; returns its token and the actor."""
    user = session.get_one(User, user_id)
    if passwords.is_outdated(user.password_hash):
        user.password_hash = passwords.hash_password(password)
    token = secrets.token_urlsafe(32)
    row = LoginSession(
        user_id=user_id,
        hash=digest(token),
        version=user.session_version,
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return token, load_actor(session, user_id, clock.now())


class Resumed(NamedTuple):
    """Whose session it is, and whether the password is still the one that was handed over."""

    actor: Actor
    initial: bool


def resume(session: Session, token: str) -> Resumed | None:
    """Who holds the session of this token; None when it has ended, grown old or been revoked."""
    row = session.execute(
        select(User, LoginSession.created_at, LoginSession.version)
        .join(LoginSession, LoginSession.user_id == User.id)
        .where(LoginSession.hash == digest(token), LoginSession.ended_at.is_(None))
    ).one_or_none()
    if row is None or row.version != row.User.session_version:
        return None
    if clock.now() - row.created_at > LASTS:
        return None
    try:
        actor = load_actor(session, row.User.id, clock.now())
    except NotFound:  # disabled since
        return None
    return Resumed(actor, passwords.is_initial(row.User.password_hash))


def end(session: Session, token: str) -> None:
    """End the session of this token."""
    row = session.scalar(select(LoginSession).where(LoginSession.hash == digest(token)))
    if row is not None and row.ended_at is None:
        row.ended_at = clock.now()
        session.flush()
