"""The ways in which a message left the house: the channel, what came of it, the server's words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Delivery, Endpoint, Parcel, Unit
from casework.models.delivery import DEAD, SENT
from casework.notifications.channels import CHANNELS
from casework.notifications.channels.answers import without_names
from casework.services.pages.inbox import minute
from casework.text import N_, Text

THERE = N_("there at once")
TAKEN = N_("taken by the server")
IN_DIGEST = N_("taken by the server in a digest of %(n)s messages")
WAITS = N_("waits to be sent")
HELD = N_("held by quiet hours until %(until)s")
FAILED = N_("failed, is tried again")
GIVEN_UP = N_("failed for good, given up")
REMOVED = N_("not sent: the address was removed")


@dataclass(frozen=True, slots=True)
class Way:
    """One way of one message. ``at``: when it was sent or last tried; ``answer``: the server's."""

    channel: Text
    at: datetime | None
    state: Text
    bad: bool
    answer: str = ""
    rerouted: bool = False


Ways = tuple[tuple[Way, ...], tuple[tuple[str, Way], ...]]
"""To the person's own addresses, and to the channels of units, each with the unit's name."""


def ways_of(session: Session, message_ids: Sequence[int]) -> dict[int, Ways]:
    """The ways of these messages, in the order in which they were planned."""
    query = (
        select(Delivery, Endpoint, Parcel, Unit.name)
        .join(Endpoint, Endpoint.id == Delivery.endpoint_id)
        .outerjoin(Parcel, Parcel.id == Delivery.parcel_id)
        .outerjoin(Unit, Unit.id == Endpoint.unit_id)
        .where(Delivery.message_id.in_(message_ids))
        .order_by(Delivery.id)
    )
    found: dict[int, Ways] = {}
    now = clock.now()
    for delivery, endpoint, parcel, name in session.execute(query):
        own, groups = found.get(delivery.message_id, ((), ()))
        way, unit = _way(delivery, endpoint, parcel, now), str(name or "")
        if not unit:
            found[delivery.message_id] = ((*own, way), groups)
        else:
            found[delivery.message_id] = (own, (*groups, (unit, way)))
    return found


def _way(delivery: Delivery, endpoint: Endpoint, parcel: Parcel | None, now: datetime) -> Way:
    channel = Text(CHANNELS[endpoint.channel].label)
    rerouted = delivery.rerouted_at is not None
    if parcel is None:
        return Way(channel, None, _waiting(delivery, endpoint, now), bad=False, rerouted=rerouted)
    answer = without_names(parcel.answer)
    if parcel.state == SENT:
        words = Text(IN_DIGEST, {"n": parcel.size}) if parcel.size > 1 else Text(TAKEN)
        return Way(channel, parcel.sent_at, words, bad=False, answer=answer)
    bad = parcel.attempts > 0
    if parcel.state == DEAD:
        words = Text(GIVEN_UP)
    elif bad and endpoint.removed_at is None:
        words = Text(FAILED)
    else:
        words = _waiting(delivery, endpoint, now)
    return Way(channel, parcel.tried_at, words, bad, answer, rerouted)


def _waiting(delivery: Delivery, endpoint: Endpoint, now: datetime) -> Text:
    if endpoint.removed_at is not None:
        return Text(REMOVED)
    if delivery.due_at > max(now, delivery.made_at):
        return Text(HELD, {"until": minute(delivery.due_at.isoformat())})
    return Text(WAITS)
