"""The rolls of a school on one day: by class and bell, what is missing and who is to be called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Period, Rollcall, Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import Actor, Permission, Role
from casework.services.pages.closures import ClosureLine, closures_on
from casework.services.pages.forms import Option, as_is
from casework.services.pages.roll_cells import Cell, Saved
from casework.services.pages.roll_units import school, schools
from casework.services.rolls import ground, owed, periods
from casework.services.standins import present

CALLERS = (Role.TEACHER, Role.STAFF)
"""Who calls the roll of a unit, and so who is telephoned when it is missing: the first there is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One class, dormitory or bus with its rolls, in the order of the bells of the day."""

    unit_id: int
    unit: str
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """A roll that waits, and who is to be called about it."""

    unit_id: int
    unit: str
    period: str
    period_name: str
    cell: Cell
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SchoolDay:
    """The rolls of one school on one day; what is missing comes first."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    on: date
    before: date
    after: date | None
    periods: tuple[str, ...]
    lines: tuple[Line, ...]
    missing: tuple[Missing, ...]
    closures: tuple[ClosureLine, ...]
    owed: bool
    expected: int
    saved: int
    late: int
    absent: int


def school_day(session: Session, actor: Actor, unit_id: int | None, on: date | None) -> SchoolDay:
    """The rolls of the school that is asked for, else of the first one. Raises NotFound."""
    found, today = school(session, actor, Permission.ROLL_READ, unit_id), clock.today()
    day = min(on or today, today)
    mine = owed.peopled(session, _mine(actor, _units(session, found)), day)
    rolls = periods.periods_of(session, found, day)
    lines = _lines(session, found, mine, rolls, day)
    cells = [cell for line in lines for cell in line.cells if cell is not None]
    begun = [cell for cell in cells if cell.state != "later"]
    return SchoolDay(
        unit_id=found.id,
        unit=found.name,
        units=tuple(
            Option(str(one.id), as_is(one.name))
            for one in schools(session, actor, Permission.ROLL_READ)
        ),
        on=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        periods=tuple(f"{one.name} {one.bell:%H:%M}" for one in rolls),
        lines=lines,
        missing=tuple(_missing(session, mine, rolls, lines)),
        closures=closures_on(session, found, day),
        owed=bool(cells),
        expected=len(begun),
        saved=sum(cell.state == "saved" for cell in cells),
        late=sum(cell.late for cell in cells),
        absent=sum(cell.absent for cell in cells),
    )


def _units(session: Session, found: Unit) -> Sequence[Unit]:
    inside = Unit.path.startswith(found.path, autoescape=True)
    query = select(Unit).where(inside, Unit.kind.in_(UNIT_KINDS))
    return session.scalars(query.order_by(Unit.kind, Unit.path)).all()


def _mine(actor: Actor, units: Sequence[Unit]) -> list[Unit]:
    return [one for one in units if actor.can(Permission.ROLL_READ, one.path)]


def _lines(
    session: Session, found: Unit, units: Sequence[Unit], rolls: Sequence[Period], day: date
) -> tuple[Line, ...]:
    force = owed.forces(session, day, day)[day]
    where = (Rollcall.on == day, Rollcall.unit_id.in_([one.id for one in units]))
    saved = Saved(session, ground.place_of(session, found).region, where)
    return tuple(
        Line(
            unit.id,
            unit.name,
            tuple(
                saved.cell(one, unit.id, day, owed=periods.happens(one, force, unit.path))
                if one.unit_kind == unit.kind
                else None
                for one in rolls
            ),
        )
        for unit in units
    )


def _missing(
    session: Session, units: Sequence[Unit], rolls: Sequence[Period], lines: Sequence[Line]
) -> list[Missing]:
    """What waits, the oldest bell first; with whoever is there and calls that roll."""
    known, now = {one.id: one for one in units}, clock.now()
    found = []
    for line in lines:
        for period, cell in zip(rolls, line.cells, strict=True):
            if cell is None or cell.state != "missing":
                continue
            people = _callers(session, known[line.unit_id], now)
            found.append(Missing(line.unit_id, line.unit, period.code, period.name, cell, people))
    return sorted(found, key=lambda one: one.cell.bell_at)


def _callers(session: Session, unit: Unit, now: datetime) -> tuple[str, ...]:
    """Whoever is there of the post that calls the roll of a unit."""
    for role in CALLERS:
        people = present(session, role, unit, now)
        if people:
            return tuple(user.name for user in people)
    return ()
