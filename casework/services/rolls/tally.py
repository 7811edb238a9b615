"""The tally of a bell: a school that has saved all its rolls costs the sweep nothing.

It is counted up by the last statement of a save, so that two classes of a school wait for each
other only for the moment of a commit. A unit that nobody sits in is not counted on either side.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import and_, bindparam, func, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from casework.models import Period, RollTally, Unit
from casework.models.base import table_of
from casework.services.rolls.inserting import has_pupils

_TALLY = table_of(RollTally)
_COUNT = (
    update(_TALLY)
    .where(
        _TALLY.c.unit_id == bindparam("of_school"),
        _TALLY.c.on == bindparam("of_day"),
        _TALLY.c.period == bindparam("of_period"),
    )
    .values(saved=_TALLY.c.saved + 1)
)


def count(session: Session, school_id: int, period: Period, on: date) -> None:
    """One more roll of this bell has been saved."""
    same: dict[str, Any] = {"unit_id": school_id, "on": on, "period": period.code}
    counted = session.connection().execute(
        _COUNT, {"of_school": school_id, "of_day": on, "of_period": period.code}
    )
    if counted.rowcount:
        return
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(_TALLY).values(
        **same, units=_units(session, school_id, period, on), saved=1
    )
    session.execute(
        first.on_conflict_do_update(index_elements=list(same), set_={"saved": _TALLY.c.saved + 1})
    )


def _units(session: Session, school_id: int, period: Period, on: date) -> int:
    """The units of the school in which this roll is called, right below it or below its grades."""
    unit, grade = aliased(Unit), aliased(Unit)
    columns = (unit.id.label("unit_id"), unit.kind)
    own_kind = unit.kind == period.unit_kind
    below = and_(unit.parent_id == grade.id, grade.parent_id == school_id, grade.kind == "grade")
    found = union_all(
        select(*columns).where(unit.parent_id == school_id, own_kind),
        select(*columns).join(grade, below).where(own_kind),
    ).subquery()
    return session.scalar(select(func.count()).where(has_pupils(found.c, on))) or 0
