"""The tally of a bell: a school that has saved all its rolls costs the sweep nothing.

It is counted up by the last statement of a save, so that two classes of a school wait for each
other only for the moment of a commit. A unit that nobody sits in is not counted on either side.
Before a tally may call itself full both sides are counted anew, and whoever changes a roster or the
units of a school forgets its tallies: a wrong one would hide a missing roll.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Select,
    and_,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from casework import clock
from casework.models import Period, Rollcall, RollTally, Unit
from casework.models.base import table_of
from casework.services.actors import ancestors
from casework.services.rolls.seated import has_pupils

BACK = timedelta(days=1)
"""Older bells are nobody's duty any more."""
_TALLY = table_of(RollTally)
_COUNT = (
    update(_TALLY)
    .where(
        _TALLY.c.unit_id == bindparam("of_school"),
        _TALLY.c.on == bindparam("of_day"),
        _TALLY.c.period == bindparam("of_period"),
    )
    .values(saved=_TALLY.c.saved + 1)
    .returning(_TALLY.c.saved, _TALLY.c.units)
)


def count(session: Session, school_id: int, period: Period, on: date) -> None:
    """One more roll of this bell has been saved."""
    same: dict[str, Any] = {"unit_id": school_id, "on": on, "period": period.code}
    counted = session.connection().execute(
        _COUNT, {"of_school": school_id, "of_day": on, "of_period": period.code}
    )
    found = counted.first() or _begun(session, same, _recount(session, school_id, period, on))
    if found.saved >= found.units:
        values = _recount(session, school_id, period, on)
        where = (_TALLY.c[name] == value for name, value in same.items())
        session.execute(update(_TALLY).where(*where).values(values))


def forget(session: Session, path: str) -> None:
    """Something changed at or below this place: its schools are asked class by class again."""
    inside = Unit.path.startswith(path, autoescape=True)
    schools = select(Unit.id).where(or_(Unit.id.in_(ancestors(path)), inside))
    recent = RollTally.on >= clock.today() - BACK
    session.execute(
        delete(RollTally)
        .where(recent, RollTally.unit_id.in_(schools))
        .execution_options(synchronize_session=False)
    )


def _begun(session: Session, same: Mapping[str, Any], counted: Mapping[str, int]) -> Any:
    """The first tally of a bell, unless somebody else has begun it meanwhile."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(_TALLY).values(**same, **counted)
    done = first.on_conflict_do_update(
        index_elements=list(same), set_={"saved": _TALLY.c.saved + 1}
    )
    return session.execute(done.returning(_TALLY.c.saved, _TALLY.c.units)).one()


def _recount(session: Session, school_id: int, period: Period, on: date) -> dict[str, int]:
    """The units of the school in which this roll is called, and those that have saved it."""
    asked = {"of_school": school_id, "of_day": on, "of_period": period.code}
    row = session.execute(_units_of_bell(), asked | {"of_kind": period.unit_kind}).one()
    return {"units": row[0], "saved": row[1] or 0}


@cache
def _units_of_bell() -> Select[Any, Any]:
    """The units right below the school or below its grades: how many, and how many have saved.

    Built once: to put it together takes several times as long as to ask it.
    """
    school: Any = bindparam("of_school")
    on: Any = bindparam("of_day")
    unit, grade = aliased(Unit), aliased(Unit)
    columns = (unit.id.label("unit_id"), unit.kind)
    own_kind = unit.kind == bindparam("of_kind")
    below = and_(unit.parent_id == grade.id, grade.parent_id == school, grade.kind == "grade")
    found = union_all(
        select(*columns).where(unit.parent_id == school, own_kind),
        select(*columns).join(grade, below).where(own_kind),
    ).subquery()
    saved = exists().where(
        Rollcall.unit_id == found.c.unit_id,
        Rollcall.on == on,
        Rollcall.period == bindparam("of_period"),
    )
    counts = func.count(), func.sum(case((saved, 1), else_=0))
    return select(*counts).where(has_pupils(found.c, on))
