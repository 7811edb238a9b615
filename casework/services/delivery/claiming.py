"""Taking work: a deliverer owns an endpoint for the time of a lease, packs what waits, and sends.

What a parcel contains never changes, and whoever sends it again sends the same ``uid``. One
deliverer at a time works an endpoint, so that its order and its limit hold; the claim of one that
died ends with the lease.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.orm import Session

from casework.models import Delivery, Endpoint, Message, Parcel
from casework.models.base import table_of
from casework.models.delivery import WAITING
from casework.notifications.channels import CHANNELS
from casework.notifications.terms import Terms, room, room_again

BATCH = 400
MOST_PARCELS = 400
"""A claim ends with so many parcels: they must be sent within the lease."""
MOST = 20_000
"""How many waiting deliveries one claim packs at most."""


@dataclass(frozen=True, slots=True)
class Job:
    """One parcel to be sent to one endpoint; ``endpoint`` is read only for its address."""

    endpoint: Endpoint
    parcel: Parcel


def claim(session: Session, holder: str, at: datetime, terms: Terms) -> list[Job] | None:
    """Take the endpoints whose queues are due, with what may be sent now; None when there is none.

    Of an endpoint that has been failing only the first parcel is tried.
    """
    endpoints = _due(session, at)
    if not endpoints:
        return None
    ids = [one.id for one in endpoints]
    waiting = _by_endpoint(
        session.scalars(
            select(Parcel)
            .where(Parcel.endpoint_id.in_(ids), Parcel.state == WAITING)
            .order_by(Parcel.id)
        ).all()
    )
    queued = _queued(session, ids)
    first = first_due(session, ids)
    jobs: list[Job] = []
    packed: list[tuple[Parcel, list[int]]] = []
    for endpoint in endpoints:
        if len(jobs) >= MOST_PARCELS:
            break
        again = waiting.get(endpoint.id, [])
        fresh = queued.get(endpoint.id, [])
        most = min(_room(endpoint, at), 1 if endpoint.failures else terms.singles)
        parcels = again[: max(0, most)]
        if fresh and len(again) < most:
            new = _pack(endpoint, fresh, most - len(again), at, terms)
            packed += new
            parcels = [*parcels, *(parcel for parcel, _ in new)]
        if parcels:
            endpoint.claimed_by, endpoint.claimed_until = holder, at + terms.lease
        else:
            _sleep(endpoint, at, first.get(endpoint.id), again=bool(again))
        jobs += [Job(endpoint, parcel) for parcel in parcels]
    _store(session, packed)
    session.flush()
    return jobs


def _due(session: Session, at: datetime) -> Sequence[Endpoint]:
    query = (
        select(Endpoint)
        .where(
            Endpoint.due_at <= at,
            Endpoint.removed_at.is_(None),
            or_(Endpoint.claimed_until.is_(None), Endpoint.claimed_until <= at),
        )
        .order_by(Endpoint.due_at, Endpoint.id)
        .limit(BATCH)
    )
    held = query.with_for_update(skip_locked=True, key_share=True).execution_options(
        populate_existing=True
    )
    return session.scalars(held).all()


@dataclass(frozen=True, slots=True)
class _Queued:
    """A delivery that waits to be packed."""

    id: int
    endpoint_id: int
    level: int
    due_at: datetime
    made_at: datetime


def first_due(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When the first delivery that is not packed yet is due, by endpoint."""
    query = (
        select(Delivery.endpoint_id, func.min(Delivery.due_at))
        .where(Delivery.endpoint_id.in_(ids), Delivery.parcel_id.is_(None))
        .group_by(Delivery.endpoint_id)
    )
    return dict(session.execute(query).all())


def _queued(session: Session, ids: Sequence[int]) -> dict[int, list[_Queued]]:
    """What is not packed yet, oldest first and as much as one claim packs."""
    columns = (Delivery.id, Delivery.endpoint_id, Message.level, Delivery.due_at, Delivery.made_at)
    query = (
        select(*columns)
        .join(Message, Message.id == Delivery.message_id)
        .where(Delivery.endpoint_id.in_(ids), Delivery.parcel_id.is_(None))
        .order_by(Delivery.id)
        .limit(MOST)
    )
    found: dict[int, list[_Queued]] = {}
    for row in session.execute(query):
        found.setdefault(row[1], []).append(_Queued(*row))
    return found


