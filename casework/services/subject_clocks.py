"""Clocks of what is not a case by itself: an approval, a signal, a finding, what a unit owes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.rules import Origin
from casework.models import Clock
from casework.permissions import Role
from casework.services import clock_rows, rungs
from casework.services.policy import policy
from casework.services.subjects import Subject, region_of

OPENED = "opened"


def start(
    session: Session,
    kind: str,
    subject_id: int,
    subject: Subject,
    *,
    at: datetime,
    owner: Role | None = None,
    since: datetime | None = None,
    known: Mapping[str, object] | None = None,
) -> list[Clock]:
    """Start the clocks of something that belongs to a case or that a unit owes.

    They count from ``since`` (by default now, ``at``); ``known`` is what conditions and given
    instants look at; ``owner`` is who must act, when it is not the rule's.
    """
    governed, facts, start_at = policy(session), known or {}, since or at
    rules = governed.packs.for_region(region_of(session, subject) or governed.region)
    started = []
    for rule in rules.values():
        if rule.subject != kind or not rule.openings(OPENED, facts, ""):
            continue
        row = book.Row(
            rule_id=rule.id,
            rule_version=rule.version,
            recipient=None,
            round=1,
            origin=Origin.EVENT,
            started_at=start_at,
            dues=rule.due(start_at, facts, governed.calendar),
            ladder=rule.ladder(facts),
        )
        clock = clock_rows.new_row(subject, row, rule, at)
        clock.subject_kind, clock.subject_id = kind, subject_id
        clock.owner = owner.value if owner else rule.owner
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
