"""Who must hear nothing of a clock: whom a signal names, whom a finding or its matter does."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Clock, Finding, FindingPerson, SignalPerson
from casework.services.actors import named_users

NOBODY: frozenset[int] = frozenset()


def silent(session: Session, clock: Clock) -> frozenset[int]:
    """The accounts that no rung of this clock may tell; of other subjects nobody."""
    if clock.subject_kind == "signal":
        return _in_signal(session, clock.subject_id)
    if clock.subject_kind != "finding":
        return NOBODY
    finding = session.get_one(Finding, clock.subject_id)
    query = select(FindingPerson.user_id).where(FindingPerson.finding_id == finding.id)
    accused = frozenset(session.scalars(query))
    if finding.subject_kind == "case":
        return accused | named_users(session, finding.subject_id)
    of_signal = finding.subject_kind == "signal"
    return accused | (_in_signal(session, finding.subject_id) if of_signal else NOBODY)


def _in_signal(session: Session, signal_id: int) -> frozenset[int]:
    query = select(SignalPerson.user_id).where(SignalPerson.signal_id == signal_id)
    return frozenset(one for one in session.scalars(query) if one is not None)
