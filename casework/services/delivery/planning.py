"""Which endpoints a message goes to: decided once, soon after it was written.

A person hears on the endpoints that are no fallback. A channel of a unit hears of what is about the
unit or below it, if somebody at the unit or below is told: what only the bureau may know never
reaches the group of a school.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Delivery, Endpoint, Membership, Message, Preference, Unit, User
from casework.models.base import table_of
from casework.notifications.messages import TOPICS
from casework.notifications.terms import NEVER_HELD, Quiet
from casework.services.actors import ancestors, in_force, named_users, school_of
from casework.services.delivery.shared import only_shared

BATCH = 500
TOPIC_OF = {template: topic for topic, templates in TOPICS.items() for template in templates}


class Way(NamedTuple):
    """What planning looks at of an endpoint."""

    id: int
    user_id: int | None
    unit_id: int | None
    channel: str
    min_level: int
    fallback: bool
    muted: Sequence[str]


_WAY = tuple(getattr(Endpoint, name) for name in Way._fields)


@dataclass(frozen=True, slots=True)
class _Ground:
    """What the messages of one batch need to know, read once."""

    closed: frozenset[int]
    """Accounts that are disabled."""
    own: Mapping[int, Sequence[Way]]
    of_units: Mapping[int, Sequence[Way]]
    paths: Mapping[int, str]
    homes: Mapping[int, frozenset[int]]
    """What lies at or above all of a person's posts: in which groups the person may be meant."""
    own_units: Mapping[int, frozenset[int]]
    """Where a person has ever had a post, up to the school: in whose group the person may be."""
    quiet: Mapping[int, Quiet]


def plan(session: Session, at: datetime) -> int:
    """Decide where the next messages go; returns how many were looked at, 0 when none is left."""
    query = select(Message).where(Message.planned_at.is_(None)).order_by(Message.id).limit(BATCH)
    messages = session.scalars(query.with_for_update(skip_locked=True, key_share=True)).all()
    if not messages:
        return 0
    ground = _ground(session, messages, at)
    rows = [row for message in messages for row in _routes(session, message, ground, at)]
    add(session, rows)
    ids = [message.id for message in messages]
    session.execute(update(Message).where(Message.id.in_(ids)).values(planned_at=at))
    return len(messages)


