"""Where people and units want to be told: entered, changed, removed; a bad address is refused.

A person enters what is personal, for the own account only. The channels of a unit are kept by its
administrators and heads; what may lead to any address on the network only by administrators.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Endpoint, Unit
from casework.notifications.channels import CHANNELS, Channel
from casework.notifications.messages import TOPICS
from casework.permissions import Actor, Permission, Role
from casework.services.delivery.addresses import Vault
from casework.services.delivery.shared import provided, shared_fields
from casework.text import N_, Text

FREE = frozenset({"webhook", "apprise"})
"""Channels that lead to whatever address is entered: a door out of the network."""
UNIT_LEVELS = {"city_bureau": 4, "county_bureau": 2}
"""From which level on the channel of a unit hears until somebody chooses otherwise."""
SCHOOL_LEVEL = 1
MOST = 10
"""So many endpoints one owner may have."""

NO_CHANNEL = N_("There is no such channel here.")
NOT_PROVIDED = N_("Your unit has not set up this channel: ask its administrator.")
NO_LEVEL = N_("A level from 0 to 4.")
NO_TOPIC = N_("There is no such subject.")
TOO_MANY = N_("At most %(most)s addresses.")


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """What a form has: the channel, its fields, and what is wanted there."""

    channel: str
    address: Mapping[str, str]
    label: str = ""
    min_level: int | None = None
    fallback: bool = False
    muted: Sequence[str] = field(default=())


def add_own(session: Session, actor: Actor, vault: Vault, new: NewEndpoint) -> Endpoint:
    """An address of the actor. Raises Invalid with the reason at each field."""
    channel = _channel(new, personal=True)
    common = shared_fields(channel.kind)
    if common and provided(session, actor.user_id or 0, channel.kind) is None:
        raise Invalid({"channel": [Text(NOT_PROVIDED)]})
    _check(channel, new, {one.name for one in channel.fields} - common)
    _room(session, Endpoint.user_id == actor.user_id)
    return _store(session, actor, vault, new, user_id=actor.user_id, min_level=new.min_level or 0)


def add_to_unit(
    session: Session, actor: Actor, vault: Vault, unit_id: int, new: NewEndpoint
) -> Endpoint:
    """A channel of a unit. Raises NotFound, NotAllowed, Invalid with the reason at each field."""
    unit = kept_unit(session, actor, unit_id)
    channel = _channel(new, personal=False)
    if channel.kind in FREE and not _administers(actor, unit):
        raise NotAllowed
    _check(channel, new, shared_fields(channel.kind) or {one.name for one in channel.fields})
    _room(session, Endpoint.unit_id == unit.id)
    usual = UNIT_LEVELS.get(unit.kind, SCHOOL_LEVEL)
    level = usual if new.min_level is None else new.min_level
    return _store(session, actor, vault, new, unit_id=unit.id, min_level=level)


def change(
    session: Session,
    actor: Actor,
    endpoint_id: int,
    *,
    min_level: int,
    fallback: bool,
    muted: Sequence[str],
) -> Endpoint:
    """What is wanted at an endpoint. Raises NotFound, NotAllowed, Invalid."""
    endpoint = kept(session, actor, endpoint_id)
    _check_wishes(min_level, muted)
    endpoint.min_level, endpoint.fallback, endpoint.muted = min_level, fallback, list(muted)
    session.flush()
    return endpoint


def remove(session: Session, actor: Actor, endpoint_id: int) -> Endpoint:
    """Nothing goes there any more; what was sent stays to be seen. Raises NotFound, NotAllowed."""
    endpoint = kept(session, actor, endpoint_id)
    endpoint.removed_at, endpoint.due_at = clock.now(), None
    session.flush()
    return endpoint


def kept(session: Session, actor: Actor, endpoint_id: int) -> Endpoint:
    """An endpoint that the actor may change. Raises NotFound, NotAllowed."""
    endpoint = session.get(Endpoint, endpoint_id)
    if endpoint is None or endpoint.removed_at is not None:
        raise NotFound
    if endpoint.user_id is not None:
        if endpoint.user_id != actor.user_id:
            raise NotFound
        return endpoint
    kept_unit(session, actor, endpoint.unit_id or 0)
    return endpoint


def kept_unit(session: Session, actor: Actor, unit_id: int) -> Unit:
    """A unit whose channels the actor keeps. Raises NotFound out of scope, NotAllowed."""
    unit = session.get(Unit, unit_id)
    if unit is None or not actor.posts_at(unit.path):
        raise NotFound
    if not actor.can(Permission.CHANNEL_KEEP, unit.path):
        raise NotAllowed
    return unit


def may_enter(actor: Actor, unit: Unit, channel: Channel) -> bool:
    """Whether the actor may give this unit such a channel."""
    keeps = actor.can(Permission.CHANNEL_KEEP, unit.path)
    return keeps and (channel.kind not in FREE or _administers(actor, unit))


def of_user(session: Session, user_id: int | None) -> Sequence[Endpoint]:
    """The addresses of an account, oldest first."""
    query = select(Endpoint).where(Endpoint.user_id == user_id, Endpoint.removed_at.is_(None))
    return session.scalars(query.order_by(Endpoint.id)).all()


def of_unit(session: Session, unit_id: int) -> Sequence[Endpoint]:
    """The channels of a unit, oldest first."""
    query = select(Endpoint).where(Endpoint.unit_id == unit_id, Endpoint.removed_at.is_(None))
    return session.scalars(query.order_by(Endpoint.id)).all()


def _channel(new: NewEndpoint, *, personal: bool) -> Channel:
    channel = CHANNELS.get(new.channel)
    if channel is None or (personal and not channel.personal):
        raise Invalid({"channel": [Text(NO_CHANNEL)]})
    return channel


def _check(channel: Channel, new: NewEndpoint, own: Collection[str]) -> None:
    """``own`` are the fields that stand in this form; the others are entered elsewhere."""
    errors: dict[str, list[Text]] = {}
    for name, reason in channel.check(_given(channel, new)):
        if name in own:
            errors.setdefault(name, []).append(reason)
    if errors:
        raise Invalid(errors)
    _check_wishes(new.min_level or 0, new.muted)


def _given(channel: Channel, new: NewEndpoint) -> dict[str, str]:
    """The channel's own fields, trimmed; what else was sent is no part of an address."""
    return {one.name: str(new.address.get(one.name, "")).strip() for one in channel.fields}


