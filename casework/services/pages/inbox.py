"""My messages in words, grouped by case, and who I am here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from casework.deadlines.derivation import stamp
from casework.models import Call, Case, Clock, Escalation, Message
from casework.models.call import SILENT, UNREACHABLE
from casework.notifications.messages import (
    BODIES,
    BOTH,
    LIMIT_ONLY,
    PASSED,
    TARGET_ONLY,
    UNKNOWN,
)
from casework.permissions import Actor
from casework.services.findings.words import KINDS
from casework.services.intake.receipts import with_receipt
from casework.services.messages import MOST, inbox, unread
from casework.services.pages import labels
from casework.services.pages.calls import waiting_for
from casework.services.pages.duties import titled
from casework.services.pages.today import PostLine, posts_of
from casework.services.policy import policy
from casework.services.signals.kinds import KINDS as SIGNALS
from casework.services.signals.receiving import SUBJECT as SIGNAL
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

NAMELESS = ("signal", "intake_urgent", "intake_school", "intake_added")
"""Messages that lead to what was written without a name, where there is such a conversation."""


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message; it carries the number of a case and no name. ``clock_id``: what it reminds of.

    ``folded`` are older messages about the same duty, which this one has overtaken. ``asks``: its
    level waits for the reader to acknowledge it; ``answered``: somebody has.
    """

    text: Text
    number: str
    level: int
    at: datetime
    unread: bool
    clock_id: int | None
    folded: tuple[MessageLine, ...] = ()
    finding_id: int | None = None
    signal_id: int | None = None
    nameless: bool = False
    document_id: int | None = None
    id: int = 0
    template: str = ""
    escalation_id: int | None = None
    asks: bool = False
    answered: bool = False


@dataclass(frozen=True, slots=True)
class MessageGroup:
    """The messages about one case, or about none."""

    number: str
    type_title: str
    messages: tuple[MessageLine, ...]


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The newest messages."""

    groups: tuple[MessageGroup, ...]
    unread: int
    most: int
    calls: int


@dataclass(frozen=True, slots=True)
class MePage:
    """The person's own page."""

    name: str
    login: str
    posts: tuple[PostLine, ...]


def inbox_page(session: Session, actor: Actor) -> InboxPage:
    """The actor's messages by case, the case with the newest first, escalations on top."""
    found = inbox(session, actor)
    words = Words(session, [message for message, _ in found])
    asking, answered = _levels(session, actor, [message for message, _ in found])
    groups: dict[str, list[MessageLine]] = {}
    titles: dict[str, str] = {}
    for message, case in found:
        number = case.number if case is not None else ""
        titles[number] = WORKFLOWS[case.case_type].title if case is not None else ""
        line, rung = words.line(message, case), message.escalation_id
        line = replace(line, asks=rung in asking, answered=rung in answered)
        groups.setdefault(number, []).append(line)
    return InboxPage(
        tuple(MessageGroup(n, titles[n], _folded(lines)) for n, lines in groups.items()),
        unread(session, actor),
        MOST,
        waiting_for(session, actor),
    )


def me_page(session: Session, actor: Actor) -> MePage:
    """Name, login and posts."""
    return MePage(actor.name, actor.login, posts_of(session, actor))


def _folded(lines: Sequence[MessageLine]) -> tuple[MessageLine, ...]:
    """Escalations first; what an escalation of the same duty has overtaken goes under it."""
    heads: dict[int, MessageLine] = {}
    under: dict[int, list[MessageLine]] = {}
    rest = []
    for line in lines:  # the newest first
        clock_id = line.clock_id
        if clock_id is not None and clock_id in heads:
            under.setdefault(clock_id, []).append(line)
        elif clock_id is not None and line.level:
            heads[clock_id] = line
        else:
            rest.append(line)
    tops = [
        replace(line, folded=tuple(under.get(clock_id, ()))) for clock_id, line in heads.items()
    ]
    return (*tops, *sorted(rest, key=lambda line: line.level == 0))


def _levels(
    session: Session, actor: Actor, messages: Sequence[Message]
) -> tuple[frozenset[int], frozenset[int]]:
    """Of what the messages tell of: the levels that wait for the actor, those acknowledged."""
    ids = {one.escalation_id for one in messages if one.escalation_id is not None}
    mine = exists().where(
        Call.escalation_id == Escalation.id,
        Call.user_id == actor.user_id,
        or_(Call.outcome.is_(None), Call.outcome.in_((SILENT, UNREACHABLE))),
    )
    query = (
        select(Escalation.id, Escalation.acknowledged_at, Clock.stopped_at, mine)
        .join(Clock, Clock.id == Escalation.clock_id)
        .where(Escalation.id.in_(ids), Escalation.level.is_not(None))
    )
    rows = session.execute(query).all()
    asking = (row[0] for row in rows if row[1] is None and row[2] is None and row[3])
    return frozenset(asking), frozenset(row[0] for row in rows if row[1] is not None)