def add(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Put deliveries into the queues of their endpoints, each sending once, and wake these.

    The endpoints are locked before their queue is looked at, as who empties it does, so that none
    falls asleep over a delivery that is just being written.
    """
    if not rows:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    insert = dialect.insert(table_of(Delivery)).on_conflict_do_nothing()
    session.execute(insert, list(rows))
    first: dict[int, datetime] = {}
    for row in rows:
        known = first.get(row["endpoint_id"], row["due_at"])
        first[row["endpoint_id"]] = min(known, row["due_at"])
    columns = (Endpoint.id, Endpoint.due_at, Endpoint.failures)
    query = select(*columns).where(Endpoint.id.in_(first)).order_by(Endpoint.id)
    woken = [
        {"one": endpoint_id, "at": first[endpoint_id]}
        for endpoint_id, due_at, failures in session.execute(query.with_for_update(key_share=True))
        if due_at is None or (due_at > first[endpoint_id] and not failures)
    ]
    table = table_of(Endpoint)
    wake = update(table).where(table.c.id == bindparam("one")).values(due_at=bindparam("at"))
    if woken:
        session.connection().execute(wake, woken)


def row(message: Message, endpoint_id: int, at: datetime, due_at: datetime) -> dict[str, Any]:
    """A delivery as the table holds it."""
    return {
        "message_id": message.id,
        "endpoint_id": endpoint_id,
        "sending": message.sending or f"message-{message.id}",
        "made_at": at,
        "due_at": due_at,
    }


def wants(endpoint: Way, message: Message) -> bool:
    """True when a message weighs enough for an endpoint and is not muted there."""
    if message.level >= NEVER_HELD and endpoint.user_id is not None:
        return True
    muted = TOPIC_OF.get(message.template) in endpoint.muted
    return message.level >= endpoint.min_level and not muted


def _routes(
    session: Session, message: Message, ground: _Ground, at: datetime
) -> Iterable[dict[str, Any]]:
    user_id = message.user_id
    silent = named_users(session, message.case_id) if message.case_id else frozenset()
    if user_id not in ground.closed and user_id not in silent:
        quiet = ground.quiet.get(user_id)
        held = quiet is not None and message.level < NEVER_HELD
        due_at = quiet.over(at) if held and quiet is not None else at
        own = ground.own.get(user_id, ())
        for endpoint in [one for one in own if not one.fallback] or own[:1]:
            if wants(endpoint, message):
                yield row(message, endpoint.id, at, due_at)
    about = ancestors(ground.paths.get(message.unit_id or 0, ""))
    for unit_id in set(about) & ground.homes.get(user_id, frozenset()):
        if any(unit_id in ground.own_units.get(one, frozenset()) for one in silent):
            continue
        for endpoint in ground.of_units.get(unit_id, ()):
            if wants(endpoint, message):
                yield row(message, endpoint.id, at, at)


def _ground(session: Session, messages: Sequence[Message], at: datetime) -> _Ground:
    named = {
        one
        for case_id in {m.case_id for m in messages if m.case_id}
        for one in named_users(session, case_id)
    }
    user_ids = {message.user_id for message in messages}
    unit_ids = {message.unit_id for message in messages if message.unit_id}
    paths: dict[int, str] = dict(
        session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(unit_ids))).all()
    )
    above = {one for path in paths.values() for one in ancestors(path)}
    live = Endpoint.removed_at.is_(None)
    found = session.execute(
        select(*_WAY)
        .where(live, Endpoint.user_id.in_(user_ids) | Endpoint.unit_id.in_(above))
        .order_by(Endpoint.id)
    ).all()
    own: dict[int, list[Way]] = {}
    of_units: dict[int, list[Way]] = {}
    for columns in found:
        endpoint = Way(*columns)
        if endpoint.user_id is not None:
            own.setdefault(endpoint.user_id, []).append(endpoint)
        elif endpoint.unit_id is not None and not only_shared(endpoint.unit_id, endpoint.channel):
            of_units.setdefault(endpoint.unit_id, []).append(endpoint)
    closed = select(User.id).where(User.id.in_(user_ids), User.disabled_at.is_not(None))
    homes = _homes(session, user_ids, at) if of_units else {}
    own_units = _own_units(session, named) if of_units else {}
    return _Ground(
        frozenset(session.scalars(closed)),
        own,
        of_units,
        paths,
        homes,
        own_units,
        _quiet(session, user_ids),
    )


def _homes(session: Session, user_ids: Iterable[int], at: datetime) -> dict[int, frozenset[int]]:
    """By the posts of today, and only what all of them share: who also has a post at a school may
    have been told as an officer."""
    on = at.astimezone(LOCAL).date()
    query = select(Membership.user_id, Unit.path).join(Membership.unit).where(*in_force(on))
    found: dict[int, frozenset[int]] = {}
    for user_id, path in session.execute(query.where(Membership.user_id.in_(set(user_ids)))):
        units = frozenset(ancestors(path))
        found[user_id] = found.get(user_id, units) & units
    return found


def _own_units(session: Session, user_ids: Iterable[int]) -> dict[int, frozenset[int]]:
    """Each unit of a post with what lies between it and its school."""
    query = select(Membership.user_id, Unit).join(Membership.unit)
    found: dict[int, frozenset[int]] = {}
    for user_id, unit in session.execute(query.where(Membership.user_id.in_(set(user_ids)))):
        within = ancestors(unit.path)
        top = school_of(session, unit).id
        own = frozenset(within[within.index(top) :])
        found[user_id] = found.get(user_id, frozenset()) | own
    return found


def _quiet(session: Session, user_ids: Iterable[int]) -> dict[int, Quiet]:
    query = select(Preference).where(
        Preference.user_id.in_(set(user_ids)), Preference.quiet_from.is_not(None)
    )
    return {
        one.user_id: Quiet(one.quiet_from or 0, one.quiet_until or 0)
        for one in session.scalars(query)
    }
