"""What the sweep does with calls that nobody answered in time: the next person, or level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from casework.deadlines.ladder import Kind, Step
from casework.models import Call, Case, Clock, Escalation, Unit
from casework.models.call import MET, NOBODY, OVERTAKEN, SILENT, UNREACHABLE
from casework.services import rungs
from casework.services.calls.calling import Level, call_next, calls_of, ladder_of, log
from casework.services.rung_work import claim, work
from casework.services.subjects import Subject

BATCH = 50


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one call that nobody had answered."""

    clock_id: int
    outcome: str
    level: int


Place = tuple[datetime, int]
"""Where a call stands among those that are due: its instant and its id."""


def due_calls(session: Session, at: datetime, after: Place | None = None) -> list[Place]:
    """The next calls whose time to answer has passed, the longest ago first."""
    query = select(Call.due_at, Call.id).where(Call.ended_at.is_(None), Call.due_at <= at)
    if after is not None:
        query = query.where(tuple_(Call.due_at, Call.id) > tuple_(*map(literal, after)))
    rows = session.execute(query.order_by(Call.due_at, Call.id).limit(BATCH))
    return [(due_at, call_id) for due_at, call_id in rows if due_at is not None]


def climb(session: Session, call_ids: Sequence[int], at: datetime) -> list[Moved]:
    """Go on from each of these calls; those whose case or unit another holds are left alone."""
    moved = []
    for call_id in call_ids:
        call = session.get(Call, call_id)
        subject = _hold(session, call) if call is not None else None
        if call is None or subject is None:
            continue
        session.refresh(call)
        if call.ended_at is None:
            outcome = NOBODY if call.user_id is None else SILENT
            moved.append(go_on(session, subject, call, outcome, at))
    return moved


def go_on(session: Session, subject: Subject, call: Call, outcome: str, at: datetime) -> Moved:
    """End a call without an answer, and call the next person or level; the caller holds the lock.

    Nothing more is called when the duty is done by now, or a higher level is already.
    """
    clock = session.get_one(Clock, call.clock_id)
    row = session.get_one(Escalation, call.escalation_id)
    if clock.stopped_at is not None:
        outcome = MET
    elif row.acknowledged_at is not None or _higher(session, clock, call.level):
        outcome = OVERTAKEN
    call.outcome, call.ended_at = outcome, at
    session.flush()
    if outcome in (SILENT, UNREACHABLE):
        _next_person(session, subject, clock, row, call, at)
    elif outcome == NOBODY:
        _next_level(session, subject, clock, call.level, at)
    return Moved(clock.id, outcome, call.level)


def pass_over(session: Session, call_id: int, at: datetime) -> None:
    """The person of an open call cannot be reached on any channel: call the next one now.

    Left alone while somebody else holds what it is about: the call's own time will end it.
    """
    call = session.get(Call, call_id)
    subject = _hold(session, call) if call is not None else None
    if call is None or subject is None:
        return
    session.refresh(call)
    if call.ended_at is None:
        go_on(session, subject, call, UNREACHABLE, at)


def _next_person(
    session: Session, subject: Subject, clock: Clock, row: Escalation, call: Call, at: datetime
) -> None:
    words = _words(session, clock, call.level)
    level = Level(row.id, call.level, words, at)
    found = call_next(session, subject, clock, level, calls_of(session, row.id), set())
    data = {"rung": row.rung, "level": call.level, "unanswered": call.user_id, **found}
    log(session, subject, clock, at, "call_unanswered", {**data, "outcome": call.outcome})


def _next_level(session: Session, subject: Subject, clock: Clock, level: int, at: datetime) -> None:
    """Fire the rung above before its time; at the top only say that nobody has answered."""
    above = ladder_of(session, clock).above(level)
    if above is None or above.level is None:
        log(session, subject, clock, at, "calls_exhausted", {"level": level})
        return
    log(session, subject, clock, at, "level_unanswered", {"level": level, "next": above.level})
    step = Step(above.name, at, Kind.LEVEL, above.level, above.tell, call=above.call)
    held = claim(session, clock, step, at, system_late=False)
    work(session, subject, clock, step, held)
    rungs.schedule_next(session, clock)


def _higher(session: Session, clock: Clock, level: int) -> bool:
    query = select(Escalation.id).where(Escalation.clock_id == clock.id, Escalation.level > level)
    return session.scalar(query.limit(1)) is not None


def _words(session: Session, clock: Clock, level: int) -> tuple[str, ...]:
    found = [rung.call for rung in ladder_of(session, clock).rungs if rung.level == level]
    return found[0] if found else ()


def _hold(session: Session, call: Call) -> Subject | None:
    """Lock what the call is about, as every step does; None while somebody else holds it."""
    if call.case_id is not None:
        cases = select(Case).where(Case.id == call.case_id)
        return session.scalar(cases.with_for_update(of=Case, skip_locked=True, key_share=True))
    units = select(Unit).where(Unit.id == call.unit_id)
    return session.scalar(units.with_for_update(of=Unit, skip_locked=True, key_share=True))