class Words:
    """Puts messages into words; what they speak of is read once for all of them."""

    def __init__(self, session: Session, messages: Sequence[Message]) -> None:
        rules: Mapping[str, Any] = policy(session).packs.for_region("")
        self._titles = frozenset(rule.title for rule in rules.values())
        ids = [m.escalation_id for m in messages if m.escalation_id is not None]
        rungs = select(Escalation.id, Clock).join(Clock, Escalation.clock_id == Clock.id)
        found = session.execute(rungs.where(Escalation.id.in_(ids)))
        self._clocks = {row[0]: row[1] for row in found}
        self._talks = with_receipt(session, {m.params.get("signal") for m in messages})
        self._born = _born(session, {m.case_id for m in messages if m.template == "duty"})

    def line(self, message: Message, case: Case | None) -> MessageLine:
        """One message in words."""
        clock = self._clocks.get(message.escalation_id or 0)
        given = message.params
        words = dict.fromkeys(("number", "duty", "duties", "level", "action"), "") | {
            name: self._word(name, value, message, case) for name, value in given.items()
        }
        words["due_at"] = minute(given.get("due_at"))
        words["limit_at"] = minute(given.get("limit_at"))
        words["passed"] = _passed(message)
        words["dues"] = dues_of(given.get("target_at"), given.get("limit_at"))
        if clock is not None and "duty" in given:
            words["duty"] = titled(given["duty"], clock.recipient)
        return MessageLine(
            Text(BODIES.get(message.template, UNKNOWN), words),
            case.number if case is not None else "",
            message.level,
            message.created_at,
            message.read_at is None,
            clock.id if clock is not None else None,
            finding_id=given.get("finding_id"),
            document_id=given.get("document_id"),
            signal_id=_signal(message, clock),
            nameless=message.template in NAMELESS and message.params.get("signal") in self._talks,
            id=message.id,
            template=message.template,
            escalation_id=message.escalation_id,
        )

    def _word(self, name: str, value: Any, message: Message, case: Case | None) -> object:
        """A value of a message as its reader says it."""
        if name == "action" and case is not None:
            action = WORKFLOWS[case.case_type].action(str(value))
            return Text(action.label if action else str(value))
        if name == "kind" and value in SIGNALS:
            return Text(SIGNALS[value].label)
        if name == "document":
            return Text(str(value))
        if name == "finding":
            return Text(KINDS.get(str(value), str(value)))
        if name == "channel":
            return Text(str(value))
        if name == "level":
            return Text(labels.level_label(int(value or 0)))
        if name == "duties":
            return self._duties(value, message)
        return Text(value) if value in self._titles else str(value)

    def _duties(self, titles: Iterable[str], message: Message) -> list[Text]:
        """The duties that began with the message, each with its recipients, each once."""
        born = self._born.get((message.case_id or 0, message.created_at), [])
        found: dict[str, Text] = {}
        for title in titles:
            recipients = [c.recipient for c in born if c.terms["title"] == title and c.recipient]
            for recipient in recipients or [""]:
                found[f"{title}:{recipient}"] = titled(title, recipient)
        return list(found.values())


def _signal(message: Message, clock: Clock | None) -> int | None:
    """The signal that a message, or the clock it reminds of, is about."""
    if clock is not None and clock.subject_kind == SIGNAL:
        return clock.subject_id
    found: int | None = message.params.get("signal")
    return found


def _born(
    session: Session, case_ids: Iterable[int | None]
) -> dict[tuple[int, datetime], list[Clock]]:
    """The clocks of these cases by the instant at which they were entered."""
    query = select(Clock).where(Clock.case_id.in_([one for one in case_ids if one is not None]))
    found: dict[tuple[int, datetime], list[Clock]] = {}
    for clock in session.scalars(query.order_by(Clock.id)):
        found.setdefault((clock.case_id or 0, clock.born_at), []).append(clock)
    return found


def dues_of(target: str | None, limit: str | None) -> Text | str:
    """Target and limit by name, as far as there are any."""
    values = {"target": minute(target), "limit": minute(limit)}
    if target and limit and target != limit:
        return Text(BOTH, values)
    return Text(LIMIT_ONLY if limit else TARGET_ONLY, values)


def _passed(message: Message) -> Text:
    """Which of the two had passed when the message was written."""
    limit = message.params.get("limit_at")
    return Text(PASSED[bool(limit and message.created_at >= datetime.fromisoformat(limit))])


def minute(value: str | None) -> str:
    """An instant as messages say it, to the minute."""
    if not value:
        return "–"
    return stamp(datetime.fromisoformat(value).replace(second=0, microsecond=0), ends=True)
