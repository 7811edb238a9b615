"""The channels of units: which there are, how they fare, what was given up, who was not reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import and_, false, func, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotFound
from casework.models import Endpoint, Membership, Unit, User
from casework.notifications.channels import CHANNELS
from casework.permissions import Actor, Permission
from casework.services.actors import in_force
from casework.services.delivery.addresses import Vault
from casework.services.delivery.endpoints import (
    MOST,
    SCHOOL_LEVEL,
    UNIT_LEVELS,
    may_enter,
    of_unit,
)
from casework.services.delivery.shared import shared_fields
from casework.services.pages import labels
from casework.services.pages.channel_health import EndpointLine, endpoint_lines
from casework.services.pages.forms import Option, as_is
from casework.services.pages.notifications import Kind, topic_options
from casework.services.pages.trouble import DeadLetter, Trouble, dead_letters, trouble
from casework.services.roster import DUTY_KINDS
from casework.text import N_, Text

MOST_UNITS = 500
MOST_TROUBLED = 30
FROM_LEVEL = N_("From level %(n)s: %(level)s")
EVERYTHING = N_("Everything, duties and reminders too")


@dataclass(frozen=True, slots=True)
class People:
    """How the people of a unit are reached: how many there are, how many without any address, and
    how many addresses fail; never which."""

    all: int
    without: int
    failing: int


@dataclass(frozen=True, slots=True)
class TroubledUnit:
    """A unit below with a channel that fails."""

    id: int
    name: str
    failing: int


@dataclass(frozen=True, slots=True)
class ChannelsPage:
    """The channels of one unit, and what does not get through there and below."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    keeps: bool
    channels: tuple[EndpointLine, ...]
    kinds: tuple[Kind, ...]
    levels: tuple[Option, ...]
    topics: tuple[Option, ...]
    usual: int
    most: int
    people: People
    trouble: Trouble
    below: tuple[TroubledUnit, ...]
    dead: tuple[DeadLetter, ...]


def channels_page(
    session: Session, actor: Actor, unit_id: int | None, vault: Vault
) -> ChannelsPage:
    """One unit that the actor may look at, by default the own one. Raises NotFound for others."""
    units = _units(session, actor)
    unit = _chosen(session, actor, units, unit_id)
    keeps = actor.can(Permission.CHANNEL_KEEP, unit.path)
    return ChannelsPage(
        unit_id=unit.id,
        unit=unit.name,
        units=tuple(Option(str(one.id), as_is(one.name)) for one in units),
        keeps=keeps,
        channels=endpoint_lines(session, of_unit(session, unit.id), vault if keeps else None),
        kinds=tuple(_kinds(actor, unit)),
        levels=level_options(),
        topics=topic_options(),
        usual=UNIT_LEVELS.get(unit.kind, SCHOOL_LEVEL),
        most=MOST,
        people=_people(session, unit),
        trouble=trouble(session, unit.path),
        below=_below(session, unit),
        dead=dead_letters(session, actor, unit.path),
    )


def level_options() -> tuple[Option, ...]:
    """From which level on a channel of a unit hears."""
    everything = Option("0", Text(EVERYTHING))
    return (
        everything,
        *(
            Option(str(n), Text(FROM_LEVEL, {"n": n, "level": Text(labels.level_name(n))}))
            for n in range(1, len(labels.LEVELS))
        ),
    )


def _units(session: Session, actor: Actor) -> list[Unit]:
    """The bureaus and schools whose channels the actor may look at, those of the posts first."""
    paths = actor.paths(Permission.CHANNEL_READ)
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = select(Unit).where(Unit.kind.in_(DUTY_KINDS), inside).order_by(Unit.path)
    return list(session.scalars(query.limit(MOST_UNITS)))


def _chosen(session: Session, actor: Actor, units: Sequence[Unit], unit_id: int | None) -> Unit:
    if unit_id is None:
        own = [one for one in units if any(post.unit_id == one.id for post in actor.posts)]
        found = next(iter((*own, *units)), None)
    else:
        found = session.get(Unit, unit_id)
    if found is None or found.kind not in DUTY_KINDS:
        raise NotFound
    if not actor.can(Permission.CHANNEL_READ, found.path):
        raise NotFound
    return found


def _kinds(actor: Actor, unit: Unit) -> list[Kind]:
    """What the actor may add there; of a channel with a part for everybody only that part."""
    found = []
    for channel in CHANNELS.values():
        common = shared_fields(channel.kind)
        fields = tuple(one for one in channel.fields if not common or one.name in common)
        if may_enter(actor, unit, channel):
            found.append(Kind(channel.kind, channel.label, fields))
    return found


def _people(session: Session, unit: Unit) -> People:
    staff = (
        select(Membership.user_id)
        .join(Membership.unit)
        .join(User, User.id == Membership.user_id)
        .where(Unit.path.startswith(unit.path, autoescape=True), *in_force(clock.today()))
        .where(User.disabled_at.is_(None))
        .distinct()
        .subquery()
    )
    live = and_(Endpoint.user_id == staff.c.user_id, Endpoint.removed_at.is_(None))
    count = select(func.count()).select_from(staff)
    failing = select(func.count()).select_from(staff).join(Endpoint, live)
    return People(
        session.scalar(count) or 0,
        session.scalar(count.where(~select(Endpoint.id).where(live).exists())) or 0,
        session.scalar(failing.where(Endpoint.failing_since.is_not(None))) or 0,
    )


def _below(session: Session, unit: Unit) -> tuple[TroubledUnit, ...]:
    query = (
        select(Unit.id, Unit.name, func.count())
        .join(Endpoint, Endpoint.unit_id == Unit.id)
        .where(Unit.path.startswith(unit.path, autoescape=True), Unit.id != unit.id)
        .where(Endpoint.failing_since.is_not(None), Endpoint.removed_at.is_(None))
        .group_by(Unit.id, Unit.name, Unit.path)
        .order_by(func.count().desc(), Unit.path)
        .limit(MOST_TROUBLED)
    )
    return tuple(TroubledUnit(*row) for row in session.execute(query))
