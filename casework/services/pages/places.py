"""Where a case is, in words: whoever looks from outside of a school is told the school, too."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Unit
from casework.permissions import Actor
from casework.services.actors import ancestors


def places(session: Session, actor: Actor, unit_ids: Iterable[int]) -> dict[int, str]:
    """The name of each unit, after that of its school unless the actor works in that school."""
    units = _units(session, unit_ids)
    above = _units(session, {n for unit in units.values() for n in ancestors(unit.path)})
    found = {}
    for unit in units.values():
        names = [unit.name]
        schools = (above[n] for n in ancestors(unit.path) if above[n].kind == "school")
        for school in schools:
            inside = any(post.path.startswith(school.path) for post in actor.posts)
            if school.id != unit.id and not inside:
                names.insert(0, school.name)
        found[unit.id] = " ".join(names)
    return found


def _units(session: Session, unit_ids: Iterable[int]) -> dict[int, Unit]:
    query = select(Unit).where(Unit.id.in_(set(unit_ids)))
    return {unit.id: unit for unit in session.scalars(query)}
