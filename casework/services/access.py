"""Who read which case: one row a reading, kept for the person whose data it is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework import clock
from casework.models import Access
from casework.permissions import Actor


def record(session: Session, actor: Actor, case_key: str, what: str, door: str) -> None:
    """Note that the actor has read this of a case through this door."""
    if actor.user_id is None:
        return
    row = Access(at=clock.now(), user_id=actor.user_id, case_key=case_key, what=what, door=door)
    session.add(row)
    session.flush()
