"""What the school itself has seen of an alarm: since then it knew, whoever disposes of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework.models import Event, Signal, Unit
from casework.permissions import BUREAU_ROLES, Role
from casework.services.signals.kinds import KINDS

SEEN = "signal_seen"


def entered_by_school(session: Session, signal: Signal) -> bool:
    """True when somebody of the school has entered it.

    Who did stands on the bureau's chain, which nobody changes.
    """
    return _of_school(_event(session, signal, Event.seq == signal.seq))


def seen_since(session: Session, signal: Signal) -> datetime | None:
    """Since when the school knew that an alarm was real: it has raised it, or looked at the place.

    Whoever has found nothing wrong knew of nothing. Of other kinds nothing follows: who tells the
    bureau of something tells no school.
    """
    if not KINDS[signal.kind].alarm:
        return None
    seen = _event(session, signal, Event.action == SEEN, Event.at == signal.seen_at)
    real = seen["data"].get("real") if seen else None
    if real is False:
        return None
    found = [signal.entered_at] if entered_by_school(session, signal) else []
    if signal.seen_at is not None and seen and real and _of_school(seen):
        found.append(signal.seen_at)
    return min(found, default=None)


def _event(
    session: Session, signal: Signal, *which: ColumnElement[bool]
) -> Mapping[str, Any] | None:
    """An event of this signal on the chain of its bureau."""
    bureau = session.get_one(Unit, signal.bureau_id)
    query = select(Event.body).where(Event.case_key == bureau.chain, *which)
    bodies = map(orjson.loads, session.scalars(query))
    return next((body for body in bodies if body["data"].get("signal") == signal.id), None)


def _of_school(body: Mapping[str, Any] | None) -> bool:
    role = body["actor"]["role"] if body else Role.SYSTEM
    return role != Role.SYSTEM and role not in BUREAU_ROLES
