"""One pass over the clocks: every rung that is due fires once, in order, in batches.

The claim is the row in ``escalation`` (UNIQUE clock, rung), written together with the event, the
flag and the messages. The case is locked first, as every step of a case does, or the unit that owes
what belongs to no case, so that two or fifty sweepers and all doors agree on one order.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import clock as time
from casework.deadlines.ladder import Kind, Step
from casework.models import Case, Clock, Escalation, Heartbeat, Unit
from casework.permissions import Role
from casework.services import clocks, flags, rungs, timeline
from casework.services.automatic import perform_as_system
from casework.services.due_queue import DueQueue
from casework.services.listeners import listeners
from casework.services.messages import send
from casework.services.policy import policy
from casework.services.subjects import Subject, case_of, spoken_of
from casework.services.views import case_view

log = logging.getLogger(__name__)

BATCH = 500
NAME = "sweep"
MOST_BACKOFF = timedelta(hours=1)
STARTING = frozenset({Kind.FLAG.value, Kind.PERFORM.value})
"""Kinds of steps that may start or resume other clocks of the case."""


@dataclass(frozen=True, slots=True)
class Fired:
    """One rung that fired, or would fire."""

    case: str
    clock: int
    rule: str
    rung: str
    kind: str
    level: int | None
    due_at: datetime
    system_late: bool = False
    told: int = 0

    def as_data(self) -> dict[str, Any]:
        """As one JSON object."""
        data: dict[str, Any] = timeline.plain(asdict(self))
        return data


def due_clocks(session: Session, at: datetime, most: int = BATCH) -> list[int]:
    """The ids of the clocks whose next rung is due, earliest first."""
    query = (
        select(Clock.id)
        .where(Clock.next_rung_at <= at, Clock.stopped_at.is_(None))
        .order_by(Clock.next_rung_at, Clock.id)
        .limit(most)
    )
    return list(session.scalars(query))


def fire_due(session: Session, ids: Sequence[int], late_before: datetime | None) -> list[Fired]:
    """Fire what is due on these clocks in the order in which it fell due.

    Cases that others hold are left alone. Nothing fires here that is later than the last of these
    clocks' next rungs, or than a clock that has just been started, and no more than one batch.
    ``late_before``: rungs due before this instant are late by the system's own fault.
    """
    at = time.now()
    subjects = _held(session, ids)
    rows = session.scalars(
        select(Clock)
        .where(Clock.id.in_(ids), Clock.stopped_at.is_(None), Clock.next_rung_at <= at)
        .execution_options(populate_existing=True)
    ).all()
    queue = DueQueue([row for row in rows if _key(row) in subjects])
    fired: list[Fired] = []
    while len(fired) < BATCH and (row := queue.pop()) is not None:
        subject = subjects[_key(row)]
        found = _fire(session, subject, row, at, late_before)
        fired += [found] if found else []
        queue.push(row)
        case = case_of(subject)
        starts = found is not None and found.kind in STARTING and case is not None
        if case and starts and not queue.knows(_due_in(session, case, queue.end)):
            break
    return fired


Key = tuple[str, int]


def _key(clock: Clock) -> Key:
    """What is locked for a clock: its case, or without one its unit."""
    return ("case", clock.case_id) if clock.case_id else ("unit", clock.unit_id)


def _held(session: Session, ids: Sequence[int]) -> dict[Key, Subject]:
    """The cases and units of these clocks that nobody else holds, now held here."""
    cases = select(Clock.case_id).where(Clock.id.in_(ids))
    units = select(Clock.unit_id).where(Clock.id.in_(ids), Clock.case_id.is_(None))
    held = select(Case).where(Case.id.in_(cases)).with_for_update(of=Case, skip_locked=True)
    owing = select(Unit).where(Unit.id.in_(units)).with_for_update(of=Unit, skip_locked=True)
    return {
        **{("case", case.id): case for case in session.scalars(held.order_by(Case.id))},
        **{("unit", unit.id): unit for unit in session.scalars(owing.order_by(Unit.id))},
    }


def _due_in(session: Session, case: Case, by: datetime | None) -> Sequence[int]:
    """The clocks of a case that are due by an instant."""
    query = select(Clock.id).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    return session.scalars(query.where(Clock.next_rung_at <= by)).all()


def _fire(
    session: Session, subject: Subject, clock: Clock, at: datetime, late_before: datetime | None
) -> Fired | None:
    fired = rungs.done(session, clock)
    step = rungs.upcoming(session, clock, fired)
    if step is None or step.at > at:
        clock.next_rung_at = step.at if step else None
        return None
    system_late = late_before is not None and max(step.at, clock.born_at) < late_before
    escalation = Escalation(
        clock_id=clock.id,
        case_id=clock.case_id,
        unit_id=clock.unit_id,
        rung=step.name,
        kind=step.kind.value,
        level=step.level,
        due_at=step.at,
        at=at,
        system_late=system_late,
    )
    session.add(escalation)
    session.flush()
    told = _WORK[step.kind](session, subject, clock, step, escalation)
    session.flush()
    rungs.schedule_next(session, clock, {**fired, step.name: step.at})
    clock.failed_at, clock.failures = None, 0
    return Fired(
        subject.chain,
        clock.id,
        clock.rule_id,
        step.name,
        step.kind.value,
        step.level,
        step.at,
        system_late,
        told,
    )


def _tell(
    session: Session, subject: Subject, clock: Clock, step: Step, escalation: Escalation
) -> int:
    """Reminders and levels: people hear, the level rises, the chain keeps who was told."""
    users = listeners(session, subject, clock, step.tell, step.level, escalation.at)
    case = case_of(subject)
    if case is not None:
        case.level = max(case.level, step.level or 0)
    clock.rung = step.name
    data = {
        "rule": clock.rule_id,
        "recipient": clock.recipient or None,
        "rung": step.name,
        "level": step.level,
        "due_at": step.at,
        "system_late": escalation.system_late,
        "told": [user.id for user in users],
    }
    entry = timeline.Entry(
        escalation.at, "rung_fired", None, Role.SYSTEM, data=timeline.plain(data)
    )
    timeline.append(session, subject, entry)
    params = {
        "number": spoken_of(subject),
        "duty": clock.terms["title"],
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "level": step.level,
    }
    template = "reminder" if step.kind is Kind.REMIND else "escalation"
    return send(
        session,
        users,
        template,
        params,
        at=escalation.at,
        level=step.level or 0,
        case=case,
        escalation_id=escalation.id,
    )


def _flag(
    session: Session, subject: Subject, clock: Clock, step: Step, escalation: Escalation
) -> int:
    """The limit has passed: the flag, and what other rules start from that instant."""
    at, late = escalation.at, escalation.system_late
    flags.raise_flag(session, subject, clock, at, system_late=late)
    case = case_of(subject)
    if case is None:
        return 0
    trigger = f"limit:{clock.rule_id}"
    listening = clocks.rules_of(policy(session), case).values()
    if any(opening.on == trigger for rule in listening for opening in rule.opens_on):
        view = case_view(session, case)
        changes = clocks.fire(session, case, view, trigger, clock.limit_at or at)
        if changes.touched:
            data = {"trigger": trigger, "clocks": changes.as_data()}
            entry = timeline.Entry(at, "clocks_started", None, Role.SYSTEM, data=data)
            timeline.append(session, case, entry)
    return 0


def _perform(
    session: Session, subject: Subject, clock: Clock, step: Step, escalation: Escalation
) -> int:
    """What SYSTEM may do by itself; refused by state or guard, it is left to people."""
    case = case_of(subject)
    if case is not None:
        perform_as_system(session, case, step.perform or "")
    return 0


def _offer(
    session: Session, subject: Subject, clock: Clock, step: Step, escalation: Escalation
) -> int:
    """What SYSTEM may only propose to the owner."""
    params = {"number": spoken_of(subject), "duty": clock.terms["title"], "action": step.perform}
    users = listeners(session, subject, clock, step.tell or ("owner",), None, escalation.at)
    return send(session, users, "offer", params, at=escalation.at, case=case_of(subject))


def _end(
    session: Session, subject: Subject, clock: Clock, step: Step, escalation: Escalation
) -> int:
    """A period has run out; it was no duty."""
    clock.stopped_at, clock.stopped_by = step.at, "elapsed"
    data = {"clocks": {"stopped": [{"rule": clock.rule_id, "stopped_by": "elapsed"}]}}
    entry = timeline.Entry(escalation.at, "period_ended", None, Role.SYSTEM, data=data)
    timeline.append(session, subject, entry)
    return 0


_WORK = {
    Kind.REMIND: _tell,
    Kind.LEVEL: _tell,
    Kind.FLAG: _flag,
    Kind.PERFORM: _perform,
    Kind.OFFER: _offer,
    Kind.END: _end,
}


def set_aside(session: Session, clock_id: int, at: datetime) -> None:
    """Back off from a clock that fails, longer each time, so that it holds up no other."""
    clock = session.get(Clock, clock_id)
    if clock is None:
        return
    clock.failures += 1
    clock.failed_at = at
    clock.next_rung_at = at + min(MOST_BACKOFF, timedelta(minutes=2 ** min(clock.failures, 6)))


def beat(session: Session, at: datetime, fired: int, failed: int) -> None:
    """Leave the sign of life that ``/healthz`` reads; two sweepers may both leave the first one."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    now = {"at": at, "fired": fired, "failed": failed}
    first = insert(Heartbeat).values(name=NAME, since=at, **now)
    session.execute(first.on_conflict_do_update(index_elements=[Heartbeat.name], set_=now))


def last_beat(session: Session) -> Heartbeat | None:
    """The last sign of life of the sweep, or None."""
    return session.get(Heartbeat, NAME)


def forecast(session: Session, by: datetime) -> list[Fired]:
    """What a pass at that instant would fire if nobody did anything, in order.

    It is the sweep itself; the caller rolls it back.
    """
    found: list[Fired] = []
    with time.at(by):
        while ids := due_clocks(session, by):
            found += _rehearse(session, ids)
    return found


def _rehearse(session: Session, ids: Sequence[int]) -> list[Fired]:
    """Fire a batch; a clock that fails, or whose case is held, must not be asked for ever."""
    try:
        with session.begin_nested():
            fired = fire_due(session, ids, None)
    except Exception:  # the sweep sets such a clock aside; here, too, it silences no other
        log.exception("a batch of %s clocks cannot be foretold", len(ids))
        fired = (
            [one for clock_id in ids for one in _rehearse(session, [clock_id])] if ids[1:] else []
        )
    if not fired:
        still_due = (Clock.id.in_(ids), Clock.next_rung_at <= time.now())
        session.execute(update(Clock).where(*still_due).values(next_rung_at=None))
    return fired
