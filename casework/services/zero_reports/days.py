"""Which days a school attests, and how often: school days of a term, every day of a special period.

Terms and special periods belong to a bureau; a school's own term replaces that of its bureau.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.calendar import Calendar
from casework.models import SpecialPeriod, Term, Unit
from casework.services.actors import ancestors

ONCE, TWICE = ("day",), ("am", "pm")


@dataclass(frozen=True, slots=True)
class Days:
    """The terms and special periods that touch one day."""

    day: date
    worked: bool
    in_term: frozenset[int]
    with_terms: frozenset[int]
    special: dict[int, int]

    def slots(self, school: Unit) -> tuple[str, ...]:
        """The slots a school attests on this day; none on a day off."""
        above = ancestors(school.path)
        times = max((self.special.get(unit_id, 0) for unit_id in above), default=0)
        if times:
            return TWICE if times > 1 else ONCE
        return ONCE if self.worked and self.in_session(school.path) else ()

    def in_session(self, path: str) -> bool:
        """True when a term is running for the unit at a path: the nearest terms govern it."""
        above = reversed(ancestors(path))
        return next((one for one in above if one in self.with_terms), None) in self.in_term


def days(session: Session, calendar: Calendar, day: date) -> Days:
    """What is in force on a day, read once for all schools."""
    terms = session.scalars(select(Term)).all()
    special = session.scalars(
        select(SpecialPeriod).where(SpecialPeriod.from_on <= day, SpecialPeriod.until_on >= day)
    )
    return Days(
        day=day,
        worked=calendar.is_worked(day),
        in_term=frozenset(_units(term for term in terms if term.from_on <= day <= term.until_on)),
        with_terms=frozenset(_units(terms)),
        special=_most(special),
    )


def _units(terms: Iterable[Term]) -> Iterable[int]:
    return (term.unit_id for term in terms)


def _most(periods: Iterable[SpecialPeriod]) -> dict[int, int]:
    found: dict[int, int] = {}
    for period in periods:
        found[period.unit_id] = max(found.get(period.unit_id, 0), period.times)
    return found
