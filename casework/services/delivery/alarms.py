"""Who hears that a channel fails, or that messages were given up: loudly, and once a spell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Endpoint, Membership, Parcel, Setting, Unit, User
from casework.models.delivery import DEAD
from casework.notifications.channels import CHANNELS
from casework.notifications.channels.answers import without_names
from casework.notifications.terms import Terms
from casework.permissions import Role
from casework.services.actors import holders, in_force
from casework.services.messages import send
from casework.services.sweep import last_beat

LEVEL = 2
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SILENT_FOR = timedelta(minutes=10)
SILENT_MARK = "sweep_alarm_at"
KEEPERS = (Role.ADMIN, Role.SAFETY_LEAD, Role.BUREAU_OFFICER)
"""Whose posts nearest to a unit hear of its channels; of a person's channel also the person."""


def tell_failing(session: Session, at: datetime, terms: Terms) -> list[str]:
    """Tell of endpoints that have failed for a while; of those that fail together once.

    Returns one line for each thing that fails, for technicians.
    """
    since = at - terms.reroute_urgent_after
    query = (
        select(Endpoint)
        .where(Endpoint.failing_since <= since, Endpoint.told_at.is_(None))
        .where(Endpoint.removed_at.is_(None))
        .order_by(Endpoint.id)
        .limit(100)
        .with_for_update(skip_locked=True, key_share=True)
    )
    endpoints = session.scalars(query).all()
    for endpoint in endpoints:
        endpoint.told_at = at
        begun = endpoint.failing_since or at
        params = {"number": "", "due_at": begun}
        # Told by what fails together, so that one dead server is not a thousand messages.
        key = f"failing:{begun:%Y-%m-%dT%H}:{endpoint.transport}"[:90]
        _tell(session, endpoint, "channel_failing", params, key, at)
    session.flush()
    failing = {one.transport or one.channel: without_names(one.answer) for one in endpoints}
    return [f"{transport} fails: {answer}" for transport, answer in sorted(failing.items())]


def silent_sweep(session: Session, at: datetime) -> list[str]:
    """A line when no sweep has passed for a while, at most once an hour."""
    beat = last_beat(session)
    if beat is None or at - beat.at < SILENT_FOR:
        return []
    mark = session.get(Setting, SILENT_MARK)
    if mark is not None and at - datetime.fromisoformat(mark.value) < HOUR:
        return []
    session.merge(Setting(name=SILENT_MARK, value=at.isoformat()))
    return [f"no sweep since {beat.at.isoformat(timespec='seconds')}"]


def tell_dead(session: Session, at: datetime) -> int:
    """Tell of messages that were given up in the last day, each endpoint once a day of its own."""
    query = select(Parcel.endpoint_id, Parcel.size, Parcel.tried_at).where(
        Parcel.state == DEAD, Parcel.tried_at >= at - DAY
    )
    lost: dict[tuple[int, date], int] = {}
    for endpoint_id, size, tried_at in session.execute(query):
        day = (tried_at or at).astimezone(LOCAL).date()
        lost[endpoint_id, day] = lost.get((endpoint_id, day), 0) + size
    for (endpoint_id, day), n in sorted(lost.items()):
        endpoint = session.get_one(Endpoint, endpoint_id)
        key = f"dead:{endpoint.id}:{day.isoformat()}"
        _tell(session, endpoint, "channel_dead", {"number": "", "n": n}, key, at)
    return len(lost)


def _tell(
    session: Session,
    endpoint: Endpoint,
    template: str,
    params: dict[str, object],
    key: str,
    at: datetime,
) -> None:
    words = {"channel": CHANNELS[endpoint.channel].label, "answer": without_names(endpoint.answer)}
    unit = _unit_of(session, endpoint, at)
    users = list(_keepers(session, unit, at)) if unit is not None else []
    if endpoint.user_id is not None:
        users.append(session.get_one(User, endpoint.user_id))
    send(session, users, template, {**words, **params}, at=at, level=LEVEL, unit=unit, key=key)


def _unit_of(session: Session, endpoint: Endpoint, at: datetime) -> Unit | None:
    if endpoint.unit_id is not None:
        return session.get_one(Unit, endpoint.unit_id)
    query = (
        select(Unit)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.user_id == endpoint.user_id, *in_force(at.astimezone(LOCAL).date()))
        .order_by(Membership.id)
        .limit(1)
    )
    return session.scalar(query)


def _keepers(session: Session, unit: Unit, at: datetime) -> Iterable[User]:
    on = at.astimezone(LOCAL).date()
    for role in KEEPERS:
        yield from holders(session, role, unit, on)
