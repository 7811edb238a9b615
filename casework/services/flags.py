"""Flags: raised at a limit once, an event of their own, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Flag
from casework.permissions import Role
from casework.services import timeline
from casework.services.subjects import Subject, case_of
from casework.services.views import linked_cases

NONE = "none"
CASE = "case"
MERGED = "merged"
"""What stopped a row whose duty goes on, or ended, in the case that took the duplicate over."""


def raise_flag(
    session: Session, subject: Subject, clock: Clock, at: datetime, *, system_late: bool = False
) -> Flag | None:
    """Raise the flag of a clock whose limit has passed; None when it has one or needs none."""
    kind = clock.terms["flag"]
    if kind == NONE or clock.limit_at is None:
        return None
    return raise_kind(session, subject, clock, kind, clock.limit_at, at, system_late=system_late)


def raise_kind(
    session: Session,
    subject: Subject,
    clock: Clock,
    kind: str,
    since: datetime,
    at: datetime,
    *,
    system_late: bool = False,
    unit_id: int | None = None,
) -> Flag | None:
    """Raise one kind of flag on a clock, hanging on the instant ``since``; None if it has one.

    ``unit_id`` is the unit that it is about, when that is not the one that owes the duty.
    """
    if session.scalar(select(Flag.id).where(Flag.clock_id == clock.id, Flag.kind == kind)):
        return None
    case = case_of(subject)
    if case is not None and _raised_before(session, case, clock, kind, since):
        return None
    flag = Flag(
        clock_id=clock.id,
        case_id=case.id if case is not None else clock.case_id,
        unit_id=unit_id or clock.unit_id,
        kind=kind,
        rule_id=clock.rule_id,
        at=since,
        raised_at=at,
        system_late=system_late,
    )
    session.add(flag)
    session.flush()
    _write(session, subject, flag, clock, at)
    return flag


def _write(session: Session, subject: Subject, flag: Flag, clock: Clock, at: datetime) -> None:
    """The event of a flag on the chain of what it is about."""
    data = {
        "flag": flag.kind,
        "rule": flag.rule_id,
        "recipient": clock.recipient or None,
        "limit_at": flag.at,
        "system_late": flag.system_late,
    }
    entry = timeline.Entry(at, "flag_raised", None, Role.SYSTEM, data=timeline.plain(data))
    timeline.append(session, subject, entry)


def _raised_before(session: Session, case: Case, clock: Clock, kind: str, since: datetime) -> bool:
    """Whether this very lateness is flagged already on a row of which this one took the place.

    A change of type brings the flags along, a duplicate keeps its own. It is the same lateness
    only of the same rule, towards the same recipient and past the same limit.
    """
    if clock.subject_kind != CASE:
        return False
    linked = [one.id for one in linked_cases(session, case.id)]
    taken_over = and_(Clock.stopped_by == MERGED, Flag.case_id.in_(linked))
    query = (
        select(Flag.id)
        .join(Clock, Flag.clock_id == Clock.id)
        .where(Flag.kind == kind, Flag.rule_id == clock.rule_id, Flag.at == since)
        .where(Clock.recipient == clock.recipient, Clock.subject_kind == CASE)
        .where(or_(Flag.case_id == case.id, taken_over))
    )
    return session.scalar(query.limit(1)) is not None
