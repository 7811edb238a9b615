"""When a channel fails, that failure is escalated: the next channel, then the next person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select, union, update
from sqlalchemy.orm import Session

from casework.models import Call, Delivery, Endpoint, Message, Parcel
from casework.models.delivery import DEAD, WAITING
from casework.notifications.terms import NEVER_HELD, Terms
from casework.services.delivery import planning

BATCH = 500
RECENT = timedelta(days=7)
"""What was given up longer ago is history."""


def reroute(session: Session, at: datetime, terms: Terms) -> tuple[int, list[int]]:
    """Send another way what waits at failing or removed addresses of people, or was given up.

    Returns how many deliveries were looked at, 0 when none is left, and the open calls of people
    whom no other way reaches: the next person is to be called.
    """
    ids = list(session.scalars(_stranded(session, at, terms)))
    if not ids:
        return 0, []
    rows = session.execute(
        select(Delivery, Message, Endpoint)
        .join(Message, Message.id == Delivery.message_id)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .where(Delivery.id.in_(ids), Delivery.rerouted_at.is_(None))
        .order_by(Delivery.id)
        .with_for_update(of=Delivery, skip_locked=True, key_share=True)
    ).all()
    others = _others(session, {endpoint.user_id for _, _, endpoint in rows})
    taken = _taken(session, [delivery for delivery, _, _ in rows])
    made: list[Mapping[str, Any]] = []
    stuck: list[tuple[int | None, int | None]] = []
    for delivery, message, endpoint in rows:
        working = [
            one
            for one in others.get(endpoint.user_id or 0, ())
            if one.id != endpoint.id and not one.failures
        ]
        ways = [one for one in working if (one.id, delivery.sending) not in taken]
        if len(ways) < len(working):
            continue  # it goes, or went, to an address that works
        if ways:
            made.append(planning.row(message, ways[0].id, at, at))
        else:
            stuck.append((message.escalation_id, endpoint.user_id))
    looked = [delivery.id for delivery, _, _ in rows]
    session.execute(update(Delivery).where(Delivery.id.in_(looked)).values(rerouted_at=at))
    planning.add(session, made)
    return len(rows), _open_calls(session, stuck)


def _stranded(session: Session, at: datetime, terms: Terms) -> Select[int]:
    """The deliveries of people that do not arrive, by indexes alone however many have arrived."""
    slow = Endpoint.failing_since <= at - terms.reroute_after
    fast = Endpoint.failing_since <= at - terms.reroute_urgent_after
    of_people = Endpoint.user_id.is_not(None)
    known = dict(
        session.execute(
            select(Endpoint.id, or_(slow, Endpoint.removed_at.is_not(None))).where(
                of_people, or_(fast, Endpoint.removed_at.is_not(None))
            )
        ).all()
    )
    held = [one for one, late in known.items() if late]
    queued = or_(Delivery.endpoint_id.in_(held), Message.level >= NEVER_HELD)
    ids = select(Delivery.id).join(Message, Message.id == Delivery.message_id)
    unpacked = ids.where(Delivery.endpoint_id.in_(known), Delivery.parcel_id.is_(None), queued)
    packed = ids.join(Parcel, Parcel.id == Delivery.parcel_id)
    waiting = packed.where(Parcel.endpoint_id.in_(known), Parcel.state == WAITING, queued)
    dead = packed.join(Endpoint, Endpoint.id == Parcel.endpoint_id).where(
        of_people, Parcel.state == DEAD, Parcel.tried_at >= at - RECENT
    )
    new = Delivery.rerouted_at.is_(None)
    found = union(*(part.where(new) for part in (unpacked, waiting, dead))).subquery()
    return select(found.c[0]).order_by(found.c[0]).limit(BATCH)


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
