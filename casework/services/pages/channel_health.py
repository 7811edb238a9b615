"""How the addresses and channels fare: last success, since when one fails, what waits there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Delivery, Endpoint, Parcel
from casework.models.delivery import DEAD, WAITING
from casework.notifications.channels import CHANNELS
from casework.notifications.channels.answers import without_names
from casework.services.delivery.addresses import Vault
from casework.services.delivery.shared import only_shared, shared_fields

PERIOD = timedelta(days=30)
"""For so long dead letters are counted."""


@dataclass(frozen=True, slots=True)
class Health:
    """How one endpoint fares. ``waiting`` and ``dead`` count messages; ``answer`` the server's."""

    last_ok_at: datetime | None
    failing_since: datetime | None
    answer: str
    waiting: int
    dead: int


@dataclass(frozen=True, slots=True)
class EndpointLine:
    """One address or channel. ``address``: its fields that are no secret, as they were entered.

    ``provides``: people enter their own part themselves, so that nothing is sent there.
    """

    id: int
    kind: str
    channel: str
    label: str
    address: str
    min_level: int
    fallback: bool
    muted: tuple[str, ...]
    health: Health
    provides: bool


def endpoint_lines(
    session: Session, endpoints: Sequence[Endpoint], vault: Vault | None
) -> tuple[EndpointLine, ...]:
    """Endpoints as pages show them; without a vault for who must not see the addresses."""
    found = health_of(session, endpoints)
    return tuple(
        EndpointLine(
            id=one.id,
            kind=one.channel,
            channel=CHANNELS[one.channel].label,
            label=one.label,
            address=_shown(one, vault) if vault is not None else "",
            min_level=one.min_level,
            fallback=one.fallback,
            muted=tuple(one.muted),
            health=found[one.id],
            provides=only_shared(one.unit_id, one.channel),
        )
        for one in endpoints
    )


def health_of(session: Session, endpoints: Iterable[Endpoint]) -> Mapping[int, Health]:
    """How these endpoints fare, by id."""
    known = {one.id: one for one in endpoints}
    unpacked = _counts(
        session,
        select(Delivery.endpoint_id, func.count())
        .where(Delivery.endpoint_id.in_(known), Delivery.parcel_id.is_(None))
        .group_by(Delivery.endpoint_id),
    )
    packed = _counts(session, _parcels(known).where(Parcel.state == WAITING))
    recent = Parcel.tried_at >= clock.now() - PERIOD
    dead = _counts(session, _parcels(known).where(Parcel.state == DEAD, recent))
    return {
        one.id: Health(
            one.last_ok_at,
            one.failing_since,
            without_names(one.answer),
            unpacked.get(one.id, 0) + packed.get(one.id, 0),
            dead.get(one.id, 0),
        )
        for one in known.values()
    }


def _parcels(ids: Iterable[int]) -> Select[int, int]:
    return (
        select(Parcel.endpoint_id, func.sum(Parcel.size))
        .where(Parcel.endpoint_id.in_(list(ids)))
        .group_by(Parcel.endpoint_id)
    )


def _counts(session: Session, query: Select[int, int]) -> dict[int, int]:
    found: dict[int, int] = {row[0]: int(row[1]) for row in session.execute(query)}
    return found


def _shown(endpoint: Endpoint, vault: Vault) -> str:
    """What was entered, without any secret; empty when it cannot be read any more."""
    address = vault.unlock(endpoint.address) or {}
    channel = CHANNELS[endpoint.channel]
    common = shared_fields(endpoint.channel) if endpoint.user_id is not None else frozenset()
    return " · ".join(
        address[one.name]
        for one in channel.fields
        if not one.secret and one.name not in common and address.get(one.name)
    )
