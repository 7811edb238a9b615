"""Merging: the duplicate's clocks end, the strictest of both due instants stays on the target."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock
from casework.permissions import Role
from casework.services import rungs, timeline
from casework.services.timeline import plain

MERGED = "merged"


def move_clocks(session: Session, duplicate: Case, target: Case, at: datetime) -> None:
    """Stop the duplicate's clocks as merged and tighten the target's running ones by them.

    A duty that the target has already met is not revived; ``known_at`` becomes the earlier one.
    """
    running = {_key(clock): clock for clock in _running(session, target)}
    moved = []
    for clock in _running(session, duplicate):
        clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, MERGED, None
        kept = running.get(_key(clock))
        if kept is not None and _tighten(kept, clock):
            rungs.schedule_next(session, kept)
            moved.append(
                {"rule": kept.rule_id, "target_at": kept.target_at, "limit_at": kept.limit_at}
            )
    target.known_at = min(target.known_at, duplicate.known_at)
    session.flush()
    data = plain({"duplicate": duplicate.number, "clocks": {"tightened": moved}})
    entry = timeline.Entry(at, "duplicate_merged", None, Role.SYSTEM, data=data)
    timeline.append(session, target, entry)


def _running(session: Session, case: Case) -> list[Clock]:
    query = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    return list(session.scalars(query.order_by(Clock.id)))


def _key(clock: Clock) -> tuple[str, str]:
    return clock.rule_id, clock.recipient


def _tighten(kept: Clock, other: Clock) -> bool:
    before = (kept.target_at, kept.limit_at)
    kept.target_at = _earlier(kept.target_at, other.target_at)
    kept.limit_at = _earlier(kept.limit_at, other.limit_at)
    return before != (kept.target_at, kept.limit_at)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
