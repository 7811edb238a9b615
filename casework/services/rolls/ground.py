"""Where a roll is called and by whom: the unit, its school and region, the caller's standing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import NotAllowed, NotFound
from casework.models import Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import (
    BUREAU_ROLES,
    SYSTEM,
    Actor,
    Permission,
    Role,
    Standing,
    in_words,
    standing,
)
from casework.services import timeline
from casework.services.actors import ancestors
from casework.services.locking import NO_KEY
from casework.text import N_, Text

NOT_YOURS = N_("This is done by: %(roles)s.")
CALLERS = (Role.TEACHER, Role.STAFF)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit in which rolls are called, with what its school gives it."""

    unit: Unit
    school_id: int
    stage: str
    region: str


def unit_of(session: Session, actor: Actor, unit_id: int, wanted: Permission) -> Unit:
    """A class, dormitory or bus in the actor's scope. Raises NotFound, NotAllowed."""
    unit = session.get(Unit, unit_id)
    return _allowed(actor, unit, wanted)


def locked(session: Session, actor: Actor, unit_id: int, wanted: Permission) -> Unit:
    """The same, locked: everything that is written of a unit is written in one order."""
    unit = session.get(Unit, unit_id, with_for_update=NO_KEY, populate_existing=True)
    return _allowed(actor, unit, wanted)


def _allowed(actor: Actor, unit: Unit | None, wanted: Permission) -> Unit:
    if actor is SYSTEM and unit is not None:
        return unit
    if unit is None or unit.kind not in UNIT_KINDS or not actor.posts_at(unit.path):
        raise NotFound
    if not actor.can(wanted, unit.path):
        raise NotAllowed(Text(NOT_YOURS, {"roles": in_words(CALLERS)}))
    return unit


def calls(actor: Actor, unit: Unit) -> Standing | None:
    """In which standing the actor calls the roll here: the teacher's own work, else 代行.

    Nobody of the bureau calls a roll.
    """
    posts = [p for p in actor.posts_at(unit.path) if p.powers not in BUREAU_ROLES]
    held = {p.powers for p in posts if p.held_as is None}
    acting = {p.powers: p.own for p in posts if p.powers not in held}
    found = standing(held, (Role.TEACHER,), acting)
    if found is None and Role.STAFF in held:
        return Standing(Role.STAFF)
    return found


def calling(actor: Actor, unit: Unit) -> Standing:
    """The same. Raises NotAllowed when the actor does not call rolls here."""
    found = calls(actor, unit)
    if found is None:
        raise NotAllowed(Text(NOT_YOURS, {"roles": in_words(CALLERS)}))
    return found


def place_of(session: Session, unit: Unit) -> Place:
    """A unit with the school, stage and region it lies in, read once."""
    rows = session.execute(
        select(Unit.id, Unit.kind, Unit.stage, Unit.region, Unit.path).where(
            Unit.id.in_(ancestors(unit.path))
        )
    ).all()
    return placed(unit, rows)


def placed(unit: Unit, above: Sequence[Any]) -> Place:
    """The place, from rows that begin with id, kind, stage, region and path of what is above.

    The nearest stage holds: a primary school may have a kindergarten class.
    """
    rows = sorted(above, key=lambda row: len(row[4]))
    school = next((row for row in rows if row[1] == "school"), None)
    regions = [row[3] for row in rows if row[3]]
    return Place(
        unit=unit,
        school_id=school[0] if school else unit.id,
        stage=next((row[2] for row in reversed(rows) if row[2]), ""),
        region=regions[-1] if regions else "",
    )


def note(
    session: Session,
    actor: Actor,
    unit: Unit,
    at: datetime,
    action: str,
    data: Mapping[str, object],
    private: Mapping[str, str] | None = None,
    stands: Standing | None = None,
) -> int:
    """Write one event on the chain of a unit that is locked; its place on the chain."""
    known = dict(data)
    if stands is not None and stands.stands_for is not None:
        known["stands_for"] = stands.stands_for.value
    role = Role.SYSTEM if stands is None else stands.role
    entry = timeline.Entry(
        at, action, actor.user_id, role.value, data=timeline.plain(known), private=private
    )
    return timeline.append(session, unit, entry).seq