def _by_endpoint(parcels: Sequence[Parcel]) -> Mapping[int, list[Parcel]]:
    found: dict[int, list[Parcel]] = {}
    for parcel in parcels:
        found.setdefault(parcel.endpoint_id, []).append(parcel)
    return found


def sent_log(endpoint: Endpoint) -> list[datetime]:
    """The last sendings of an endpoint, oldest first."""
    return [datetime.fromisoformat(text) for text in endpoint.sent_log]


def _room(endpoint: Endpoint, at: datetime) -> int:
    return room(sent_log(endpoint), CHANNELS[endpoint.channel].per_minute, at)


def _pack(
    endpoint: Endpoint, fresh: Sequence[_Queued], most: int, at: datetime, terms: Terms
) -> list[tuple[Parcel, list[int]]]:
    """One parcel for each of a few, one digest for many; what is held until later stays."""
    ready = [one for one in fresh if one.due_at <= at]
    if not ready:
        return []
    single = len(ready) <= min(terms.singles, most)
    bundles = [[one] for one in ready] if single else [ready]
    return [(_parcel(endpoint, bundle, at), [one.id for one in bundle]) for bundle in bundles]


def _parcel(endpoint: Endpoint, bundle: Sequence[_Queued], at: datetime) -> Parcel:
    level = max(one.level for one in bundle)
    return Parcel(
        uid=token_hex(16),
        endpoint_id=endpoint.id,
        size=len(bundle),
        level=level,
        state=WAITING,
        made_at=min((one.made_at for one in bundle), default=at),
        attempts=0,
        answer="",
    )


def _sleep(endpoint: Endpoint, at: datetime, first: datetime | None, *, again: bool) -> None:
    """Nothing may be sent now: wait for room under the limit, or for the end of quiet hours.

    ``first`` is asked of the database: what another's backlog has crowded out of this claim keeps
    the endpoint awake for the next one.
    """
    per_minute = CHANNELS[endpoint.channel].per_minute
    ready = again or (first is not None and first <= at)
    if ready and per_minute is not None and room(sent_log(endpoint), per_minute, at) <= 0:
        endpoint.due_at = room_again(sent_log(endpoint), per_minute, at)
    elif not ready:
        endpoint.due_at = first


def _store(session: Session, packed: Sequence[tuple[Parcel, list[int]]]) -> None:
    """Keep the parcels, and which deliveries are in which; plain inserts, for there are many."""
    if not packed:
        return
    parcels, deliveries = table_of(Parcel), table_of(Delivery)
    made = session.execute(
        insert(parcels).returning(parcels.c.id, sort_by_parameter_order=True),
        [{name: getattr(parcel, name) for name in KEPT} for parcel, _ in packed],
    )
    for (parcel, _), parcel_id in zip(packed, made.scalars(), strict=True):
        parcel.id = parcel_id
    statement = (
        update(deliveries)
        .where(deliveries.c.id == bindparam("one"))
        .values(parcel_id=bindparam("to"))
    )
    rows = [{"one": one, "to": parcel.id} for parcel, ids in packed for one in ids]
    session.connection().execute(statement, rows)


KEPT = ("uid", "endpoint_id", "size", "level", "state", "made_at", "attempts", "answer")


def renew(session: Session, holder: str, at: datetime, terms: Terms) -> bool:
    """Hold on to what was claimed for another lease; False when it belongs to others by now."""
    mine = (Endpoint.claimed_by == holder, Endpoint.claimed_until > at)
    longer = update(Endpoint).where(*mine).values(claimed_until=at + terms.lease)
    done = session.execute(longer.execution_options(synchronize_session=False))
    return bool(getattr(done, "rowcount", 0))


def unclaimed(session: Session, holder: str, ids: Sequence[int]) -> None:
    """Give back what was claimed and not tried."""
    query = select(Endpoint).where(Endpoint.id.in_(ids), Endpoint.claimed_by == holder)
    for endpoint in session.scalars(query.with_for_update(key_share=True)):
        endpoint.claimed_by, endpoint.claimed_until = None, None
    session.flush()
