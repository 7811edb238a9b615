"""Who was told of a case: one line for each person or channel, from the writing to the answer.

Messages, people who were passed over, and acknowledgements stand in one order, the newest first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import CompoundSelect, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from casework.models import Call, Case, Clock, Escalation, Message, User
from casework.models.call import ACKNOWLEDGED, PASSED
from casework.permissions import Actor
from casework.services.pages import call_words, ways
from casework.services.pages.duties import titled
from casework.services.pages.inbox import Words
from casework.services.pages.ways import Way, ways_of
from casework.services.scope import load_case
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

PAGE = 40
MESSAGE, CALL, ANSWER = KINDS = ("message", "call", "answer")
Entity = TypeVar("Entity", Message, Call, Escalation)
Step = Any
"""A row of the statement below: ``at``, ``kind``, ``id``."""
INSIDE = N_("in the system")
CALL_LIST = N_("Call list: %(duty)s")
UNCALLED = N_("answered before being called")


@dataclass(frozen=True, slots=True)
class ToldLine:
    """One person or group, what it was told, in which ways, and what came of it.

    ``call`` is what became of the call to this person; ``group`` that it is the channel of a unit.
    """

    at: datetime
    text: Text
    level: int
    who: str = ""
    group: bool = False
    ways: tuple[Way, ...] = ()
    read_at: datetime | None = None
    call: Text | None = None
    acknowledged_at: datetime | None = None
    means: str = ""
    recorded_by: str = ""


@dataclass(frozen=True, slots=True)
class ToldPage:
    """A page of lines, the newest first; ``total`` counts messages and steps in all."""

    number: str
    type_title: str
    lines: tuple[ToldLine, ...]
    page: int
    pages: int
    total: int


def told_page(session: Session, actor: Actor, number: str, page: int = 1) -> ToldPage:
    """Who was told of a case. Raises NotFound for who does not see the whole case."""
    case = load_case(session, actor, number)
    page, total = max(page, 1), count(session, case)
    lines = lines_of(session, case, PAGE, (page - 1) * PAGE)
    title = WORKFLOWS[case.case_type].title
    return ToldPage(case.number, title, lines, page, -(-total // PAGE), total)


def count(session: Session, case: Case) -> int:
    """How many messages and steps there are."""
    steps = _steps(case).subquery()
    return session.scalar(select(func.count()).select_from(steps)) or 0


def lines_of(
    session: Session, case: Case, limit: int | None, offset: int = 0
) -> tuple[ToldLine, ...]:
    """The lines of so many messages and steps, or without a limit of all, the newest first."""
    steps = _steps(case).subquery()
    order = steps.c.at.desc(), steps.c.kind.desc(), steps.c.id.desc()
    rows = session.execute(select(steps).order_by(*order).limit(limit).offset(offset)).all()
    found = _Found(session, case, rows)
    return tuple(line for row in rows for line in found.lines(row.kind, row.id))


def _steps(case: Case) -> CompoundSelect[datetime, str, int]:
    """Everything that makes a line, by instant: messages, who was passed over, who answered."""
    own = exists().where(
        Call.escalation_id == Escalation.id,
        Call.user_id == Escalation.acknowledged_by,
        Call.outcome.is_distinct_from(PASSED),
    )
    return union_all(
        select(Message.created_at.label("at"), literal(MESSAGE).label("kind"), Message.id).where(
            Message.case_id == case.id
        ),
        select(Call.called_at, literal(CALL), Call.id).where(
            Call.case_id == case.id, or_(Call.outcome == PASSED, Call.user_id.is_(None))
        ),
        select(Escalation.acknowledged_at, literal(ANSWER), Escalation.id).where(
            Escalation.case_id == case.id, Escalation.acknowledged_at.is_not(None), ~own
        ),
    )


class _Found:
    """What the steps of one page are about, read once for all of them."""

    def __init__(self, session: Session, case: Case, rows: Sequence[Step]) -> None:
        ids = {kind: [row.id for row in rows if row.kind == kind] for kind in KINDS}
        self._case = case
        self._messages = {m.id: m for m in _by_ids(session, Message, ids[MESSAGE])}
        self._passed = {c.id: c for c in _by_ids(session, Call, ids[CALL])}
        self._answers = {e.id: e for e in _by_ids(session, Escalation, ids[ANSWER])}
        rungs = {one.escalation_id for one in self._passed.values()} | set(self._answers)
        self._titles = _titles(session, rungs)
        self._words = Words(session, list(self._messages.values()))
        self._ways = ways_of(session, ids[MESSAGE])
        self._calls, self._newest = _called(session, self._messages.values())
        self._names = _names(
            session,
            [
                *(message.user_id for message in self._messages.values()),
                *(call.user_id for call in self._passed.values()),
                *(row.acknowledged_by for row in self._answers.values()),
                *(call.by_id for call in self._calls.values()),
            ],
        )

    def lines(self, kind: str, row_id: int) -> Iterable[ToldLine]:
        """The lines of one step."""
        if kind == MESSAGE:
            return self._of_message(self._messages[row_id])
        if kind == CALL:
            return [self._of_call(self._passed[row_id])]
        return [self._of_answer(self._answers[row_id])]

    def _of_message(self, message: Message) -> Iterator[ToldLine]:
        line = self._words.line(message, self._case)
        inside = Way(Text(INSIDE), message.created_at, Text(ways.THERE), bad=False)
        own, groups = self._ways.get(message.id, ((), ()))
        call = None
        if self._newest.get((message.escalation_id, message.user_id)) == message.id:
            call = self._calls.get((message.escalation_id or 0, message.user_id))
        told = ToldLine(message.created_at, line.text, message.level)
        person = replace(
            told,
            who=self._names.get(message.user_id, ""),
            ways=(inside, *own),
            read_at=message.read_at,
        )
        yield self._answering(person, call) if call is not None else person
        for unit, way in groups:
            yield replace(told, who=unit, group=True, ways=(way,))

    def _of_call(self, call: Call) -> ToldLine:
        who = self._names.get(call.user_id or 0, "")
        line = ToldLine(call.called_at, self._duty(call.escalation_id), call.level, who)
        return self._answering(line, call)

    def _of_answer(self, row: Escalation) -> ToldLine:
        at = row.acknowledged_at or row.at
        who = self._names.get(row.acknowledged_by or 0, "")
        line = ToldLine(at, self._duty(row.id), row.level or 0, who, call=Text(UNCALLED))
        return replace(line, acknowledged_at=at, means=call_words.means(None))

    def _answering(self, line: ToldLine, call: Call) -> ToldLine:
        """The line with what became of the call."""
        if call.outcome != ACKNOWLEDGED:
            return replace(line, call=call_words.outcome(call))
        by = call.by_id if call.by_id != call.user_id else None
        return replace(
            line,
            acknowledged_at=call.reached_at,
            means=call_words.means(call.means),
            recorded_by=self._names.get(by or 0, ""),
        )

    def _duty(self, escalation_id: int) -> Text:
        return Text(CALL_LIST, {"duty": self._titles[escalation_id]})


def _called(
    session: Session, messages: Iterable[Message]
) -> tuple[dict[tuple[int, int], Call], dict[tuple[int | None, int], int]]:
    """The calls to the people of these messages, and the newest message of each such call."""
    ids = {one.escalation_id for one in messages if one.escalation_id is not None}
    calls = session.scalars(
        select(Call).where(Call.escalation_id.in_(ids), Call.outcome.is_distinct_from(PASSED))
    )
    found = {(call.escalation_id, call.user_id): call for call in calls if call.user_id}
    newest = (
        select(Message.escalation_id, Message.user_id, func.max(Message.id))
        .where(Message.escalation_id.in_(ids))
        .group_by(Message.escalation_id, Message.user_id)
    )
    return found, {(row[0], row[1]): row[2] for row in session.execute(newest)}


def _titles(session: Session, ids: Collection[int]) -> dict[int, Text]:
    """The duty of each of these escalations."""
    query = (
        select(Escalation.id, Clock.terms, Clock.recipient)
        .join(Clock, Clock.id == Escalation.clock_id)
        .where(Escalation.id.in_(ids))
    )
    return {row[0]: titled(row[1]["title"], row[2]) for row in session.execute(query)}


def _by_ids(session: Session, kind: type[Entity], ids: Sequence[int]) -> Sequence[Entity]:
    return session.scalars(select(kind).where(kind.id.in_(ids))).all() if ids else ()


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    query = select(User.id, User.name).where(User.id.in_({one for one in ids if one is not None}))
    found: dict[int, str] = dict(session.execute(query).all())
    return found
