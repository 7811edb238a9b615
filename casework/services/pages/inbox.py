"""My messages in words, and who I am here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.deadlines.derivation import stamp
from casework.models import Case, Message
from casework.notifications.messages import BODIES, UNKNOWN
from casework.permissions import Actor
from casework.services.messages import MOST, inbox, unread
from casework.services.pages import labels
from casework.services.pages.today import PostLine, posts_of
from casework.services.policy import policy
from casework.text import Text
from casework.workflows.registry import WORKFLOWS


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message; it carries the number of a case and no name."""

    text: Text
    number: str
    level: int
    at: datetime
    unread: bool


@dataclass(frozen=True, slots=True)
class InboxPage:
    """The newest messages."""

    messages: tuple[MessageLine, ...]
    unread: int
    most: int


@dataclass(frozen=True, slots=True)
class MePage:
    """The person's own page."""

    name: str
    login: str
    posts: tuple[PostLine, ...]


def inbox_page(session: Session, actor: Actor) -> InboxPage:
    """The actor's messages, newest first."""
    found = inbox(session, actor)
    titles = _titles(session)
    lines = tuple(_line(message, case, titles) for message, case in found)
    return InboxPage(lines, unread(session, actor), MOST)


def me_page(session: Session, actor: Actor) -> MePage:
    """Name, login and posts."""
    return MePage(actor.name, actor.login, posts_of(session, actor))


def _line(message: Message, case: Case | None, titles: frozenset[str]) -> MessageLine:
    params = {
        "number": "",
        "duty": "",
        "duties": "",
        "due_at": "–",
        "target_at": "–",
        "limit_at": "–",
        "level": "",
        "action": "",
    }
    words = params | {
        name: _word(name, value, case, titles) for name, value in message.params.items()
    }
    body = BODIES.get(message.template, UNKNOWN)
    number = case.number if case is not None else ""
    return MessageLine(
        Text(body, words), number, message.level, message.created_at, message.read_at is None
    )


def _word(name: str, value: Any, case: Case | None, titles: frozenset[str]) -> object:
    """A value of a message as its reader says it."""
    if name.endswith("_at"):
        return _minute(value) if value else "–"
    if name == "action" and case is not None:
        action = WORKFLOWS[case.case_type].action(str(value))
        return Text(action.label) if action else str(value)
    if name == "level":
        return Text(labels.level_label(int(value or 0)))
    if name == "duties":
        return [Text(one) if one in titles else one for one in value]
    return Text(value) if value in titles else str(value)


def _minute(value: str) -> str:
    at = datetime.fromisoformat(value).replace(second=0, microsecond=0)
    return stamp(at, ends=True)


def _titles(session: Session) -> frozenset[str]:
    """The titles of all rules: the only values of messages that are themselves translated."""
    rules: Mapping[str, Any] = policy(session).packs.for_region("")
    return frozenset(rule.title for rule in rules.values())
