"""What became of a sending: sent, to be tried again, or given up as a dead letter."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from casework.models import Endpoint, Parcel
from casework.models.base import table_of
from casework.models.delivery import DEAD, SENT, WAITING
from casework.notifications.channels import CHANNELS, Answer, Fault
from casework.notifications.terms import MINUTE, Terms
from casework.services.delivery.claiming import first_due, sent_log
from casework.services.timeline import instant_text

CHANCE = SystemRandom()


@dataclass(frozen=True, slots=True)
class Outcome:
    """The answer to one parcel, with what would fail together with it, and when it came."""

    endpoint_id: int
    parcel_id: int
    transport: str
    answer: Answer
    at: datetime


def record(
    session: Session, holder: str, outcomes: Sequence[Outcome], terms: Terms, at: datetime
) -> frozenset[str]:
    """Write down what the servers answered and end the claims.

    Returns the transports that answer again after a failure: see :func:`wake`.

    A parcel that went out is sent, whoever owns its endpoint by now; the endpoint itself changes
    only by the hand of its holder.
    """
    _sent(session, [one for one in outcomes if one.answer.ok])
    parcels = _parcels(session, [one.parcel_id for one in outcomes if not one.answer.ok])
    ids = sorted({one.endpoint_id for one in outcomes})
    query = select(Endpoint).where(Endpoint.id.in_(ids), Endpoint.claimed_by == holder)
    held = {
        endpoint.id: endpoint
        for endpoint in session.scalars(
            query.order_by(Endpoint.id)
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
    }
    recovered: set[str] = set()
    for one in outcomes:
        if not one.answer.ok:
            _failed(parcels[one.parcel_id], one, terms)
        if one.endpoint_id in held:
            recovered |= _on_endpoint(held[one.endpoint_id], one, terms)
    session.flush()
    _release(session, held, at)
    return frozenset(recovered)


def _parcels(session: Session, ids: Sequence[int]) -> Mapping[int, Parcel]:
    query = (
        select(Parcel).where(Parcel.id.in_(ids)).order_by(Parcel.id).with_for_update(key_share=True)
    )
    found = session.scalars(query.execution_options(populate_existing=True))
    return {parcel.id: parcel for parcel in found}


def _sent(session: Session, outcomes: Sequence[Outcome]) -> None:
    """What went out has gone out; plain updates, for there are many."""
    table = table_of(Parcel)
    statement = (
        update(table)
        .where(table.c.id == bindparam("one"), table.c.state != SENT)
        .values(
            state=SENT,
            attempts=table.c.attempts + 1,
            tried_at=bindparam("at"),
            sent_at=bindparam("at"),
            answer=bindparam("words"),
        )
    )
    rows = [
        {"one": one.parcel_id, "at": one.at, "words": one.answer.words}
        for one in sorted(outcomes, key=lambda one: one.parcel_id)
    ]
    if rows:
        session.connection().execute(statement, rows)


def _failed(parcel: Parcel, outcome: Outcome, terms: Terms) -> None:
    if parcel.state != WAITING:
        return
    parcel.attempts += 1
    parcel.tried_at = outcome.at
    parcel.answer = outcome.answer.words
    if _hopeless(parcel, outcome, terms):
        parcel.state = DEAD


def _hopeless(parcel: Parcel, outcome: Outcome, terms: Terms) -> bool:
    refused = outcome.answer.fault is Fault.REFUSED and parcel.attempts >= terms.refusals
    return refused or outcome.at - parcel.made_at >= terms.give_up_after


def _on_endpoint(endpoint: Endpoint, outcome: Outcome, terms: Terms) -> set[str]:
    answer = outcome.answer
    endpoint.answer, endpoint.transport = answer.words, outcome.transport
    if answer.ok:
        recovered = {outcome.transport} if endpoint.failures else set()
        endpoint.failures, endpoint.failing_since, endpoint.told_at = 0, None, None
        endpoint.last_ok_at = endpoint.due_at = outcome.at
        if CHANNELS[endpoint.channel].per_minute is not None:
            recent = [sent for sent in sent_log(endpoint) if outcome.at - sent < MINUTE]
            endpoint.sent_log = [instant_text(sent) for sent in (*recent, outcome.at)]
        return recovered
    endpoint.last_failed_at = outcome.at
    endpoint.failures += 1
    endpoint.failing_since = endpoint.failing_since or outcome.at
    wait = terms.retry.wait(endpoint.failures, CHANCE.random())
    asked = timedelta(seconds=answer.retry_after or 0)
    endpoint.due_at = outcome.at + max(wait, asked)
    return set()


def wake(session: Session, transports: Iterable[str], at: datetime) -> None:
    """A server answers again: whatever else waits for it need not wait for its own turn.

    In a transaction of its own, and past whatever is held: nothing waits for anything here.
    """
    waiting = (
        select(Endpoint)
        .where(
            Endpoint.transport.in_(list(transports)),
            Endpoint.failures > 0,
            Endpoint.due_at > at,
            Endpoint.claimed_by.is_(None),
        )
        .order_by(Endpoint.id)
        .with_for_update(skip_locked=True, key_share=True)
    )
    for endpoint in session.scalars(waiting):
        endpoint.due_at = at
    session.flush()


def _release(session: Session, held: Mapping[int, Endpoint], at: datetime) -> None:
    """End the claims; a queue that is empty sleeps until something is put into it."""
    ids = list(held)
    open_parcels = set(
        session.scalars(
            select(Parcel.endpoint_id)
            .where(Parcel.endpoint_id.in_(ids), Parcel.state == WAITING)
            .distinct()
        )
    )
    queued = first_due(session, ids)
    for endpoint in held.values():
        endpoint.claimed_by = endpoint.claimed_until = None
        if endpoint.failures:
            continue  # the back-off has set when it is tried again
        if endpoint.id in open_parcels:
            endpoint.due_at = at
        else:
            endpoint.due_at = queued.get(endpoint.id)
    session.flush()
