"""Which days a school attests, and how often: school days of a term, every day of a special period.

Terms and special periods belong to a bureau; a school's own term replaces that of its bureau. Where
it is closed nobody is in school; a special period asks for the day all the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.calendar import Calendar
from casework.models import Closure, SpecialPeriod, Term, Unit
from casework.services.actors import ancestors

ONCE, TWICE = ("day",), ("am", "pm")
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Days:
    """What of the calendar touches one day.

    ``asked``: since when the terms and special periods of each unit are known, the earliest that
    asks for the day; ``closed``: since when it is known that a unit is closed.
    """

    day: date
    worked: bool
    in_term: frozenset[int]
    with_terms: frozenset[int]
    special: Mapping[int, int]
    closed: Mapping[int, datetime] = field(default_factory=dict)
    asked: Mapping[tuple[int, int], datetime] = field(default_factory=dict)

    def slots(self, school: Unit) -> tuple[str, ...]:
        """The slots a school attests on this day; none on a day off."""
        times = self._times(school.path)
        if times:
            return TWICE if times > 1 else ONCE
        if not self.worked or self.closed_at(school.path) is not None:
            return ()
        return ONCE if self.in_session(school.path) else ()

    def in_session(self, path: str) -> bool:
        """True when a term is running for the unit at a path: the nearest terms govern it."""
        return self._governing(path) in self.in_term

    def closed_at(self, path: str) -> datetime | None:
        """Since when it is known that the unit at a path, or one around it, is closed; or None."""
        return min(
            (self.closed[one] for one in ancestors(path) if one in self.closed), default=None
        )

    def closed_by(self, bell_at: datetime) -> frozenset[int]:
        """The units of which it was known at a bell that they are closed."""
        return frozenset(one for one, known in self.closed.items() if known <= bell_at)

    def asked_at(self, school: Unit) -> datetime | None:
        """Since when it is known what the school attests on this day; None: since ever."""
        times = self._times(school.path)
        if times:
            givers = [one for one in ancestors(school.path) if self.special.get(one) == times]
        else:
            givers = [one for one in [self._governing(school.path)] if one is not None]
        known = [self.asked.get((one, times)) for one in givers]
        return None if not known or None in known else min(at for at in known if at is not None)

    def _times(self, path: str) -> int:
        return max((self.special.get(unit_id, 0) for unit_id in ancestors(path)), default=0)

    def _governing(self, path: str) -> int | None:
        above = reversed(ancestors(path))
        return next((one for one in above if one in self.with_terms), None)


def days(session: Session, calendar: Calendar, day: date) -> Days:
    """What is in force on a day, read once for all schools."""
    terms = session.scalars(select(Term)).all()
    special = session.scalars(
        select(SpecialPeriod).where(SpecialPeriod.from_on <= day, SpecialPeriod.until_on >= day)
    ).all()
    closures = session.scalars(
        select(Closure).where(Closure.from_on <= day, Closure.until_on >= day)
    )
    return known_of(day, terms, special, closures, worked=calendar.is_worked(day))


def known_of(
    day: date,
    terms: Iterable[Term],
    special: Iterable[SpecialPeriod],
    closures: Iterable[Closure],
    *,
    worked: bool,
) -> Days:
    """The same of what has been read already, perhaps for other days, too."""
    terms, special = list(terms), [one for one in special if _holds(one, day)]
    running = [term for term in terms if _holds(term, day)]
    return Days(
        day=day,
        worked=worked,
        in_term=frozenset(term.unit_id for term in running),
        with_terms=frozenset(term.unit_id for term in terms),
        special=_most(special),
        closed=_earliest((one.unit_id, one.set_at) for one in closures if _holds(one, day)),
        asked=_asked(running, special),
    )


def _holds(one: Term | SpecialPeriod | Closure, day: date) -> bool:
    return one.from_on <= day <= one.until_on


def _most(periods: Iterable[SpecialPeriod]) -> dict[int, int]:
    found: dict[int, int] = {}
    for period in periods:
        found[period.unit_id] = max(found.get(period.unit_id, 0), period.times)
    return found


def _asked(
    terms: Iterable[Term], special: Iterable[SpecialPeriod]
) -> dict[tuple[int, int], datetime]:
    """By unit, and by how often a day: 0 stands for its terms; without what was always known."""
    every = [(one.unit_id, 0, one.set_at) for one in terms]
    every += [(one.unit_id, one.times, one.set_at) for one in special]
    always = {(unit, times) for unit, times, at in every if at is None}
    return _earliest(
        ((unit, times), at) for unit, times, at in every if at and (unit, times) not in always
    )


def _earliest(pairs: Iterable[tuple[Key, datetime]]) -> dict[Key, datetime]:
    found: dict[Key, datetime] = {}
    for key, at in pairs:
        found[key] = min(found.get(key, at), at)
    return found
