"""Signs of life and a few counts for those who watch the watcher."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Clock, Endpoint, Flag, Heartbeat, Parcel
from casework.models.delivery import DEAD
from casework.services.sweep import NAME as SWEEP
from casework.services.timeline import plain

DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class LastPass:
    """When the sweep or the delivery last finished a pass, and how that went."""

    at: datetime
    age_seconds: int
    fired: int
    failed: int

    def as_data(self) -> dict[str, Any]:
        """As one JSON object."""
        fields = ("at", "age_seconds", "fired", "failed")
        return {name: plain(getattr(self, name)) for name in fields}


@dataclass(frozen=True, slots=True)
class Counts:
    """What is open and what is late, in the whole database."""

    cases_open: int
    clocks_running: int
    clocks_overdue: int
    flags_standing: int
    queues_waiting: int
    channels_failing: int
    parcels_dead: int


def last_pass(session: Session, name: str = SWEEP) -> LastPass | None:
    """The last pass of a job, or None when there was none yet."""
    beat = session.get(Heartbeat, name)
    if beat is None:
        return None
    age = max(0, int((clock.now() - beat.at).total_seconds()))
    return LastPass(beat.at, age, beat.fired, beat.failed)


def counts(session: Session) -> Counts:
    """Counts that indexes answer."""
    running = Clock.stopped_at.is_(None)
    return Counts(
        cases_open=_count(session, Case, Case.final.is_(False)),
        clocks_running=_count(session, Clock, running),
        clocks_overdue=_count(session, Clock, running, Clock.limit_at < clock.now()),
        flags_standing=_count(session, Flag, Flag.cleared_at.is_(None)),
        queues_waiting=_count(session, Endpoint, Endpoint.due_at.is_not(None)),
        channels_failing=_count(session, Endpoint, Endpoint.failing_since.is_not(None)),
        parcels_dead=_count(session, Parcel, Parcel.state == DEAD),
    )


def _count(session: Session, kind: type[Any], *where: Any) -> int:
    return session.scalar(select(func.count()).select_from(kind).where(*where)) or 0
