"""Who is closed on a day, as the pages say it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models import Closure, Unit
from casework.services.actors import ancestors


@dataclass(frozen=True, slots=True)
class ClosureLine:
    """One closed unit with the days and the reason."""

    unit: str
    name: str
    from_on: date
    until_on: date


def closures_on(session: Session, unit: Unit, on: date) -> tuple[ClosureLine, ...]:
    """What is closed on a day of a unit: all of it by something above, or parts of it."""
    inside = Unit.path.startswith(unit.path, autoescape=True)
    query = (
        select(Unit.name, Closure.name, Closure.from_on, Closure.until_on)
        .join(Unit, Closure.unit_id == Unit.id)
        .where(Closure.from_on <= on, Closure.until_on >= on)
        .where(or_(inside, Unit.id.in_(ancestors(unit.path))))
        .order_by(Unit.path, Closure.from_on)
    )
    return tuple(ClosureLine(*row) for row in session.execute(query))
