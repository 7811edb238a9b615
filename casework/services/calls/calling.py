"""Calling the people of a level one after the other, until one of them acknowledges.

Told is not enough: whoever is called must acknowledge in the ladder's time, otherwise the next
person is called, otherwise the next level, at once. Each step is an event with its times.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from casework.deadlines.ladder import Ladder
from casework.models import Call, Clock, User
from casework.models.base import table_of
from casework.models.call import NOBODY, PASSED
from casework.permissions import Role
from casework.services import timeline
from casework.services.calls.listing import Entry, call_list
from casework.services.messages import send
from casework.services.policy import policy
from casework.services.subjects import Subject, case_of, place_of, spoken_of


@dataclass(frozen=True, slots=True)
class Level:
    """One level that has been reached on a clock: the row that fired, and whom it calls."""

    escalation_id: int
    level: int
    words: tuple[str, ...]
    at: datetime


def begin(
    session: Session, subject: Subject, clock: Clock, level: Level, told: Sequence[User]
) -> dict[str, Any]:
    """Call the first person of a level that has just fired; returns what its event keeps of it.

    Who has been ``told`` of the level by a message needs no second one.
    """
    return call_next(session, subject, clock, level, [], {user.id for user in told})


def call_next(
    session: Session,
    subject: Subject,
    clock: Clock,
    level: Level,
    before: Sequence[Call],
    told: set[int],
) -> dict[str, Any]:
    """Call the next person who has not been called yet, or note that nobody is left.

    The list is asked for anew: who has gone on leave since is passed over, with a record, and who
    is back is called.
    """
    asked = {call.user_id for call in before if call.outcome != PASSED}
    passed_before = {call.user_id for call in before} - asked
    entries = [
        entry
        for entry in call_list(session, subject, clock, level.words, level.level, level.at)
        if entry.user_id not in asked and not (entry.why and entry.user_id in passed_before)
    ]
    passed = _until_called(entries)
    called = entries[len(passed)] if len(passed) < len(entries) else None
    due_at = _due(session, clock, level) if called else _up_at(session, clock, level)
    _write(session, clock, level, len(before), passed, called, due_at)
    if called is not None and called.user_id not in told:
        _ask(session, subject, clock, level, session.get_one(User, called.user_id), due_at)
    return {
        "called": called.user_id if called else None,
        "called_as": called.role.value if called else None,
        "answer_by": due_at if called else None,
        "passed_over": [{"user": entry.user_id, "why": entry.why} for entry in passed],
    }


def ladder_of(session: Session, clock: Clock) -> Ladder:
    """The ladder that a clock climbs."""
    return policy(session).ladders[clock.terms["ladder"]]


def _until_called(entries: Sequence[Entry]) -> list[Entry]:
    passed = []
    for entry in entries:
        if not entry.why:
            break
        passed.append(entry)
    return passed


def _due(session: Session, clock: Clock, level: Level) -> datetime:
    return ladder_of(session, clock).answer_by(level.at, policy(session).calendar)


def _up_at(session: Session, clock: Clock, level: Level) -> datetime:
    """When the level above is called because nobody is left here: at once, if it may be woken."""
    above = ladder_of(session, clock).above(level.level)
    waits = above is not None and above.waits
    return policy(session).calendar.office_time(level.at) if waits else level.at


def _write(
    session: Session,
    clock: Clock,
    level: Level,
    position: int,
    passed: Sequence[Entry],
    called: Entry | None,
    due_at: datetime,
) -> None:
    common = {
        "escalation_id": level.escalation_id,
        "clock_id": clock.id,
        "case_id": clock.case_id,
        "unit_id": clock.unit_id,
        "level": level.level,
        "called_at": level.at,
    }
    steps: list[dict[str, Any]] = [
        {"user_id": one.user_id, "role": one.role.value, "why": one.why, "due_at": None}
        | {"outcome": PASSED, "ended_at": level.at}
        for one in passed
    ]
    last: dict[str, Any] = {"due_at": due_at, "outcome": None, "ended_at": None, "why": ""}
    if called is not None:
        steps.append(last | {"user_id": called.user_id, "role": called.role.value})
    else:
        steps.append(last | {"user_id": None, "role": Role.SYSTEM.value, "why": NOBODY})
    rows = [common | step | {"position": position + n} for n, step in enumerate(steps, 1)]
    session.execute(insert(table_of(Call)), rows)


def _ask(
    session: Session, subject: Subject, clock: Clock, level: Level, user: User, due_at: datetime
) -> None:
    params = {
        "number": spoken_of(subject),
        "duty": clock.terms["title"],
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "level": level.level,
        "due_at": due_at,
    }
    send(
        session,
        [user],
        "call",
        params,
        at=level.at,
        level=level.level,
        case=case_of(subject),
        unit=place_of(subject),
        escalation_id=level.escalation_id,
    )


def calls_of(session: Session, escalation_id: int) -> list[Call]:
    """The steps of a call list so far, in order."""
    query = select(Call).where(Call.escalation_id == escalation_id).order_by(Call.position)
    return list(session.scalars(query))


def log(
    session: Session,
    subject: Subject,
    clock: Clock,
    at: datetime,
    action: str,
    data: dict[str, Any],
) -> None:
    """One event about a call list, by SYSTEM."""
    known = {"rule": clock.rule_id, "recipient": clock.recipient or None}
    entry = timeline.Entry(at, action, None, Role.SYSTEM, data=timeline.plain({**known, **data}))
    timeline.append(session, subject, entry)
