"""Clocks of what is not a case by itself: an approval, a signal, a finding, what a unit owes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.rules import Dues, Origin, Rule
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
    facts, start_at = known or {}, since or at
    started = []
    for rule, dues in due(session, kind, subject, start_at, facts):
        row = book.Row(
            rule_id=rule.id,
            rule_version=rule.version,
            recipient=None,
            round=1,
            origin=Origin.EVENT,
            started_at=start_at,
            dues=dues,
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


def due(
    session: Session, kind: str, subject: Subject, since: datetime, known: Mapping[str, object]
) -> Iterator[tuple[Rule, Dues]]:
    """The rules about such a thing, each with the instants at which it would be due."""
    governed = policy(session)
    rules = governed.packs.for_region(region_of(session, subject) or governed.region)
    for rule in rules.values():
        if rule.subject == kind and rule.openings(OPENED, known, ""):
            yield rule, rule.due(since, known, governed.calendar)


def stop(session: Session, kind: str, subject_id: int, *, by: str, at: datetime) -> None:
    """Stop the running clocks of a subject."""
    query = select(Clock).where(
        Clock.subject_kind == kind, Clock.subject_id == subject_id, Clock.stopped_at.is_(None)
    )
    for clock in session.scalars(query):
        clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, by, None
