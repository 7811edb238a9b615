"""Which rolls some units owe on some days, and what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Closure, Period, Rollcall, Term, Unit
from casework.services.actors import ancestors
from casework.services.policy import policy
from casework.services.rolls import ground, listing, periods, plausible
from casework.services.rolls.duty import Duty, duty
from casework.services.rolls.seated import has_pupils
from casework.services.rolls.shapes import AWAY, Due
from casework.services.zero_reports.days import Days, known_of

SAVED, DUE, MISSING, AHEAD = "saved", "due", "missing", "later"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is read once for all units and days."""

    periods: Sequence[Period]
    forces: Mapping[date, Days]
    rolls: Mapping[tuple[int, date, str], Rollcall]
    away: Mapping[int, int]
    """How many are away in each of these rolls, as it stands now."""


def dues_of(session: Session, units: Sequence[Unit], on: date) -> tuple[Due, ...]:
    """Every roll that these units owe on a day, by bell; also those saved on a day off."""
    return dues_over(session, units, on, on)[on]


def dues_over(
    session: Session, units: Sequence[Unit], first: date, last: date
) -> dict[date, tuple[Due, ...]]:
    """The same for each of some days, in as many questions as for one."""
    known = _known(session, units, first, last)
    regions: dict[int, str] = {}
    found: dict[date, list[Due]] = {on: [] for on in each(first, last)}
    for unit in units:
        own = _own(unit, known.periods)
        for period in own[:1]:
            if period.unit_id not in regions:
                regions[period.unit_id] = ground.place_of(session, unit).region
        for on, period in _called(unit, own, known):
            owed = duty(session, regions[period.unit_id], periods.bell_at(period, on))
            found[on].append(_due(unit, period, on, owed, known))
    return {
        on: tuple(sorted(dues, key=lambda one: (one.bell_at, one.unit)))
        for on, dues in found.items()
    }


def peopled(session: Session, units: Sequence[Unit], on: date) -> list[Unit]:
    """Those of the units in which anybody is on a day: nobody calls the roll of an empty class."""
    ids = [unit.id for unit in units]
    here = select(Unit.id.label("unit_id"), Unit.kind).where(Unit.id.in_(ids)).subquery()
    found = set(session.scalars(select(here.c.unit_id).where(has_pupils(here.c, on))))
    return [unit for unit in units if unit.id in found]


def each(first: date, last: date) -> Iterator[date]:
    """Every day from one to another."""
    return (first + DAY * n for n in range((last - first).days + 1))


def forces(session: Session, first: date, last: date) -> dict[date, Days]:
    """What is in force on each of some days, for rolls: special periods do not matter to them."""
    calendar, terms = policy(session).calendar, session.scalars(select(Term)).all()
    closures = session.scalars(
        select(Closure).where(Closure.from_on <= last, Closure.until_on >= first)
    ).all()
    return {
        on: known_of(on, terms, (), closures, worked=calendar.is_worked(on))
        for on in each(first, last)
    }


def _known(session: Session, units: Sequence[Unit], first: date, last: date) -> Known:
    ids = [unit.id for unit in units]
    schools = {one for unit in units for one in ancestors(unit.path)}
    query = select(Period).where(
        Period.unit_id.in_(schools),
        Period.from_on <= last,
        or_(Period.until_on.is_(None), Period.until_on >= first),
    )
    saved = select(Rollcall).where(
        Rollcall.unit_id.in_(ids), Rollcall.on >= first, Rollcall.on <= last
    )
    rolls = {(row.unit_id, row.on, row.period): row for row in session.scalars(saved)}
    marks = listing.marks_of(session, [row.id for row in rolls.values()])
    return Known(
        periods=session.scalars(query.order_by(Period.bell, Period.code)).all(),
        forces=forces(session, first, last),
        rolls=rolls,
        away={
            roll_id: sum(kind in AWAY for kind in listing.kinds_now(found).values())
            for roll_id, found in marks.items()
        },
    )


def _own(unit: Unit, every: Sequence[Period]) -> list[Period]:
    above = set(ancestors(unit.path))
    return [one for one in every if one.unit_id in above and one.unit_kind == unit.kind]


def _called(unit: Unit, own: Sequence[Period], known: Known) -> Iterable[tuple[date, Period]]:
    """The days and periods that are owed or were called anyway."""
    for on, force in known.forces.items():
        for period in own:
            if period.from_on > on or (period.until_on is not None and period.until_on < on):
                continue
            done = (unit.id, on, period.code) in known.rolls
            if done or periods.happens(period, force, unit.path):
                yield on, period


def _due(unit: Unit, period: Period, on: date, owed: Duty | None, known: Known) -> Due:
    done = known.rolls.get((unit.id, on, period.code))
    bell, target = periods.bell_at(period, on), owed.dues.target_at if owed else None
    away = known.away.get(done.id, 0) if done else 0
    return Due(
        unit_id=unit.id,
        unit=unit.name,
        unit_kind=unit.kind,
        on=on,
        period=period.code,
        period_name=period.name,
        bell_at=bell,
        target_at=target,
        limit_at=owed.limit_at if owed else None,
        state=_state(done, bell, target, clock.now()),
        taken_at=done.taken_at if done else None,
        present_now=done.enrolled - away if done else None,
        enrolled=done.enrolled if done else None,
        absent=away if done else None,
    )


def _state(done: Rollcall | None, bell: datetime, target: datetime | None, now: datetime) -> str:
    if done is not None:
        return SAVED
    if now < bell - plausible.LIMITS.early:
        return AHEAD
    return MISSING if target is not None and now > target else DUE
