"""What the school itself has seen of an alarm: since then it knew, whoever disposes of it."""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Event, Signal, Unit
from casework.permissions import BUREAU_ROLES, Role
from casework.services.signals.kinds import KINDS

SEEN = "signal_seen"


def entered_by_school(session: Session, signal: Signal) -> bool:
    """True when somebody of the school has entered it.

    Who did stands on the bureau's chain, which nobody changes.
    """
    return _of_school(_said(session, signal, Event.seq == signal.seq))


def seen_since(session: Session, signal: Signal) -> datetime | None:
    """Since when the school knew of an alarm, because it has entered it or looked at the place.

    Of other kinds nothing follows: whoever told the bureau of something has told no school.
    """
    if not KINDS[signal.kind].alarm:
        return None
    found = [signal.entered_at] if entered_by_school(session, signal) else []
    if signal.seen_at is not None and _of_school(
        _said(session, signal, Event.action == SEEN, Event.at == signal.seen_at)
    ):
        found.append(signal.seen_at)
    return min(found, default=None)


def _said(session: Session, signal: Signal, *which: object) -> str:
    """The role in the event of this signal; empty when there is none."""
    bureau = session.get_one(Unit, signal.bureau_id)
    query = select(Event.body).where(Event.case_key == bureau.chain, *which)  # type: ignore[arg-type]
    for body in map(orjson.loads, session.scalars(query)):
        if body["data"].get("signal") == signal.id:
            return str(body["actor"]["role"])
    return ""


def _of_school(role: str) -> bool:
    return bool(role) and role != Role.SYSTEM and role not in BUREAU_ROLES
