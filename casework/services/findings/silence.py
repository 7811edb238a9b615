"""Who must hear nothing of a clock of a finding: whom it accuses, and whom its matter names."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Clock, Finding, FindingPerson, SignalPerson
from casework.services.actors import named_users

NOBODY: frozenset[int] = frozenset()


def silent(session: Session, clock: Clock) -> frozenset[int]:
    """The accounts that no rung of this clock may tell; nobody, unless it belongs to a finding."""
    if clock.subject_kind != "finding":
        return NOBODY
    finding = session.get_one(Finding, clock.subject_id)
    query = select(FindingPerson.user_id).where(FindingPerson.finding_id == finding.id)
    accused = frozenset(session.scalars(query))
    if finding.subject_kind == "case":
        return accused | named_users(session, finding.subject_id)
    named = select(SignalPerson.user_id).where(SignalPerson.signal_id == finding.subject_id)
    of_signal = finding.subject_kind == "signal"
    return accused | {one for one in session.scalars(named) if of_signal and one is not None}
