"""The safety log of a class (班级安全管理日志): a day to be printed, a month as a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Period, Rollcall, Unit
from casework.permissions import Actor, Permission, Role
from casework.services.actors import ancestors, holders
from casework.services.pages import roll_units
from casework.services.pages.closures import ClosureLine, closures_on
from casework.services.pages.forms import Option
from casework.services.pages.roll_cells import Cell, Saved
from casework.services.rolls import class_log, ground, owed, periods
from casework.services.rolls.shapes import DaySum, LogDay, LogMonth
from casework.text import N_

KINDS: Mapping[str, str] = {
    "lesson": N_("Safety lesson"),
    "hazard": N_("Hazard found"),
    "contact": N_("Contact with a family"),
    "other": N_("Other remark"),
}
"""What is entered by hand, in the order of the printed form."""


@dataclass(frozen=True, slots=True)
class Head:
    """Whose log it is."""

    unit_id: int
    unit: str
    school: str
    teachers: tuple[str, ...]
    units: tuple[Option, ...]
    may: bool


@dataclass(frozen=True, slots=True)
class DayPage:
    """One day of the log with the days beside it."""

    head: Head
    log: LogDay
    before: date
    after: date | None
    month: str
    closures: tuple[ClosureLine, ...]


@dataclass(frozen=True, slots=True)
class MonthDay:
    """One day of a month: each of its rolls, and the counts."""

    sum: DaySum
    cells: tuple[Cell | None, ...]
    missing: bool


@dataclass(frozen=True, slots=True)
class MonthPage:
    """The days of a month on which a roll was owed or something was recorded."""

    head: Head
    log: LogMonth
    periods: tuple[Period, ...]
    days: tuple[MonthDay, ...]
    month: str
    before: str
    after: str | None


def day_page(session: Session, actor: Actor, unit_id: int | None, on: date | None) -> DayPage:
    """The log of a day, at the latest of today. Raises NotFound."""
    found, units = roll_units.chosen(session, actor, unit_id)
    today = clock.today()
    day = min(on or today, today)
    return DayPage(
        head=_head(session, actor, found, units),
        log=class_log.day(session, actor, found, day),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        month=f"{day:%Y-%m}",
        closures=closures_on(session, session.get_one(Unit, found), day),
    )


def month_page(session: Session, actor: Actor, unit_id: int | None, first: date) -> MonthPage:
    """The log of a month. Raises NotFound."""
    found, units = roll_units.chosen(session, actor, unit_id)
    following = (first + timedelta(days=31)).replace(day=1)
    log = class_log.month(session, actor, found, first)
    rolls = _rolls(session, found, first, following)
    return MonthPage(
        head=_head(session, actor, found, units),
        log=log,
        periods=rolls,
        days=tuple(_days(session, found, log, rolls)),
        month=f"{first:%Y-%m}",
        before=f"{first - timedelta(days=1):%Y-%m}",
        after=f"{following:%Y-%m}" if following <= clock.today() else None,
    )


def _head(session: Session, actor: Actor, unit_id: int, units: tuple[Option, ...]) -> Head:
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    school = session.scalar(
        select(Unit.name).where(Unit.id.in_(ancestors(unit.path)), Unit.kind == "school")
    )
    return Head(
        unit_id=unit.id,
        unit=unit.name,
        school=school or "",
        teachers=tuple(one.name for one in holders(session, Role.TEACHER, unit, clock.today())),
        units=units,
        may=ground.calls(actor, unit) is not None,
    )


def _rolls(session: Session, unit_id: int, first: date, following: date) -> tuple[Period, ...]:
    """The roll-calls of a month by bell; one that was changed within it is one column."""
    unit = session.get_one(Unit, unit_id)
    query = select(Period).where(
        Period.unit_id.in_(ancestors(unit.path)),
        Period.unit_kind == unit.kind,
        Period.from_on < following,
        or_(Period.until_on.is_(None), Period.until_on >= first),
    )
    found = session.scalars(query.order_by(Period.from_on)).all()
    newest = {one.code: one for one in found}
    return tuple(sorted(newest.values(), key=lambda one: (one.bell, one.code)))


def _days(
    session: Session, unit_id: int, log: LogMonth, rolls: Sequence[Period]
) -> Iterator[MonthDay]:
    unit = session.get_one(Unit, unit_id)
    last = log.first + timedelta(days=31)
    where = (Rollcall.unit_id == unit_id, Rollcall.on >= log.first, Rollcall.on < last)
    saved = Saved(session, ground.place_of(session, unit).region, where)
    forces = owed.forces(session, log.first, last)
    for one in log.days:
        force = forces[one.on]
        held = {p.code: p for p in periods.periods_of(session, unit, one.on)}
        cells = tuple(
            saved.cell(
                held.get(roll.code, roll),
                unit_id,
                one.on,
                owed=roll.code in held and periods.happens(held[roll.code], force, unit.path),
            )
            for roll in rolls
        )
        if any(cells) or one.entries or one.cases:
            yield MonthDay(one, cells, any(c.state == "missing" for c in cells if c))
