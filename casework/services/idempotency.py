"""A request sent twice is carried out once: its key is claimed before the work is done."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid
from casework.models import Idempotency
from casework.permissions import Actor
from casework.text import N_, Text

LONGEST = 200
HEADER = "Idempotency-Key"
OTHER_REQUEST = N_("This Idempotency-Key was already used for another request.")
BAD_KEY = N_("An Idempotency-Key has 1 to %(most)s printable characters.")


def claim(session: Session, actor: Actor, key: str, request: object) -> dict[str, Any] | None:
    """Claim the key for this request; the stored answer when it was carried out before.

    A second request with the same key waits here until the first is done. Raises Conflict when
    the key belongs to another request, Invalid when it is none.
    """
    if not key or len(key) > LONGEST or not key.isprintable():
        raise Invalid({HEADER: [Text(BAD_KEY, {"most": LONGEST})]})
    digest = hashlib.sha256(orjson.dumps(request, option=orjson.OPT_SORT_KEYS)).hexdigest()
    insert: Any = (
        sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    )
    claimed = session.execute(
        insert(Idempotency)
        .values(user_id=actor.user_id, key=key, digest=digest, answer={}, at=clock.now())
        .on_conflict_do_nothing()
        .returning(Idempotency.id)
    ).scalar_one_or_none()
    if claimed is not None:
        return None
    row = _row(session, actor, key)
    if row.digest != digest:
        raise Conflict(Text(OTHER_REQUEST))
    return row.answer


def keep(session: Session, actor: Actor, key: str, answer: dict[str, Any]) -> None:
    """Store the answer to a claimed key."""
    _row(session, actor, key).answer = answer
    session.flush()


def _row(session: Session, actor: Actor, key: str) -> Idempotency:
    query = select(Idempotency).where(Idempotency.user_id == actor.user_id, Idempotency.key == key)
    return session.scalars(query).one()
