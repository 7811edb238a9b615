"""What does not get through, as one line of a board and as lists: failing channels, dead letters,
and levels of escalation that had nobody to call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import clock
from casework.models import Call, Delivery, Endpoint, Message, Parcel, Unit, User
from casework.models.call import PASSED
from casework.models.delivery import DEAD, SENT
from casework.notifications.channels import CHANNELS
from casework.notifications.channels.answers import without_names
from casework.permissions import PERMISSIONS, Actor, Permission
from casework.services.actors import school_of
from casework.services.delivery.dead_letters import below, may_try
from casework.services.pages import labels

PERIOD = timedelta(days=30)
MOST = 30
MOST_NAMES = 10
MOST_PLACES = 500
"""So many classes, schools and bureaus are put together."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """How many channels of units fail, how many addresses of people, how many messages are dead."""

    failing: int
    people_failing: int
    dead: int

    def __bool__(self) -> bool:
        return bool(self.failing or self.people_failing or self.dead)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """One parcel that was given up. ``missed``: people whom its messages reached in no other way.

    ``more`` says how many further people there are; ``removed`` that its address is gone.
    """

    id: int
    at: datetime | None
    channel: str
    owner: str
    personal: bool
    size: int
    answer: str
    missed: tuple[str, ...]
    more: int
    removed: bool
    may_try: bool


@dataclass(frozen=True, slots=True)
class ReachPage:
    """What the administrator sees of those whom nothing has reached."""

    unit_id: int
    levels: tuple[Unanswered, ...]
    trouble: Trouble


@dataclass(frozen=True, slots=True)
class Unanswered:
    """The levels of one school or bureau that ended with nobody: how often nobody was there to be
    called at all, and how often everybody who was called stayed silent."""

    unit: str
    level_label: str
    level: int
    empty: int
    silent: int
    last: datetime


def reach_page(session: Session, actor: Actor) -> ReachPage:
    """Everything below the posts from which accounts are managed."""
    posts = [post for post in actor.posts if Permission.ACCOUNT_MANAGE in PERMISSIONS[post.role]]
    paths = [post.path for post in posts]
    return ReachPage(posts[0].unit_id, unanswered(session, *paths), trouble(session, *paths))


def trouble(session: Session, *paths: str) -> Trouble:
    """What does not get through at these units and below."""
    fails = Endpoint.failing_since.is_not(None), Endpoint.removed_at.is_(None)
    of_units = func.sum(case((Endpoint.unit_id.is_not(None), 1), else_=0))
    query = select(of_units, func.count()).where(*fails, below(*paths))
    units, both = session.execute(query).one()
    dead = select(func.sum(Parcel.size)).join(Endpoint, Endpoint.id == Parcel.endpoint_id)
    given_up = session.scalar(dead.where(_recently_dead(), below(*paths)))
    return Trouble(int(units or 0), int(both or 0) - int(units or 0), int(given_up or 0))


def dead_letters(session: Session, actor: Actor, *paths: str) -> tuple[DeadLetter, ...]:
    """The parcels given up lately at these units and below, the newest first."""
    query = (
        select(Parcel, Endpoint, Unit.name, User.name)
        .join(Endpoint, Endpoint.id == Parcel.endpoint_id)
        .outerjoin(Unit, Unit.id == Endpoint.unit_id)
        .outerjoin(User, User.id == Endpoint.user_id)
        .where(_recently_dead(), below(*paths))
        .order_by(Parcel.tried_at.desc(), Parcel.id.desc())
        .limit(MOST)
    )
    rows = session.execute(query).all()
    missed = _missed(session, [row[0].id for row in rows])
    return tuple(
        DeadLetter(
            id=parcel.id,
            at=parcel.tried_at,
            channel=CHANNELS[endpoint.channel].label,
            owner=person or unit or "",
            personal=endpoint.user_id is not None,
            size=parcel.size,
            answer=without_names(parcel.answer),
            missed=tuple(missed.get(parcel.id, ())[:MOST_NAMES]),
            more=max(0, len(missed.get(parcel.id, ())) - MOST_NAMES),
            removed=endpoint.removed_at is not None,
            may_try=endpoint.removed_at is None and may_try(session, actor, endpoint),
        )
        for parcel, endpoint, unit, person in rows
    )


def unanswered(session: Session, *paths: str) -> tuple[Unanswered, ...]:
    """The levels that ended with nobody in the last days, by unit and level, the most first."""
    other = aliased(Call)
    called = exists().where(
        other.escalation_id == Call.escalation_id,
        other.user_id.is_not(None),
        other.outcome.is_distinct_from(PASSED),
    )
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    empty = func.sum(case((called, 0), else_=1))
    query = (
        select(Unit, Call.level, empty, func.count(), func.max(Call.called_at))
        .join(Unit, Unit.id == Call.unit_id)
        .where(Call.user_id.is_(None), Call.called_at >= clock.now() - PERIOD, inside)
        .group_by(Unit.id, Call.level)
        .order_by(empty.desc(), func.count().desc(), Unit.path, Call.level)
        .limit(MOST_PLACES)
    )
    found: dict[tuple[str, int], Unanswered] = {}
    for unit, level, none, every, last in session.execute(query):
        place = school_of(session, unit).name
        one = Unanswered(
            place, labels.level_label(level), level, int(none), int(every) - int(none), last
        )
        found[place, level] = _together(found.get((place, level)), one)
    lines = sorted(found.values(), key=lambda one: (-one.empty, -one.silent, -one.level))
    return tuple(lines[:MOST])


def _together(known: Unanswered | None, one: Unanswered) -> Unanswered:
    """The classes of one school in one line."""
    if known is None:
        return one
    return replace(
        known,
        empty=known.empty + one.empty,
        silent=known.silent + one.silent,
        last=max(known.last, one.last),
    )


def _recently_dead() -> ColumnElement[bool]:
    return and_(Parcel.state == DEAD, Parcel.tried_at >= clock.now() - PERIOD)


def _missed(session: Session, parcel_ids: Sequence[int]) -> dict[int, list[str]]:
    """The people whose message in these parcels went no other way and has not been read here."""
    way, box = aliased(Delivery), aliased(Parcel)
    other = (
        select(way.id)
        .join(box, box.id == way.parcel_id)
        .where(way.message_id == Message.id, box.state == SENT)
        .exists()
    )
    query = (
        select(Delivery.parcel_id, User.name)
        .join(Message, Message.id == Delivery.message_id)
        .join(User, User.id == Message.user_id)
        .where(Delivery.parcel_id.in_(parcel_ids), ~other, Message.read_at.is_(None))
        .distinct()
        .order_by(Delivery.parcel_id, User.name)
    )
    found: dict[int, list[str]] = {}
    for parcel_id, name in session.execute(query):
        found.setdefault(parcel_id or 0, []).append(name)
    return found
