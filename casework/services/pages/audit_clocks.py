"""The clocks of a case for the audit: each with its rule and how late it was; rungs and flags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Case, Clock, Escalation, Flag, Message
from casework.services.pages import labels
from casework.services.pages.audit_chain import Told, label
from casework.services.pages.clocks import ClockLine, line, recipient_label
from casework.services.pages.duties import titled
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

NOTICE = N_("Notice to %(level)s")
KINDS: Mapping[str, str] = {
    "remind": N_("Reminder"),
    "level": N_("Rise of the level"),
    "flag": N_("Flag"),
    "offer": N_("Offer of a step"),
    "perform": N_("Step of the system"),
}
STATES: Mapping[str, str] = {
    "leave": N_("left “%(state)s”"),
    "enter": N_("entered “%(state)s”"),
    "final": N_("ended as “%(state)s”"),
}
REPORTED = N_("reported to %(recipient)s")
FULFILLED = N_("what was asked for is fulfilled")
STOPS: Mapping[str, str] = {
    "elapsed": N_("the time ran out"),
    "filed": N_("filed"),
    "merged": N_("merged"),
    "approved": N_("approved"),
    "refused": N_("refused"),
    "void": N_("lapsed"),
    "extended": N_("extended"),
}


@dataclass(frozen=True, slots=True)
class Lateness:
    """By how much a clock passed its limit, or its target where no limit was passed."""

    span: timedelta
    limit: bool


@dataclass(frozen=True, slots=True)
class AuditClock:
    """One clock: ``by`` is who stopped it, ``stop`` with what."""

    line: ClockLine
    title: Text
    stop: Text
    by: int | None
    late: Lateness | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who was told, and when that message was read."""

    user_id: int
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class AuditRung:
    """One rung that fired, and whom it told."""

    label: Text
    duty: Text
    due_at: datetime
    at: datetime
    system_late: bool
    told: tuple[Reader, ...]
    acknowledged_at: datetime | None
    acknowledged_by: int | None


@dataclass(frozen=True, slots=True)
class AuditFlag:
    """One flag with its raising and its clearing."""

    label: str
    duty: Text
    at: datetime
    raised_at: datetime
    system_late: bool
    cleared_at: datetime | None
    cleared_by: int | None
    reason: str
    id: int


def clocks(session: Session, case: Case, events: Iterable[Told]) -> tuple[AuditClock, ...]:
    """Every clock in the order in which they were entered."""
    now = time.now()
    actors = {(event.at, event.action): event.actor_id for event in events}
    moments = {event.at: event.actor_id for event in events if event.actor_id is not None}
    rows = session.scalars(select(Clock).where(Clock.case_id == case.id).order_by(Clock.id))
    return tuple(
        AuditClock(
            line=line(row, now),
            title=titled(row.terms["title"], row.recipient),
            stop=_stop(case, row.stopped_by),
            by=_stopper(row, actors, moments),
            late=lateness(row, now),
        )
        for row in rows
    )


def _stopper(
    row: Clock,
    actors: Mapping[tuple[datetime, str], int | None],
    moments: Mapping[datetime, int],
) -> int | None:
    """Who made the event that stopped the clock."""
    if row.stopped_at is None:
        return None
    key = (row.stopped_at, row.stopped_by or "")
    return actors[key] if key in actors else moments.get(row.stopped_at)


def lateness(row: Clock, now: datetime) -> Lateness | None:
    """How late a clock was when it stopped, or is now."""
    end = row.stopped_at or now
    if row.limit_at is not None and end > row.limit_at:
        return Lateness(end - row.limit_at, limit=True)
    if row.target_at is not None and end > row.target_at:
        return Lateness(end - row.target_at, limit=row.limit_at is None)
    return None


def _stop(case: Case, stopped_by: str | None) -> Text:
    """What stopped a clock, in words."""
    kind, _, word = (stopped_by or "").rpartition(":")
    states = {state.name: state.label for state in WORKFLOWS[case.case_type].states}
    if kind in STATES:
        return Text(STATES[kind], {"state": Text(states.get(word, word))})
    if kind == "report":
        return Text(REPORTED, {"recipient": Text(recipient_label(word))})
    if kind == "fact":
        return Text(FULFILLED)
    return Text(STOPS.get(word) or label(case, word))


def rungs(
    session: Session, case: Case, limit: int | None, offset: int = 0
) -> tuple[AuditRung, ...]:
    """The rungs that fired, the newest first, with the people each one told."""
    rows = session.execute(
        select(Escalation, Clock.terms, Clock.recipient)
        .join(Clock, Escalation.clock_id == Clock.id)
        .where(Escalation.case_id == case.id)
        .order_by(Escalation.at.desc(), Escalation.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    readers = _readers(session, [row[0].id for row in rows])
    return tuple(
        AuditRung(
            _rung(one),
            titled(terms["title"], recipient),
            one.due_at,
            one.at,
            one.system_late,
            tuple(readers.get(one.id, ())),
            one.acknowledged_at,
            one.acknowledged_by,
        )
        for one, terms, recipient in rows
    )


def _rung(one: Escalation) -> Text:
    if one.level is not None:
        return Text(NOTICE, {"level": Text(labels.level_name(one.level))})
    return Text(KINDS.get(one.kind, one.kind))


def _readers(session: Session, ids: Sequence[int]) -> dict[int, list[Reader]]:
    query = (
        select(Message.escalation_id, Message.user_id, Message.read_at)
        .where(Message.escalation_id.in_(ids))
        .order_by(Message.id)
    )
    found: dict[int, list[Reader]] = {}
    for escalation_id, user_id, read_at in session.execute(query):
        if escalation_id is not None:
            found.setdefault(escalation_id, []).append(Reader(user_id, read_at))
    return found


def flags(session: Session, case: Case) -> tuple[AuditFlag, ...]:
    """Every flag of the case; a cleared one stays."""
    query = (
        select(Flag, Clock.terms, Clock.recipient)
        .join(Clock, Flag.clock_id == Clock.id)
        .where(Flag.case_id == case.id)
        .order_by(Flag.id)
    )
    return tuple(
        AuditFlag(
            labels.FLAGS.get(flag.kind, flag.kind),
            titled(terms["title"], recipient),
            *(flag.at, flag.raised_at, flag.system_late),
            *(flag.cleared_at, flag.cleared_by, flag.reason or ""),
            id=flag.id,
        )
        for flag, terms, recipient in session.execute(query)
    )
