"""The working calendar: announced years, provisional ones, and years added by a file."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from casework.clock import LOCAL
from casework.deadlines.arrangements import load_calendar
from casework.deadlines.calendar import default_calendar
from casework.errors import Misconfigured

CALENDAR = default_calendar()

YEAR = """\
year: 2027
source: 国务院办公厅关于2027年部分节假日安排的通知
periods:
  - {name: 元旦, first: 2027-01-01, last: 2027-01-03}
  - {name: 春节, first: 2027-02-05, last: 2027-02-11}
worked: [2027-02-20]
"""


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2026, 9, 28), True),  # a plain Monday
        (date(2026, 9, 26), False),  # a Saturday inside Mid-Autumn
        (date(2026, 10, 7), False),  # a swapped Wednesday
        (date(2026, 10, 10), True),  # a make-up Saturday
        (date(2026, 9, 20), True),  # a make-up Sunday
        (date(2026, 10, 11), False),  # a plain Sunday
        (date(2027, 5, 3), False),  # Labour Day given back, by law, before anything is announced
        (date(2027, 2, 11), True),  # only the arrangement could make this a day off
    ],
)
def test_a_day_is_worked_or_not(day: date, worked: bool) -> None:
    assert CALENDAR.is_worked(day) is worked


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 10, 3), date(2026, 10, 1), date(2026, 10, 7)),
        (date(2020, 10, 8), date(2020, 10, 1), date(2020, 10, 8)),  # two holidays, one period
        (date(2012, 6, 23), date(2012, 6, 22), date(2012, 6, 24)),  # a Saturday inside
        (date(2022, 12, 31), date(2022, 12, 31), date(2023, 1, 2)),  # across the year end
        (date(2027, 10, 3), date(2027, 10, 1), date(2027, 10, 5)),  # statutory days only
    ],
)
def test_a_period_includes_weekends_and_swapped_days(day: date, first: date, last: date) -> None:
    period = CALENDAR.holiday(day)
    assert period is not None
    assert (period.first, period.last) == (first, last)
    assert day in set(period.days())


@pytest.mark.parametrize("day", [date(2026, 10, 8), date(2026, 10, 10), date(2015, 4, 4)])
def test_days_beside_a_holiday_are_in_no_period(day: date) -> None:
    assert CALENDAR.holiday(day) is None


def test_only_announced_years_are_certain() -> None:
    assert not any(CALENDAR.provisional(year) for year in range(2004, 2027))
    assert CALENDAR.provisional(2003)
    assert CALENDAR.provisional(2099)


@pytest.mark.parametrize(
    ("instant", "expected"),
    [
        ("2026-09-28T08:00", "2026-09-28T08:00"),
        ("2026-09-28T17:59", "2026-09-28T17:59"),
        ("2026-09-28T18:00", "2026-09-29T08:00"),
        ("2026-09-28T03:00", "2026-09-28T08:00"),
        ("2026-09-30T20:00", "2026-10-08T08:00"),
        ("2026-10-10T10:00", "2026-10-10T10:00"),
    ],
)
def test_office_time_waits_for_the_next_worked_morning(instant: str, expected: str) -> None:
    at = datetime.fromisoformat(instant).replace(tzinfo=LOCAL)
    assert CALENDAR.office_time(at) == datetime.fromisoformat(expected).replace(tzinfo=LOCAL)


def test_a_file_announces_a_year(tmp_path: Path) -> None:
    (tmp_path / "2027.yaml").write_text(YEAR, encoding="utf-8")
    calendar = load_calendar(tmp_path)
    assert not calendar.provisional(2027)
    assert not calendar.is_worked(date(2027, 2, 11))
    assert calendar.is_worked(date(2027, 2, 20))
    # The file replaces the year: what it does not name is no holiday.
    assert calendar.is_worked(date(2027, 10, 1))
    assert calendar.is_worked(date(2026, 10, 10))


def test_a_file_overrides_a_known_year(tmp_path: Path) -> None:
    text = YEAR.replace("2027", "2026").replace("2026-02-20", "2026-02-21")
    (tmp_path / "2026.yaml").write_text(text, encoding="utf-8")
    calendar = load_calendar(tmp_path)
    assert calendar.is_worked(date(2026, 10, 1))
    assert not calendar.is_worked(date(2026, 10, 10))


def test_no_directory_adds_nothing(tmp_path: Path) -> None:
    assert load_calendar(tmp_path / "absent") == CALENDAR


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("year: 2027", "year: 2028", 1, "must be called 2028.yaml"),
        ("year: 2027", "jahr: 2027", 1, "Unknown field"),
        ("last: 2027-01-03", "last: 2026-12-03", 4, "ends before it begins"),
        ("last: 2027-01-03", "last: soon", 4, "must be a date"),
        ("2027-01-01, last: 2027-01-03", "2025-01-01, last: 2025-01-03", 4, "does not touch"),
        ("[2027-02-20]", "[2027-02-22]", 6, "no weekend day"),
        ("[2027-02-20]", "[2027-02-06]", 6, "no weekend day"),
        ("worked:", "year:", 6, "twice"),
        ("worked: [", "worked: [[", 7, "expected"),
    ],
)
def test_a_broken_year_is_refused(
    tmp_path: Path, old: str, new: str, line: int, reason: str
) -> None:
    path = tmp_path / "2027.yaml"
    path.write_text(YEAR.replace(old, new), encoding="utf-8")
    with pytest.raises(Misconfigured) as caught:
        load_calendar(tmp_path)
    assert f"{path}:{line}:" in str(caught.value)
    assert reason in str(caught.value)
