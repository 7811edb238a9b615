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
from casework.deadlines.ladder import Kind
from casework.models import Case, Clock, Heartbeat, Unit
from casework.services import rungs, timeline
from casework.services.due_queue import DueQueue
from casework.services.rung_work import claim, work
from casework.services.subjects import Subject, case_of

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
    done = rungs.done_of(session, [row.id for row in rows])
    fired: list[Fired] = []
    while len(fired) < BATCH and (row := queue.pop()) is not None:
        subject = subjects[_key(row)]
        found = _fire(session, subject, row, done[row.id], at, late_before)
        fired += [found] if found else []
        queue.push(row)
        case = case_of(subject)
        starts = found is not None and found.kind in STARTING and case is not None
        if case and starts and not queue.knows(_due_in(session, case, queue.end)):
            break
    session.flush()
    return fired


Key = tuple[str, int]


def _key(clock: Clock) -> Key:
    """What is locked for a clock: its case, or without one its unit."""
    return ("case", clock.case_id) if clock.case_id else ("unit", clock.unit_id)


def _held(session: Session, ids: Sequence[int]) -> dict[Key, Subject]:
    """The cases and units of these clocks that nobody else holds, now held here."""
    cases = select(Clock.case_id).where(Clock.id.in_(ids))
    units = select(Clock.unit_id).where(Clock.id.in_(ids), Clock.case_id.is_(None))
    held = (
        select(Case)
        .where(Case.id.in_(cases))
        .with_for_update(of=Case, skip_locked=True, key_share=True)
    )
    owing = (
        select(Unit)
        .where(Unit.id.in_(units))
        .with_for_update(of=Unit, skip_locked=True, key_share=True)
    )
    return {
        **{("case", case.id): case for case in session.scalars(held.order_by(Case.id))},
        **{("unit", unit.id): unit for unit in session.scalars(owing.order_by(Unit.id))},
    }


def _due_in(session: Session, case: Case, by: datetime | None) -> Sequence[int]:
    """The clocks of a case that are due by an instant."""
    query = select(Clock.id).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    return session.scalars(query.where(Clock.next_rung_at <= by)).all()


def _fire(
    session: Session,
    subject: Subject,
    clock: Clock,
    done: dict[str, datetime],
    at: datetime,
    late_before: datetime | None,
) -> Fired | None:
    step = rungs.upcoming(session, clock, done)
    if step is None or step.at > at:
        clock.next_rung_at = step.at if step else None
        return None
    system_late = late_before is not None and max(step.at, clock.born_at) < late_before
    held = claim(session, clock, step, at, system_late=system_late)
    told = work(session, subject, clock, step, held)
    done[step.name] = step.at
    rungs.schedule_next(session, clock, done)
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


def set_aside(session: Session, clock_id: int, at: datetime) -> None:
    """Back off from a clock that fails, longer each time, so that it holds up no other."""
    clock = session.get(Clock, clock_id)
    if clock is None:
        return
    clock.failures += 1
    clock.failed_at = at
    clock.next_rung_at = at + min(MOST_BACKOFF, timedelta(minutes=2 ** min(clock.failures, 6)))


def beat(session: Session, at: datetime, fired: int, failed: int, name: str = NAME) -> None:
    """Leave the sign of life that ``/healthz`` reads; two sweepers may both leave the first one."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    now = {"at": at, "fired": fired, "failed": failed}
    first = dialect.insert(Heartbeat).values(name=name, since=at, **now)
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
