"""Channels of which the administrator of a unit enters one part and each person the other.

An application of a corporation has one secret for everybody; a person enters only the own account.
What the unit entered, or the nearest unit above it, is joined when something is sent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Endpoint, Membership, Unit
from casework.notifications.channels import CHANNELS
from casework.services.actors import ancestors
from casework.services.delivery.addresses import Vault


@cache
def shared_fields(channel: str) -> frozenset[str]:
    """The fields of a channel that are the same for everybody of a unit."""
    return frozenset(one.name for one in CHANNELS[channel].fields if one.shared)


def only_shared(unit_id: int | None, channel: str) -> bool:
    """True for what a unit has entered for its people: nothing can be sent there itself."""
    return unit_id is not None and bool(shared_fields(channel))


def addresses(
    session: Session, endpoints: Iterable[Endpoint], vault: Vault
) -> dict[int, Mapping[str, str] | None]:
    """The whole address of each endpoint, by its id; None where it cannot be read."""
    found: dict[int, Mapping[str, str] | None] = {}
    for endpoint in endpoints:
        own = vault.unlock(endpoint.address)
        if own is not None and endpoint.user_id is not None and shared_fields(endpoint.channel):
            part = provided(session, endpoint.user_id, endpoint.channel)
            common = vault.unlock(part.address) if part is not None else None
            names = shared_fields(endpoint.channel)
            own = None if common is None else {**own, **{n: common.get(n, "") for n in names}}
        found[endpoint.id] = own
    return found


def provided(session: Session, user_id: int, channel: str) -> Endpoint | None:
    """What the nearest unit of a person has entered for a channel."""
    paths: Sequence[str] = session.scalars(
        select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.user_id == user_id)
    ).all()
    units = {unit_id for path in paths for unit_id in ancestors(path)}
    query = (
        select(Endpoint)
        .join(Unit, Unit.id == Endpoint.unit_id)
        .where(
            Endpoint.unit_id.in_(units),
            Endpoint.channel == channel,
            Endpoint.removed_at.is_(None),
        )
        .order_by(func.length(Unit.path).desc(), Endpoint.id.desc())
    )
    return session.scalars(query).first()
