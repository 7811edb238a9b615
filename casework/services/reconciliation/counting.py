"""What each school owed and did on a day: one question to the database for each figure.

Rows are grouped by the unit they lie at and summed up by school here, so that no question is asked
school by school, and none compares every school with every unit.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import (
    Case,
    Clock,
    Contradiction,
    Flag,
    Period,
    Rollcall,
    Signal,
    Unit,
    ZeroReport,
)
from casework.permissions import Actor
from casework.services.actors import ancestors
from casework.services.rolls import owed, periods
from casework.services.rolls.seated import has_pupils
from casework.services.scope import visible
from casework.services.signals.reach import visible as visible_signal
from casework.services.zero_reports.days import Days
from casework.services.zero_reports.expecting import KIND as ZERO

Rows = Select[*tuple[Any, ...]]
CALLED = ("class", "dormitory", "bus")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One attestation that a school owes; ``nothing`` is None while nobody has signed it, and
    ``due`` is True until it is late.
    """

    slot: str
    nothing: bool | None
    due: bool = False


@dataclass(frozen=True, slots=True)
class Figures:
    """One school on one day. Rolls are expected once their bell has rung."""

    rolls_expected: int = 0
    rolls_saved: int = 0
    zero: tuple[Slot, ...] = ()
    cases: int = 0
    signals: int = 0
    contradictions: int = 0
    flags: int = 0
    closed: bool = False

    @property
    def rolls_missing(self) -> int:
        """How many rolls nobody has saved."""
        return max(self.rolls_expected - self.rolls_saved, 0)

    @property
    def zero_missing(self) -> int:
        """How many attestations nobody has signed in time."""
        return sum(one.nothing is None and not one.due for one in self.zero)

    @property
    def zero_signed(self) -> int:
        """How many attestations somebody has signed."""
        return sum(one.nothing is not None for one in self.zero)

    @property
    def unexpected(self) -> int:
        """Of how many of the two duties, rolls and attestations, nothing at all is expected."""
        return 0 if self.closed else (not self.rolls_expected) + (not self.zero)

    @property
    def worst_first(self) -> tuple[int, ...]:
        """How schools are ordered: what contradicts, is flagged, is missing, is not expected."""
        missing = (-self.zero_missing, -self.rolls_missing)
        return (-self.contradictions, -self.flags, *missing, -self.unexpected)


@dataclass(frozen=True, slots=True)
class Bounds:
    """A day as instants, or the days up to ``until``, and the area that is looked at."""

    on: date
    area: ColumnElement[bool]
    until: date | None = None

    @property
    def start(self) -> datetime:
        """The first instant of the day."""
        return datetime.combine(self.on, time.min, LOCAL)

    def holds(self, column: Any) -> tuple[ColumnElement[bool], ...]:
        """SQL conditions: the instant lies in these days."""
        end = datetime.combine((self.until or self.on) + DAY, time.min, LOCAL)
        return column >= self.start, column < end


def of_day(
    session: Session, actor: Actor, area: Unit, schools: Sequence[Unit], on: date
) -> dict[int, Figures]:
    """The figures of these schools of an area on a day."""
    ids = frozenset(school.id for school in schools)
    here = Bounds(on, Unit.path.startswith(area.path, autoescape=True))
    owed_by = duties_of_day(session, area, schools, on)
    cases = summed(session, _cases(actor, here), ids)
    signals = summed(session, _signals(actor, here), ids)
    against = _contradictions(session, actor, ids, on)
    flags = summed(session, _flags(actor, here), ids)
    force = owed.forces(session, on, on)[on]
    closed = {school.id for school in schools if force.closed_at(school.path) is not None}
    return {
        one: replace(
            owed_by[one],
            cases=cases[one],
            signals=signals[one],
            contradictions=against[one],
            flags=flags[one],
            closed=one in closed,
        )
        for one in ids
    }


def duties_of_day(
    session: Session, area: Unit, schools: Sequence[Unit], on: date
) -> dict[int, Figures]:
    """Of these figures only what each school owed on a day and did: its rolls and attestations."""
    ids = frozenset(school.id for school in schools)
    here = Bounds(on, Unit.path.startswith(area.path, autoescape=True))
    expected = expected_rolls(session, area, schools, on, on)
    zero = _zero(session, ids, on)
    saved = summed(session, _rolls(here), ids)
    return {
        one: Figures(
            rolls_expected=max(expected[one, on], saved[one]),  # saved on a day off counts, too
            rolls_saved=saved[one],
            zero=tuple(zero.get(one, ())),
        )
        for one in ids
    }


def expected_rolls(
    session: Session, area: Unit, schools: Sequence[Unit], first: date, last: date
) -> Counter[tuple[int, date]]:
    """How many rolls each school owes on each day: its units of a kind times the bells for them.

    Units in which nobody is today owe none, nor do those that are closed.
    """
    ids = frozenset(school.id for school in schools)
    units = session.execute(called(Unit.path.startswith(area.path, autoescape=True)))
    places: dict[tuple[int, str], list[str]] = {}
    for _, path, kind in units:
        if (around := school_in(path, ids)) is not None:
            places.setdefault((around, kind), []).append(path)
    own: dict[int, list[Period]] = {}
    query = select(Period).where(
        Period.unit_id.in_(ids),
        Period.from_on <= last,
        or_(Period.until_on.is_(None), Period.until_on >= first),
    )
    for period in session.scalars(query):
        own.setdefault(period.unit_id, []).append(period)
    now, found = clock.now(), Counter[tuple[int, date]]()
    for on, force in owed.forces(session, first, last).items():
        for school in schools:
            found[school.id, on] = sum(
                _owing(places.get((school.id, period.unit_kind), ()), force, period)
                for period in own.get(school.id, ())
                if period.from_on <= on <= (period.until_on or date.max)
                and periods.bell_at(period, on) <= now
                and periods.happens(period, force, school.path)
            )
    return found


