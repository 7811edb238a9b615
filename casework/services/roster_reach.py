"""Whose absences and duties somebody keeps, and where people belong: their school or bureau."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Membership, Unit
from casework.permissions import Actor, Post, Role
from casework.services.actors import in_force, school_of


class Keeps(StrEnum):
    """Whose roster a post keeps besides that of the own unit."""

    BELOW = "below"
    PRINCIPALS = "principals"
    OWN = "own"


KEEPERS: Mapping[Role, Keeps] = {
    Role.SAFETY_LEAD: Keeps.OWN,
    Role.DEPUTY: Keeps.OWN,
    Role.PRINCIPAL: Keeps.OWN,
    Role.BUREAU_OFFICER: Keeps.PRINCIPALS,
    Role.BUREAU_LEADER: Keeps.PRINCIPALS,
    Role.CITY_OFFICER: Keeps.OWN,
    Role.ADMIN: Keeps.BELOW,
}


def posts_held(session: Session, user_id: int) -> list[tuple[Role, Unit]]:
    """The posts of an account today, oldest first."""
    query = (
        select(Membership.role, Unit)
        .join(Membership.unit)
        .where(Membership.user_id == user_id, *in_force(clock.today()))
        .order_by(Membership.id)
    )
    return [(Role(role), unit) for role, unit in session.execute(query)]


def homes_of(session: Session, user_id: int) -> list[Unit]:
    """The schools and bureaus at which an account holds a post today, each once."""
    found = (school_of(session, unit) for _, unit in posts_held(session, user_id))
    return list({unit.id: unit for unit in found}.values())


def keeper_at(actor: Actor, unit: Unit) -> bool:
    """True when the actor keeps the roster of this school or bureau."""
    return any(_keeps_unit(post, unit) for post in actor.posts)


def keeper_of(session: Session, actor: Actor, user_id: int) -> bool:
    """True when the actor keeps the absences of this account."""
    held = [(role, unit, school_of(session, unit)) for role, unit in posts_held(session, user_id)]
    return any(
        _keeps_unit(post, home) or _keeps_principal(post, role, unit)
        for post in actor.posts
        for role, unit, home in held
    )


def role_at(actor: Actor, unit: Unit) -> Role:
    """The role in which somebody changes the roster there: as keeper, else the first post held."""
    keeping = [post.own for post in actor.posts if _keeps_unit(post, unit)]
    return next(iter((*keeping, *(post.own for post in actor.posts))), Role.STAFF)


def _keeps_unit(post: Post, home: Unit) -> bool:
    keeps = KEEPERS.get(post.role)
    if keeps is Keeps.BELOW:
        return post.reaches(home.path)
    return keeps is not None and post.unit_id == home.id


def _keeps_principal(post: Post, role: Role, unit: Unit) -> bool:
    mine = KEEPERS.get(post.role) is Keeps.PRINCIPALS and post.reaches(unit.path)
    return mine and role is Role.PRINCIPAL
