"""Which bureau's board an actor may see: the own unit and what lies below it, nothing beside it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from casework.models import Unit
from casework.permissions import Actor, Permission

BUREAUS = ("city_bureau", "county_bureau")


def board_unit(session: Session, actor: Actor, unit_id: int | None) -> Unit:
    """The bureau asked for, else the actor's own. Raises NotFound outside the actor's scope."""
    paths = actor.paths(Permission.BOARD_READ)
    if unit_id is None:
        own = select(Unit).where(Unit.path.in_(paths)).order_by(Unit.path)
        found = session.scalars(own).first()
    else:
        found = session.get(Unit, unit_id)
        if found is not None and found.kind not in BUREAUS:
            found = None
    return _reached(actor, found)


def board_school(session: Session, actor: Actor, school_id: int) -> Unit:
    """A school below the actor's bureau. Raises NotFound for any other unit."""
    found = session.get(Unit, school_id)
    return _reached(actor, found if found is not None and found.kind == "school" else None)


def city_unit(session: Session, actor: Actor) -> Unit:
    """The city bureau the actor works at. Raises NotAllowed for everybody else."""
    paths = actor.paths(Permission.BOARD_READ)
    query = select(Unit).where(Unit.path.in_(paths), Unit.kind == "city_bureau")
    found = session.scalars(query.order_by(Unit.path)).first()
    if found is None:
        raise NotAllowed
    return found


def _reached(actor: Actor, unit: Unit | None) -> Unit:
    if unit is None or not actor.can(Permission.BOARD_READ, unit.path):
        raise NotFound
    return unit
