"""The levels a case has reached: who was called one after the other, and who acknowledged, how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Call, Case, Clock, Escalation, User
from casework.models.call import ACKNOWLEDGED, PASSED
from casework.permissions import ROLE_LABELS, Actor
from casework.services.calls.reach import Held, in_reach, recorder, refusal
from casework.services.pages import call_words, labels
from casework.services.pages.duties import titled
from casework.text import Text

MOST = 6
"""How many levels a case page shows; all of them stand in the audit."""


@dataclass(frozen=True, slots=True)
class CallStep:
    """One person of a call list. ``waits``: the answer is waited for until ``due_at``."""

    name: str
    role: str
    called_at: datetime
    due_at: datetime | None
    outcome: Text
    waits: bool
    passed: bool
    means: str
    reached_at: datetime | None
    recorded_by: str


@dataclass(frozen=True, slots=True)
class LevelLine:
    """One level on one duty. ``open``: it still waits for somebody to acknowledge it."""

    escalation_id: int
    level: int
    level_label: str
    duty: Text
    at: datetime
    system_late: bool
    acknowledged_at: datetime | None
    acknowledged_by: str
    means: str
    steps: tuple[CallStep, ...]
    open: bool
    may_acknowledge: bool
    may_record: bool


@dataclass(frozen=True, slots=True)
class Levels:
    """The newest levels of a case, those that wait first, and how many there are in all."""

    lines: tuple[LevelLine, ...]
    total: int

    @property
    def waiting(self) -> int:
        """How many of them wait for an answer."""
        return sum(one.open for one in self.lines)


def levels_of(session: Session, actor: Actor, case: Case) -> Levels:
    """The levels as the page of the case shows them to who sees the whole case."""
    of_case = (Escalation.case_id == case.id, Escalation.level.is_not(None))
    query = (
        select(Escalation, Clock)
        .join(Clock, Clock.id == Escalation.clock_id)
        .where(*of_case)
        .order_by(Escalation.id.desc())
        .limit(MOST)
    )
    rows = [(row, clock) for row, clock in session.execute(query)]
    calls = _calls(session, [row.id for row, _ in rows])
    names = _names(session, rows, calls)
    lines = [
        _line(session, actor, Held(row, clock, case), calls.get(row.id, ()), names)
        for row, clock in rows
    ]
    lines.sort(key=lambda one: (not one.open, -one.level if one.open else 0))
    total = session.scalar(select(func.count()).select_from(Escalation).where(*of_case))
    return Levels(tuple(lines), total or 0)


def _line(
    session: Session, actor: Actor, held: Held, calls: Sequence[Call], names: Mapping[int, str]
) -> LevelLine:
    row, clock = held.row, held.clock
    waits = row.acknowledged_at is None and clock.stopped_at is None
    able = waits and in_reach(session, actor, held)
    role, why = recorder(session, actor, held) if able else (None, None)
    answered = [call for call in calls if call.outcome == ACKNOWLEDGED]
    return LevelLine(
        escalation_id=row.id,
        level=row.level or 0,
        level_label=labels.level_label(row.level or 0),
        duty=titled(clock.terms["title"], clock.recipient),
        at=row.at,
        system_late=row.system_late,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=names.get(row.acknowledged_by or 0, ""),
        means=call_words.means(answered[-1].means if answered else None),
        steps=tuple(_step(call, names) for call in calls),
        open=waits and any(call.ended_at is None for call in calls),
        may_acknowledge=able and refusal(session, actor, held, time.now()) is None,
        may_record=role is not None and why is None,
    )


def _step(call: Call, names: Mapping[int, str]) -> CallStep:
    recorded = call.by_id if call.by_id != call.user_id else None
    return CallStep(
        name=names.get(call.user_id or 0, ""),
        role=ROLE_LABELS[call.role] if call.user_id else "",
        called_at=call.called_at,
        due_at=call.due_at,
        outcome=call_words.outcome(call),
        waits=call.ended_at is None and call.user_id is not None,
        passed=call.outcome == PASSED,
        means=call_words.means(call.means) if call.means else "",
        reached_at=call.reached_at,
        recorded_by=names.get(recorded or 0, ""),
    )


def _calls(session: Session, ids: Sequence[int]) -> Mapping[int, Sequence[Call]]:
    query = select(Call).where(Call.escalation_id.in_(ids)).order_by(Call.position)
    found: dict[int, list[Call]] = {}
    for call in session.scalars(query):
        found.setdefault(call.escalation_id, []).append(call)
    return found


def _names(
    session: Session,
    rows: Iterable[tuple[Escalation, Clock]],
    calls: Mapping[int, Sequence[Call]],
) -> dict[int, str]:
    ids = {row.acknowledged_by for row, _ in rows}
    ids |= {one for steps in calls.values() for call in steps for one in (call.user_id, call.by_id)}
    query = select(User.id, User.name).where(User.id.in_([one for one in ids if one is not None]))
    found: dict[int, str] = dict(session.execute(query).all())
    return found
