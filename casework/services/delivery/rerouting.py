"""When a channel fails, that failure is escalated: the next channel, then the next person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.orm import Session

from casework.models import Call, Delivery, Endpoint, Message, Parcel
from casework.models.delivery import SENT
from casework.notifications.terms import NEVER_HELD, Terms
from casework.services.delivery import planning

BATCH = 500


def reroute(session: Session, at: datetime, terms: Terms) -> tuple[int, list[int]]:
    """Send what waits at failing endpoints of people another way.

    Returns how many deliveries were looked at, 0 when none is left, and the open calls of people
    who can be reached no other way: the next person is to be called.
    """
    rows = session.execute(_stranded(at, terms)).all()
    if not rows:
        return 0, []
    others = _others(session, {endpoint.user_id for _, _, endpoint in rows})
    taken = _taken(session, [delivery for delivery, _, _ in rows])
    made: list[Mapping[str, Any]] = []
    stuck: list[tuple[int | None, int | None]] = []
    for delivery, message, endpoint in rows:
        ways = [
            one
            for one in others.get(endpoint.user_id or 0, ())
            if (one.id, delivery.sending) not in taken and not one.failures
        ]
        if ways:
            made.append(planning.row(message, ways[0].id, at, at))
        else:
            stuck.append((message.escalation_id, endpoint.user_id))
    ids = [delivery.id for delivery, _, _ in rows]
    session.execute(update(Delivery).where(Delivery.id.in_(ids)).values(rerouted_at=at))
    planning.add(session, made)
    return len(rows), _open_calls(session, stuck)


def _stranded(at: datetime, terms: Terms) -> Select[Delivery, Message, Endpoint]:
    """What has waited too long at an endpoint of a person and has not been sent another way yet."""
    return (
        select(Delivery, Message, Endpoint)
        .join(Message, Message.id == Delivery.message_id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .outerjoin(Parcel, Parcel.id == Delivery.parcel_id)
        .where(
            Endpoint.user_id.is_not(None),
            Delivery.rerouted_at.is_(None),
            or_(Parcel.id.is_(None), Parcel.state != SENT),
            _too_long(at, terms),
        )
        .order_by(Delivery.id)
        .limit(BATCH)
        .with_for_update(of=Delivery, skip_locked=True, key_share=True)
    )


def _too_long(at: datetime, terms: Terms) -> ColumnElement[bool]:
    """The endpoint has failed for longer than a message of that level may wait."""
    slow = Endpoint.failing_since <= at - terms.reroute_after
    fast = Endpoint.failing_since <= at - terms.reroute_urgent_after
    return or_(slow, and_(fast, Message.level >= NEVER_HELD))


def _others(session: Session, user_ids: Iterable[int | None]) -> Mapping[int, list[Endpoint]]:
    query = select(Endpoint).where(
        Endpoint.user_id.in_([one for one in user_ids if one]), Endpoint.removed_at.is_(None)
    )
    found: dict[int, list[Endpoint]] = {}
    for endpoint in session.scalars(query.order_by(Endpoint.fallback, Endpoint.id)):
        found.setdefault(endpoint.user_id or 0, []).append(endpoint)
    return found


def _taken(session: Session, deliveries: Sequence[Delivery]) -> set[tuple[int, str]]:
    sendings = {delivery.sending for delivery in deliveries}
    query = select(Delivery.endpoint_id, Delivery.sending).where(Delivery.sending.in_(sendings))
    return {(row[0], row[1]) for row in session.execute(query)}


def _open_calls(session: Session, stuck: Sequence[tuple[int | None, int | None]]) -> list[int]:
    wanted = {pair for pair in stuck if pair[0] is not None}
    query = select(Call.id, Call.escalation_id, Call.user_id).where(
        Call.escalation_id.in_({pair[0] for pair in wanted}), Call.ended_at.is_(None)
    )
    return [row[0] for row in session.execute(query) if (row[1], row[2]) in wanted]
