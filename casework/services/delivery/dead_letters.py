"""Parcels that were given up: whose they are, who may see them, and one more try."""

from __future__ import annotations

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, NotAllowed, NotFound
from casework.models import Endpoint, Membership, Parcel, Unit
from casework.models.delivery import DEAD, WAITING
from casework.permissions import Actor, Permission
from casework.services.actors import in_force
from casework.text import N_, Text

NOT_DEAD = N_("This message has not been given up.")
REMOVED = N_("The address was removed: nothing can be sent there any more.")


def below(*paths: str) -> ColumnElement[bool]:
    """The endpoints of the units at these paths and below, and of the people who work there."""
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    units = select(Unit.id).where(inside)
    people = (
        select(Membership.user_id)
        .join(Membership.unit)
        .where(inside, *in_force(clock.today()))
        .distinct()
    )
    return or_(Endpoint.unit_id.in_(units), Endpoint.user_id.in_(people))


def again(session: Session, actor: Actor, parcel_id: int) -> Parcel:
    """Put a parcel back among those that wait; its contents and its number stay the same.

    Raises NotFound out of reach, NotAllowed for who does not keep the channel, Conflict when it was
    not given up or its address is gone.
    """
    parcel = session.get(Parcel, parcel_id)
    endpoint = _seen(session, actor, parcel.endpoint_id) if parcel is not None else None
    if parcel is None or endpoint is None:
        raise NotFound
    if not may_try(session, actor, endpoint):
        raise NotAllowed
    # The endpoint first, as every deliverer does.
    locked = select(Endpoint).where(Endpoint.id == endpoint.id).with_for_update()
    session.scalars(locked.execution_options(populate_existing=True)).one()
    session.refresh(parcel, with_for_update=True)
    if endpoint.removed_at is not None:
        raise Conflict(Text(REMOVED))
    if parcel.state != DEAD:
        raise Conflict(Text(NOT_DEAD))
    parcel.state, parcel.attempts = WAITING, 0
    if endpoint.claimed_by is None:
        endpoint.due_at = clock.now()
    session.flush()
    return parcel


def may_try(session: Session, actor: Actor, endpoint: Endpoint) -> bool:
    """True for the person whose address it is, and for who keeps the channels around it."""
    if endpoint.user_id is not None and endpoint.user_id == actor.user_id:
        return True
    return _is_below(session, endpoint.id, actor.paths(Permission.CHANNEL_KEEP))


def _seen(session: Session, actor: Actor, endpoint_id: int) -> Endpoint | None:
    endpoint = session.get_one(Endpoint, endpoint_id)
    own = endpoint.user_id is not None and endpoint.user_id == actor.user_id
    paths = actor.paths(Permission.CHANNEL_READ)
    return endpoint if own or _is_below(session, endpoint_id, paths) else None


def _is_below(session: Session, endpoint_id: int, paths: tuple[str, ...]) -> bool:
    query = select(Endpoint.id).where(Endpoint.id == endpoint_id, below(*paths))
    return session.scalar(query) is not None
