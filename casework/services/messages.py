"""Messages to people: rows written with the change that causes them, never personal data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import ColumnElement, exists, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Message, Person, Unit, User
from casework.models.base import table_of
from casework.permissions import NAMED_PARTS, Actor
from casework.services.actors import named_users
from casework.services.timeline import plain

MOST = 100
"""How many messages one page shows."""


def send(
    session: Session,
    users: Iterable[User],
    template: str,
    params: Mapping[str, Any],
    *,
    at: datetime,
    level: int = 0,
    case: Case | None = None,
    unit: Unit | None = None,
    escalation_id: int | None = None,
    approval_id: int | None = None,
    key: str | None = None,
) -> int:
    """Write one message to each person, but never to one the case names. Returns how many.

    ``unit`` is the unit it is about when there is no case: channels around it may hear, too. With a
    ``key`` each person gets it only once, however often it is sent.
    """
    silent = named_users(session, case.id) if case is not None else frozenset()
    about = case.unit_id if case is not None else unit.id if unit is not None else None
    same = {
        "case_id": case.id if case is not None else None,
        "unit_id": about,
        "sending": token_hex(8),
        "escalation_id": escalation_id,
        "approval_id": approval_id,
        "template": template,
        "params": plain(params),
        "level": level,
        "created_at": at,
    }
    ids = [one for one in dict.fromkeys(user.id for user in users) if one not in silent]
    rows = [same | {"user_id": one, "key": f"{key}:{one}" if key else None} for one in ids]
    if rows:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        once = dialect.insert(table_of(Message)).on_conflict_do_nothing(index_elements=["key"])
        session.execute(once if key else insert(table_of(Message)), rows)
    return len(rows)


def inbox(
    session: Session,
    actor: Actor,
    *,
    limit: int = MOST,
    unread_only: bool = False,
    before: int | None = None,
) -> list[tuple[Message, Case | None]]:
    """The actor's newest messages with the cases they are about; none of one that names them."""
    query = (
        select(Message, Case)
        .outerjoin(Case, Message.case_id == Case.id)
        .where(Message.user_id == actor.user_id, _open_to(actor))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    if unread_only:
        query = query.where(Message.read_at.is_(None))
    if before is not None:
        query = query.where(Message.id < before)
    return [(message, case) for message, case in session.execute(query)]


def unread(session: Session, actor: Actor) -> int:
    """How many messages wait, counted up to 100."""
    bounded = (
        select(Message.id)
        .where(Message.user_id == actor.user_id, Message.read_at.is_(None), _open_to(actor))
        .limit(MOST)
        .subquery()
    )
    return session.scalar(select(func.count()).select_from(bounded)) or 0


def _open_to(actor: Actor) -> ColumnElement[bool]:
    """The message is not about a case that names the actor by now."""
    return ~exists().where(
        Person.case_id == Message.case_id,
        Person.user_id == actor.user_id,
        Person.part.in_(NAMED_PARTS),
    )


def mark_read(session: Session, actor: Actor, at: datetime) -> None:
    """Mark all of the actor's messages as read."""
    session.execute(
        update(Message)
        .where(Message.user_id == actor.user_id, Message.read_at.is_(None))
        .values(read_at=at)
    )


def mark_one_read(session: Session, actor: Actor, message_id: int, at: datetime) -> None:
    """Mark one of the actor's messages as read. Raises NotFound when it is none of these."""
    message = session.get(Message, message_id)
    if message is None or message.user_id != actor.user_id:
        raise NotFound
    message.read_at = message.read_at or at
    session.flush()


def mark_read_of(session: Session, actor: Actor, escalation_id: int, at: datetime) -> None:
    """Mark what the actor was told of an escalation as read: whoever answers it has read it."""
    session.execute(
        update(Message)
        .where(Message.user_id == actor.user_id, Message.read_at.is_(None))
        .where(Message.escalation_id == escalation_id)
        .values(read_at=at)
    )
