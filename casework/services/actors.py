"""Accounts as actors: whom a login, a token or a message addresses, with the posts of today."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import BindParameter, ColumnElement, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.clock import LOCAL
from casework.errors import NotFound
from casework.models import Away, Membership, Person, Shift, Unit, User
from casework.permissions import NAMED_PARTS, Actor, Post, Role
from casework.services.memo import forget, remembered

Instant = datetime | BindParameter[datetime]
Day = date | BindParameter[date]
ABOVE_SCHOOLS = frozenset({"city_bureau", "county_bureau", "district"})


def load_actor(session: Session, user_id: int, at: datetime) -> Actor:
    """The account with the posts held at an instant: memberships, shifts, and what is held for
    those who are away. Raises NotFound when gone or disabled.
    """
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound
    when = {"user": user_id, "at": at, "on": at.astimezone(LOCAL).date()}
    own = session.scalars(_OWN, when).all()
    on_duty = session.scalars(_ON_DUTY, when).all()
    held = session.scalars(_HELD_FOR_OTHERS, when).all()
    units = [*(row.unit for row in (*own, *held)), *on_duty]
    homes = _homes(session, units)
    first = Role(own[0].role) if own else Role.STAFF
    posts = (
        *(_post(row.unit, Role(row.role), homes) for row in own),
        *(_post(unit, Role.DUTY, homes) for unit in on_duty),
        *(_held(_post(row.unit, Role(row.role), homes), first, row) for row in held),
    )
    return Actor(user.id, user.login, user.name, posts)


def _post(unit: Unit, role: Role, homes: Mapping[int, str]) -> Post:
    return Post(role, unit.id, unit.kind, unit.path, homes[unit.id])


def _held(post: Post, own: Role, row: Membership) -> Post:
    return replace(post, held_as=own, held_for=row.user_id)


def gone(at: Instant) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the person is away at that instant."""
    return Away.from_at <= at, or_(Away.until_at.is_(None), Away.until_at > at)


def away_at(session: Session, at: datetime) -> Mapping[int, int | None]:
    """Who is away at an instant, each with the account that stands in, or None."""
    return remembered(session, ("away", at), lambda: _away_at(session, at))


def _away_at(session: Session, at: datetime) -> dict[int, int | None]:
    query = select(Away.user_id, Away.deputy_id).where(*gone(at)).order_by(Away.id)
    return {row[0]: row[1] for row in session.execute(query)}


def in_force(on: Day) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the membership holds on that day."""
    return (
        Membership.from_on <= on,
        or_(Membership.until_on.is_(None), Membership.until_on >= on),
    )


_USER: BindParameter[int] = bindparam("user")
_AT: BindParameter[datetime] = bindparam("at")
_ON: BindParameter[date] = bindparam("on")
_POSTS = (
    select(Membership)
    .where(*in_force(_ON))
    .options(joinedload(Membership.unit))
    .order_by(Membership.id)
)
_OWN = _POSTS.where(Membership.user_id == _USER)
_ON_DUTY = (
    select(Unit)
    .join(Shift, Shift.unit_id == Unit.id)
    .where(Shift.user_id == _USER, Shift.from_at <= _AT, Shift.until_at > _AT)
    .order_by(Shift.id)
)
_ABSENT = (
    select(Away.user_id)
    .join(User, User.id == Away.user_id)
    .where(Away.deputy_id == _USER, User.disabled_at.is_(None), *gone(_AT))
)
"""Who has left for good, and whose account is closed, has nothing left to hand on."""
_HELD_FOR_OTHERS = _POSTS.where(
    Membership.user_id.in_(_ABSENT), Membership.role != Role.ADMIN.value
)
"""The posts of those who are away and named this person; administration is not handed on.

These are asked at every request and every step: they are built once.
"""
_DEPTH = func.length(Unit.path)
_HOLDERS = (
    select(User, _DEPTH)
    .join(Membership, Membership.user_id == User.id)
    .join(Membership.unit)
    .where(
        Membership.unit_id.in_(bindparam("units", expanding=True)),
        Membership.role == bindparam("role"),
        User.disabled_at.is_(None),
        *in_force(_ON),
    )
    .order_by(_DEPTH.desc(), User.id)
)


def ancestors(path: str) -> list[int]:
    """The unit ids on a path, the unit itself last."""
    return [int(part) for part in path.strip("/").split("/") if part]


def school_of(session: Session, unit: Unit) -> Unit:
    """The school around a unit, or the unit itself when it lies above schools."""
    if unit.kind == "school":
        return unit
    found = session.scalar(
        select(Unit).where(Unit.id.in_(ancestors(unit.path)), Unit.kind == "school")
    )
    return found or unit


def _homes(session: Session, units: Iterable[Unit]) -> dict[int, str]:
    return {unit.id: school_of(session, unit).path for unit in units}


def holders(session: Session, role: Role, unit: Unit, on: date) -> list[User]:
    """Who holds a role at the unit or nearest above it, enabled and in force, by account id.

    A school's safety lead answers for its classes, a county's officer for its schools; the
    nearest unit with somebody in it wins.
    """
    key = ("holders", role, unit.id, on)
    return remembered(session, key, lambda: _holders(session, role, unit, on))


def _holders(session: Session, role: Role, unit: Unit, on: date) -> list[User]:
    around = {"units": ancestors(unit.path), "role": role.value, "on": on}
    rows = session.execute(_HOLDERS, around).all()
    return list(dict.fromkeys(user for user, at in rows if at == rows[0][1]))


def named_users(session: Session, case_id: int) -> frozenset[int]:
    """The accounts of the people named in a case: they hear nothing of it."""
    return remembered(session, ("named", case_id), lambda: _named_users(session, case_id))


def forget_named(session: Session, case_id: int) -> None:
    """Somebody has just been named in the case: ask again."""
    forget(session, ("named", case_id))


def _named_users(session: Session, case_id: int) -> frozenset[int]:
    query = select(Person.user_id).where(
        Person.case_id == case_id, Person.user_id.is_not(None), Person.part.in_(NAMED_PARTS)
    )
    return frozenset(user_id for user_id in session.scalars(query) if user_id is not None)


def bureau_of(session: Session, unit: Unit) -> Unit:
    """The bureau nearest above a unit, or the unit itself at the top."""
    rows = session.scalars(
        select(Unit)
        .where(Unit.id.in_(ancestors(unit.path)), Unit.kind.in_(("county_bureau", "city_bureau")))
        .order_by(func.length(Unit.path).desc())
    )
    return rows.first() or unit