def _owing(paths: Sequence[str], force: Days, period: Period) -> int:
    """How many of these units owe the roll, which happens at their school."""
    if not force.closed:
        return len(paths)
    bell = periods.bell_at(period, force.day)
    known = (force.closed_at(path) for path in paths)
    return sum(at is None or at > bell for at in known)


def called(area: ColumnElement[bool]) -> Select[int, str, str]:
    """The classes, dormitories and buses of an area in which anybody is today."""
    here = Unit.id.label("unit_id"), Unit.path, Unit.kind
    every = select(*here).where(area, Unit.kind.in_(CALLED)).subquery()
    return select(every.c.unit_id, every.c.path, every.c.kind).where(
        has_pupils(every.c, clock.today())
    )


def school_in(path: str, schools: frozenset[int]) -> int | None:
    """Which of the schools the unit at a path is or lies below."""
    return next((one for one in ancestors(path) if one in schools), None)


def summed(session: Session, query: Rows, schools: frozenset[int]) -> Counter[int]:
    """Counts by the path of a unit, added up by school."""
    found: Counter[int] = Counter()
    for path, number in session.execute(query):
        if (school := school_in(path, schools)) is not None:
            found[school] += number
    return found


def _rolls(here: Bounds) -> Rows:
    query = select(Unit.path, func.count(Rollcall.id)).join(Rollcall, Rollcall.unit_id == Unit.id)
    return query.where(Rollcall.on == here.on, here.area).group_by(Unit.path)


def _cases(actor: Actor, here: Bounds) -> Rows:
    query = select(Unit.path, func.count(Case.id)).select_from(Case).join(Case.unit)
    return query.where(*here.holds(Case.filed_at), here.area, visible(actor)).group_by(Unit.path)


def _signals(actor: Actor, here: Bounds) -> Rows:
    query = select(Unit.path, func.count(Signal.id)).join(Signal, Signal.unit_id == Unit.id)
    known = (here.area, visible_signal(actor))
    return query.where(*here.holds(Signal.received_at), *known).group_by(Unit.path)


def _flags(actor: Actor, here: Bounds) -> Rows:
    query = select(Unit.path, func.count(Flag.id)).join(Flag, Flag.unit_id == Unit.id)
    return query.where(*standing_flags(actor, here), here.area).group_by(Unit.path)


def standing_flags(actor: Actor, here: Bounds) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: a flag whose limit fell into the day, not cleared, and not of a case that the
    actor may not know of.
    """
    seen = select(Case.id).join(Case.unit).where(visible(actor)).correlate(None)
    known = or_(Flag.case_id.is_(None), Flag.case_id.in_(seen))
    return (*here.holds(Flag.at), Flag.cleared_at.is_(None), known)


def _zero(session: Session, schools: frozenset[int], on: date) -> dict[int, list[Slot]]:
    mine = (Clock.subject_kind == ZERO, Clock.subject_id == ZeroReport.id)
    query = (
        select(ZeroReport.unit_id, ZeroReport.slot, ZeroReport.nothing, func.max(Clock.limit_at))
        .outerjoin(Clock, and_(*mine))
        .where(ZeroReport.on == on, ZeroReport.unit_id.in_(schools))
        .group_by(ZeroReport.id)
        .order_by(ZeroReport.slot)
    )
    found: dict[int, list[Slot]] = {}
    for school, slot, nothing, limit in session.execute(query):
        due = nothing is None and limit is not None and limit > clock.now()
        found.setdefault(school, []).append(Slot(slot, nothing, due))
    return found


def _contradictions(
    session: Session, actor: Actor, schools: Iterable[int], on: date
) -> Counter[int]:
    query = (
        select(ZeroReport.unit_id, func.count(Contradiction.id))
        .join(Contradiction, Contradiction.zero_report_id == ZeroReport.id)
        .join(Case, Contradiction.case_id == Case.id)
        .join(Case.unit)
        .where(ZeroReport.on == on, ZeroReport.unit_id.in_(list(schools)), visible(actor))
        .group_by(ZeroReport.unit_id)
    )
    found: Counter[int] = Counter()
    found.update({row[0]: row[1] for row in session.execute(query)})
    return found


def totals(lines: Iterable[Figures]) -> Figures:
    """Every school together."""
    every = list(lines)
    return Figures(
        rolls_expected=sum(one.rolls_expected for one in every),
        rolls_saved=sum(one.rolls_saved for one in every),
        zero=tuple(slot for one in every for slot in one.zero),
        cases=sum(one.cases for one in every),
        signals=sum(one.signals for one in every),
        contradictions=sum(one.contradictions for one in every),
        flags=sum(one.flags for one in every),
    )