def _check_wishes(min_level: int, muted: Sequence[str]) -> None:
    if not 0 <= min_level <= max(UNIT_LEVELS.values()):
        raise Invalid({"min_level": [Text(NO_LEVEL)]})
    if set(muted) - set(TOPICS):
        raise Invalid({"muted": [Text(NO_TOPIC)]})


def _room(session: Session, whose: ColumnElement[bool]) -> None:
    query = select(Endpoint.id).where(whose, Endpoint.removed_at.is_(None))
    if len(session.scalars(query).all()) >= MOST:
        raise Invalid({"channel": [Text(TOO_MANY, {"most": MOST})]})


def _administers(actor: Actor, unit: Unit) -> bool:
    return any(post.role is Role.ADMIN for post in actor.posts_at(unit.path))


def _store(
    session: Session,
    actor: Actor,
    vault: Vault,
    new: NewEndpoint,
    *,
    min_level: int,
    unit_id: int | None = None,
    user_id: int | None = None,
) -> Endpoint:
    endpoint = Endpoint(
        unit_id=unit_id,
        user_id=user_id,
        channel=new.channel,
        label=new.label.strip()[:80],
        address=vault.lock(_given(CHANNELS[new.channel], new)),
        min_level=min_level,
        fallback=new.fallback,
        muted=list(new.muted),
        created_at=clock.now(),
        created_by=actor.user_id or 0,
        sent_log=[],
        transport="",
        failures=0,
        answer="",
    )
    session.add(endpoint)
    session.flush()
    return endpoint
