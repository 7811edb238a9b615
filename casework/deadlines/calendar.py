"""The working-day calendar of the People's Republic of China, with the arrangements of each year.

Announced years come from the package ``chinesecalendar``; a file ``<year>.yaml`` adds or replaces
a year without an upgrade. Any other year is computed from weekends and statutory days and is
``provisional`` until the State Council announces its arrangement.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache

import chinese_calendar.constants as announced
import holidays as statutory

from casework.clock import LOCAL

_DAY = timedelta(days=1)
OPENS, CLOSES = time(8), time(18)
"""Office hours: what may wait for the day waits for these."""


@dataclass(frozen=True, slots=True)
class Period:
    """A holiday period, first and last day included."""

    name: str
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Yield every day of the period."""
        for n in range((self.last - self.first).days + 1):
            yield self.first + n * _DAY


@dataclass(frozen=True, slots=True)
class Arrangement:
    """The holiday arrangement (放假安排) of one year: it replaces what was known of that year."""

    year: int
    periods: tuple[Period, ...]
    worked: frozenset[date]


@dataclass(frozen=True)
class Calendar:
    """Which days are worked; immutable, so that one instance may be shared by everything."""

    holidays: Mapping[date, str] = field(repr=False)
    """Days off of announced arrangements, swapped days off included, with the holiday's name."""
    worked: frozenset[date] = field(repr=False)
    """Weekend days that are worked."""
    years: frozenset[int]
    """The years whose arrangement is known."""

    def provisional(self, year: int) -> bool:
        """Tell whether the arrangement of this year is not known (yet)."""
        return year not in self.years

    def is_worked(self, day: date) -> bool:
        """Tell whether this day is worked: make-up Saturdays and Sundays are."""
        if day in self.worked:
            return True
        return day.weekday() < 5 and self.holiday_name(day) is None

    def is_make_up(self, day: date) -> bool:
        """Tell whether this is a weekend day that is worked."""
        return day in self.worked and day.weekday() >= 5

    def holiday_name(self, day: date) -> str | None:
        """Name the holiday to which this day belongs, or None; plain weekends belong to none."""
        if day.year in self.years:
            return self.holidays.get(day)
        return self.holidays.get(day) or _statutory(day.year).get(day)

    def holiday(self, day: date) -> Period | None:
        """Return the holiday period that contains this day, or None.

        Weekend days between two days of a period belong to it; those before and after do not.
        """
        first, last = self._edge(day, -_DAY), self._edge(day, _DAY)
        if first is None or last is None:
            return None
        return Period(self.holiday_name(first) or "", first, last)

    def next_worked(self, day: date) -> date:
        """Return this day if it is worked, else the first worked day after it."""
        while not self.is_worked(day):
            day += _DAY
        return day

    def office_time(self, instant: datetime) -> datetime:
        """Return this instant if it lies in office hours of a worked day, else their next start."""
        local = instant.astimezone(LOCAL)
        day = local.date()
        if self.is_worked(day) and OPENS <= local.time() < CLOSES:
            return instant
        day = self.next_worked(day if local.time() < OPENS else day + _DAY)
        return datetime.combine(day, OPENS, LOCAL).astimezone(instant.tzinfo)

    def _edge(self, day: date, step: timedelta) -> date | None:
        """Walk from a day to the last holiday in one direction, across the weekends inside."""
        edge: date | None = None
        while True:
            name = self.holiday_name(day)
            if name is None and not self._plain_weekend(day):
                return edge
            if name is not None:
                # Beyond a plain weekend only the same holiday goes on; another is a new period.
                if (
                    edge
                    and abs(day - edge) > _DAY
                    and _stem(self.holiday_name(edge)) != _stem(name)
                ):
                    return edge
                edge = day
            day += step

    def _plain_weekend(self, day: date) -> bool:
        return day.weekday() >= 5 and not self.is_worked(day)


def _stem(name: str | None) -> str:
    """Cut "(observed)" and the like off a holiday's name."""
    return (name or "").split(" (")[0]


@cache
def _statutory(year: int) -> Mapping[date, str]:
    """Return the statutory days off of a year, with the days given back for weekends."""
    found = statutory.country_holidays("CN", years=[year], language="en_US")
    return {day: str(name) for day, name in found.items()}


def build(arrangements: Iterable[Arrangement] = ()) -> Calendar:
    """Return the calendar of the announced years, with whole years added or replaced."""
    arrangements = tuple(arrangements)
    replaced = {a.year for a in arrangements}
    names = {d: str(n) for d, n in announced.holidays.items() if d.year not in replaced}
    worked = {d for d in announced.workdays if d.year not in replaced}
    for arrangement in arrangements:
        for period in arrangement.periods:
            names.update(dict.fromkeys(period.days(), period.name))
        worked.update(arrangement.worked)
    years = {d.year for d in announced.holidays} | replaced
    return Calendar(names, frozenset(worked), frozenset(years))


@cache
def default_calendar() -> Calendar:
    """Return the calendar of the announced years, as the installed package knows them."""
    return build()
