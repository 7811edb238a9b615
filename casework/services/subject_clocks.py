"""Clocks of what is not a case by itself: an approval, later a signal, a finding, a supervision."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.rules import Origin
from casework.models import Case, Clock
from casework.permissions import Role
from casework.services import clock_rows, rungs
from casework.services.policy import policy

OPENED = "opened"


def start(
    session: Session, kind: str, subject_id: int, case: Case, *, at: datetime, owner: Role
) -> list[Clock]:
    """Start the clocks of a subject that belongs to a case; ``owner`` is who must act."""
    governed = policy(session)
    rules = governed.packs.for_region(case.region or governed.region)
    started = []
    for rule in rules.values():
        if rule.subject != kind or not any(o.on == OPENED for o in rule.opens_on):
            continue
        row = book.Row(
            rule_id=rule.id,
            rule_version=rule.version,
            recipient=None,
            round=1,
            origin=Origin.EVENT,
            started_at=at,
            dues=rule.due(at, {}, governed.calendar),
            ladder=rule.ladder({}),
        )
        clock = clock_rows.new_row(case, row, rule, at)
        clock.subject_kind, clock.subject_id, clock.owner = kind, subject_id, owner.value
        session.add(clock)
        started.append(clock)
    session.flush()
    for clock in started:
        rungs.schedule_next(session, clock, rungs.NOTHING)
    return started


def stop(session: Session, kind: str, subject_id: int, *, by: str, at: datetime) -> None:
    """Stop the running clocks of a subject."""
    query = select(Clock).where(
        Clock.subject_kind == kind, Clock.subject_id == subject_id, Clock.stopped_at.is_(None)
    )
    for clock in session.scalars(query):
        clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, by, None
