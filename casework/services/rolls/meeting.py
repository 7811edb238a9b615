"""A saved roll meets its duty: the clock stops, and one that was saved too late is flagged."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Clock, ExpectedRoll, Flag
from casework.permissions import Role
from casework.services import flags, subject_clocks, timeline
from casework.services.policy import policy
from casework.services.rolls import periods
from casework.services.rolls.called import Called
from casework.services.rolls.duty import KIND, duty
from casework.services.zero_reports.days import days

SAVED = "saved"
SKEW = timedelta(minutes=1)
"""How far the clocks of two machines of one installation may differ."""


def met(session: Session, called: Called, at: datetime) -> None:
    """Stop the clock of a roll that has just been saved, if it has one.

    The unit is locked: the sweep, which writes an expectation under a lock on the same row, either
    sees this roll or has already been seen here. Before the first rung nobody can be expecting.
    """
    owed = duty(session, called.place.region, called.bell_at)
    if owed is None or at < owed.first_at - SKEW:
        return
    late = owed.limit_at is not None and called.known_at > owed.limit_at
    expected = _expected(session, called)
    if expected is None and late:
        expected = _missed(session, called, at)
    if expected is None:
        return
    _stop(session, called, expected.id, at, late=late)


def _expected(session: Session, called: Called) -> ExpectedRoll | None:
    same = (
        ExpectedRoll.unit_id == called.place.unit.id,
        ExpectedRoll.on == called.on,
        ExpectedRoll.period == called.period.code,
    )
    return session.scalar(select(ExpectedRoll).where(*same))


def _missed(session: Session, called: Called, at: datetime) -> ExpectedRoll | None:
    """The expectation that no sweep came to make, with its clock; None on a day off."""
    force = days(session, policy(session).calendar, called.on)
    unit = called.place.unit
    if not periods.happens(called.period, force, unit.path):
        return None
    row = ExpectedRoll(
        unit_id=unit.id,
        on=called.on,
        period=called.period.code,
        period_id=called.period.id,
        bell_at=called.bell_at,
        made_at=at,
    )
    session.add(row)
    session.flush()
    subject_clocks.start(session, KIND, row.id, unit, at=called.bell_at)
    return row


def _stop(session: Session, called: Called, expected_id: int, at: datetime, *, late: bool) -> None:
    query = select(Clock).where(Clock.subject_kind == KIND, Clock.subject_id == expected_id)
    clocks = session.scalars(query.where(Clock.stopped_at.is_(None))).all()
    met_at = max(called.known_at, called.bell_at)
    subject_clocks.stop(session, KIND, expected_id, by=SAVED, at=met_at)
    for clock in clocks:
        if late:
            flags.raise_flag(session, called.place.unit, clock, at)
        else:
            _excuse(session, called, clock, at)


def _excuse(session: Session, called: Called, clock: Clock, at: datetime) -> None:
    """Say of a flag, which stays, that the roll had been called in time and only came in late."""
    raised = session.scalars(select(Flag.kind).where(Flag.clock_id == clock.id)).all()
    for kind in raised:
        data = {
            "flag": kind,
            "on": called.on,
            "period": called.period.code,
            "taken_at": called.known_at,
            "limit_at": clock.limit_at,
        }
        entry = timeline.Entry(at, "roll_in_time", None, Role.SYSTEM, data=timeline.plain(data))
        timeline.append(session, called.place.unit, entry)
