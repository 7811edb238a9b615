"""Arranging rolls: a school that calls them, and a roll as a phone sends it."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.models import Clock, Flag, Student, Unit
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.rolls import expecting, periods, saving
from casework.services.rolls.shapes import NewMark, NewPeriod, NewRoll, Saved
from tests.conftest import Frozen
from tests.factories import County

MON = date(2026, 9, 21)
TERM = (date(2026, 9, 1), date(2027, 1, 20))
TIMES = (("morning", "早点名", time(8)), ("afternoon", "午点名", time(14)))


def at(hour: int, minute: int = 0, day: date = MON) -> datetime:
    return datetime.combine(day, time(hour, minute), LOCAL)


def open_school(session: Session, county: County, *codes: str) -> None:
    """A term of the first county, and two rolls a day in these schools (the first one)."""
    school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
    for code in codes or ("S1",):
        for name, label, bell in TIMES:
            new = NewPeriod(name, label, "class", bell)
            periods.set_period(session, SYSTEM, county.units[code], new, from_on=MON)


def opened(database: Database, county: County, frozen: Frozen, *codes: str) -> None:
    """The same before the first bell of the Monday, with the mark of the sweep set."""
    frozen.move_to(at(6))
    with database.transaction() as session:
        open_school(session, county, *codes)
        expecting.sweep_missing(session, clock.now())


def roll(county: County, *absent: NewMark, code: str = "K1", **more: object) -> NewRoll:
    """The morning's roll of the first class, whose two pupils are there unless they are named."""
    enrolled = {"K1": 2, "K2": 1, "K3": 1}[code]
    away = sum(mark.kind != "late" for mark in absent)
    given = {"on": MON, "period": "morning", "present": enrolled - away, **more}
    return NewRoll(county.units[code], absent=absent, **given)  # type: ignore[arg-type]


def save(session: Session, county: County, *absent: NewMark, **more: object) -> Saved:
    """Save the roll as the teacher of the class."""
    who = str(more.pop("by", "teacher1"))
    return saving.save_roll(session, county[who], roll(county, *absent, **more))  # type: ignore[arg-type]


def missing(county: County, code: str = "2026001", **more: object) -> NewMark:
    return NewMark(county.pupils[code], **more)  # type: ignore[arg-type]


def a_class(session: Session, unit_id: int, size: int) -> list[int]:
    """More pupils on a roster."""
    rows = [Student(unit_id=unit_id, code=f"{unit_id}-{n}", name=f"学生{n}") for n in range(size)]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def clocks_of_rolls(database: Database) -> list[tuple[str, str | None]]:
    """The unit and the end of every clock of a roll."""
    with database.reading() as session:
        query = select(Unit.code, Clock.stopped_by).join(Unit, Clock.unit_id == Unit.id)
        rows = session.execute(query.where(Clock.subject_kind == "roll").order_by(Clock.id))
        return [(row[0], row[1]) for row in rows]


def flags(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        rows = session.execute(select(Unit.code, Flag.kind).join(Unit, Flag.unit_id == Unit.id))
        return sorted((code, kind) for code, kind in rows)
