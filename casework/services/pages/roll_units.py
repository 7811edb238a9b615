"""Among which classes, dormitories, buses and schools somebody chooses on the pages of rolls."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import false, or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import BUREAU_KINDS, PERMISSIONS, Actor, Permission
from casework.services.pages.forms import Option, as_is


def called_units(session: Session, actor: Actor) -> Sequence[Unit]:
    """The classes, dormitories and buses of the actor's own posts in schools, by their place."""
    paths = {post.path for post in actor.posts if _in_school(post.unit_kind)}
    paths &= set(actor.paths(Permission.ROLL_READ))
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in sorted(paths)))
    query = select(Unit).where(inside, Unit.kind.in_(UNIT_KINDS)).order_by(Unit.path)
    return session.scalars(query).all()


def chosen(session: Session, actor: Actor, unit_id: int | None) -> tuple[int, tuple[Option, ...]]:
    """The unit that is asked for, else the first own one; and those to choose from.

    Raises NotFound without any; whether a named one is in reach, its service says.
    """
    found = called_units(session, actor)
    if unit_id is None and not found:
        raise NotFound
    options = tuple(Option(str(unit.id), as_is(unit.name)) for unit in found)
    return unit_id or found[0].id, options


def schools(session: Session, actor: Actor, wanted: Permission) -> Sequence[Unit]:
    """The schools that the actor's posts lie in or reach, with this permission."""
    paths = {
        post.path if post.unit_kind in BUREAU_KINDS else post.home
        for post in actor.posts
        if wanted in PERMISSIONS[post.role]
    }
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in sorted(paths)))
    return session.scalars(
        select(Unit).where(Unit.kind == "school", inside).order_by(Unit.path)
    ).all()


def school(session: Session, actor: Actor, wanted: Permission, unit_id: int | None) -> Unit:
    """The school that is asked for, else the first in reach. Raises NotFound."""
    found = schools(session, actor, wanted)
    chosen_one = next((one for one in found if one.id == (unit_id or one.id)), None)
    if chosen_one is None:
        raise NotFound
    return chosen_one


def _in_school(kind: str) -> bool:
    return kind not in BUREAU_KINDS and kind != "district"
