"""What a roll that comes in finds: its place, its period, and whether it was saved before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Date, String, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Period, Rollcall, Unit
from casework.services.actors import ancestors
from casework.services.rolls.ground import Place, placed
from casework.services.rolls.periods import NO_PERIOD
from casework.text import Text


@dataclass(frozen=True, slots=True)
class Scene:
    """The answer; ``saved_id`` is the roll that is there already."""

    place: Place
    period: Period
    saved_id: int | None


def scene_of(session: Session, unit: Unit, on: date, code: str) -> Scene:
    """Read in one question, for every roll asks it. Raises Invalid at ``period``."""
    given = {
        "above": ancestors(unit.path),
        "unit": unit.id,
        "kind": unit.kind,
        "day": on,
        "code": code,
    }
    rows = session.execute(_statement(), given).all()
    found = next(((row[5], row[6]) for row in rows if row[5] is not None), None)
    if found is None:
        raise Invalid({"period": [Text(NO_PERIOD)]})
    return Scene(placed(unit, rows), *found)


@cache
def _statement() -> Any:
    """Made once; unit, day and period are left open."""
    day, code = bindparam("day", type_=Date), bindparam("code", type_=String)
    own = and_(
        Period.unit_id == Unit.id,
        Period.unit_kind == bindparam("kind"),
        Period.code == code,
        Period.from_on <= day,
        or_(Period.until_on.is_(None), Period.until_on >= day),
    )
    before = and_(
        Rollcall.unit_id == bindparam("unit"),
        Rollcall.on == day,
        Rollcall.period == code,
        Period.id.is_not(None),
    )
    return (
        select(Unit.id, Unit.kind, Unit.stage, Unit.region, Unit.path, Period, Rollcall.id)
        .where(Unit.id.in_(bindparam("above", expanding=True)))
        .outerjoin(Period, own)
        .outerjoin(Rollcall, before)
    )
