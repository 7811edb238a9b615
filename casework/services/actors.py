"""Accounts as actors: whom a login, a token or a message addresses, with the posts of today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session, joinedload

from casework.errors import NotFound
from casework.models import Membership, Person, Unit, User
from casework.permissions import NAMED_PARTS, Actor, Post, Role
from casework.services.memo import remembered

ABOVE_SCHOOLS = frozenset({"city_bureau", "county_bureau", "district"})


def load_actor(session: Session, user_id: int, on: date) -> Actor:
    """The account with the memberships in force on a day. Raises NotFound when gone or disabled."""
    user = session.get(User, user_id)
    if user is None or user.disabled_at is not None:
        raise NotFound
    rows = session.scalars(
        select(Membership)
        .where(Membership.user_id == user_id, *in_force(on))
        .options(joinedload(Membership.unit))
        .order_by(Membership.id)
    ).all()
    homes = _homes(session, [row.unit for row in rows])
    posts = tuple(
        Post(Role(row.role), row.unit_id, row.unit.kind, row.unit.path, homes[row.unit_id])
        for row in rows
    )
    return Actor(user.id, user.login, user.name, posts)


def in_force(on: date) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the membership holds on that day."""
    return (
        Membership.from_on <= on,
        or_(Membership.until_on.is_(None), Membership.until_on >= on),
    )


def ancestors(path: str) -> list[int]:
    """The unit ids on a path, the unit itself last."""
    return [int(part) for part in path.strip("/").split("/") if part]


def school_of(session: Session, unit: Unit) -> Unit:
    """The school around a unit, or the unit itself when it lies above schools."""
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
    depth = func.length(Unit.path)
    rows = session.execute(
        select(User, depth)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(
            Membership.unit_id.in_(ancestors(unit.path)),
            Membership.role == role.value,
            User.disabled_at.is_(None),
            *in_force(on),
        )
        .order_by(depth.desc(), User.id)
    ).all()
    return list(dict.fromkeys(user for user, at in rows if at == rows[0][1]))


def named_users(session: Session, case_id: int) -> frozenset[int]:
    """The accounts of the people named in a case: they hear nothing of it."""
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
