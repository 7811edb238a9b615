"""Bearer tokens of programs: shown once, kept as a hash, revoked with their account."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotFound
from casework.models import ApiToken
from casework.permissions import Actor
from casework.services.actors import load_actor
from casework.services.people import NO_LOGIN, find_user
from casework.text import Text

PREFIX = "cw_"


def create_token(session: Session, login: str) -> str:
    """Make a token that acts as this account; only its hash is kept. Raises NotFound."""
    user = find_user(session, login)
    if user.disabled_at is not None:
        raise NotFound(Text(NO_LOGIN, {"login": login}))
    token = PREFIX + secrets.token_urlsafe(32)
    session.add(ApiToken(user_id=user.id, hash=digest(token), created_at=clock.now()))
    session.flush()
    return token


def bearer(session: Session, token: str) -> Actor | None:
    """Whom a token acts for, with today's posts; None for an unknown or revoked one."""
    query = select(ApiToken.user_id).where(
        ApiToken.hash == digest(token), ApiToken.revoked_at.is_(None)
    )
    user_id = session.scalar(query)
    if user_id is None:
        return None
    try:
        return load_actor(session, user_id, clock.now())
    except NotFound:  # disabled since
        return None


def digest(token: str) -> str:
    """What is stored of a random token; it needs no slow hash, being random."""
    return hashlib.sha256(token.encode()).hexdigest()
