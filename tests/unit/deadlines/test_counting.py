"""Counting, by tables and against two counters that know nothing of ours."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from chinese_calendar.constants import holidays as announced
from chinese_calendar.constants import workdays
from hypothesis import given
from hypothesis import strategies as st

from casework.clock import LOCAL
from casework.deadlines.calendar import default_calendar
from casework.deadlines.derivation import LARGEST, Roll, Unit, as_data, due, from_data, stamp
from casework.errors import Invalid

DAY = timedelta(days=1)
DISPUTED = date(2005, 12, 31)
"""The two calendars disagree on this Saturday only."""


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("start", "amount", "unit", "roll", "ends"),
    [
        # Minutes and hours run round the clock, whatever the calendar says.
        ("2026-09-30T23:50", 30, "minute", "none", "2026-10-01 00:20"),
        ("2026-09-30T10:00", 24, "hour", "non_working", "2026-10-01 10:00"),
        ("2026-02-28T23:00", 1, "hour", "none", "2026-02-28 24:00"),
        # The day of the start does not count; the last day ends at 24:00.
        ("2026-03-02T00:00", 1, "day", "none", "2026-03-03 24:00"),
        ("2026-03-02T23:59", 1, "day", "none", "2026-03-03 24:00"),
        ("2026-03-02T09:00", 0, "day", "none", "2026-03-02 24:00"),
        ("2026-12-31T09:00", 1, "day", "none", "2027-01-01 24:00"),
        ("2024-02-28T09:00", 1, "day", "none", "2024-02-29 24:00"),
        ("2026-09-21T09:00", 10, "day", "none", "2026-10-01 24:00"),
        # A holiday moves on to the first day after the period, be it a plain weekend.
        ("2026-09-21T09:00", 10, "day", "holiday", "2026-10-08 24:00"),
        ("2026-09-21T09:00", 16, "day", "holiday", "2026-10-08 24:00"),
        ("2015-04-30T09:00", 1, "day", "holiday", "2015-05-02 24:00"),
        ("2012-06-20T09:00", 3, "day", "holiday", "2012-06-25 24:00"),
        ("2026-03-05T09:00", 2, "day", "holiday", "2026-03-07 24:00"),
        # Any day off moves on to the next worked day.
        ("2026-03-05T09:00", 2, "day", "non_working", "2026-03-09 24:00"),
        ("2015-04-30T09:00", 1, "day", "non_working", "2015-05-04 24:00"),
        ("2026-10-08T09:00", 2, "day", "non_working", "2026-10-10 24:00"),
        # Working days: make-up Saturdays and Sundays count, holidays do not.
        ("2026-09-29T10:00", 4, "working_day", "none", "2026-10-10 24:00"),
        ("2026-09-18T10:00", 1, "working_day", "none", "2026-09-20 24:00"),
        ("2026-10-01T10:00", 1, "working_day", "none", "2026-10-08 24:00"),
        ("2025-12-31T10:00", 1, "working_day", "none", "2026-01-04 24:00"),
        ("2023-12-29T10:00", 1, "working_day", "none", "2024-01-02 24:00"),
        ("2026-02-13T10:00", 2, "working_day", "none", "2026-02-24 24:00"),
        ("2026-03-07T10:00", 0, "working_day", "none", "2026-03-07 24:00"),
    ],
)
def test_counting(start: str, amount: int, unit: str, roll: str, ends: str) -> None:
    assert stamp(due(local(start), amount, unit, roll).due_at, ends=True) == ends


def test_the_due_instant_is_utc_whatever_the_zone_of_the_start() -> None:
    start = datetime.fromisoformat("2026-09-29T10:00:00+08:00")
    for zone in (UTC, LOCAL):
        counted = due(start.astimezone(zone), 4, Unit.WORKING_DAY)
        assert counted.due_at.isoformat() == "2026-10-10T16:00:00+00:00"
        assert not counted.provisional


@pytest.mark.parametrize(
    ("start", "amount", "unit", "roll", "provisional"),
    [
        ("2026-12-31T09:00", 1, "day", "none", False),
        ("2026-12-31T09:00", 1, "day", "holiday", True),
        ("2026-12-30T09:00", 1, "working_day", "none", False),
        ("2026-12-31T09:00", 1, "working_day", "none", True),
        ("2030-05-01T09:00", 48, "hour", "holiday", False),
    ],
)
def test_a_date_is_provisional_when_an_unknown_year_decided_it(
    start: str, amount: int, unit: str, roll: str, provisional: bool
) -> None:
    assert due(local(start), amount, unit, roll).provisional is provisional


def test_the_derivation_reads_as_steps_and_survives_json() -> None:
    counted = due(local("2026-09-29T10:00"), 4, Unit.WORKING_DAY)
    assert [str(step) for step in counted.derivation] == [
        "Counted from 2026-09-29 10:00; the day of the start does not count.",
        "Holidays not counted: 2026-10-01–2026-10-07.",
        "Weekend days worked and counted: 2026-10-10.",
        "Counting 4 working days: the last day is 2026-10-10.",
        "The period ends at 2026-10-10 24:00.",
    ]
    assert from_data(as_data(counted.derivation)) == counted.derivation


def test_the_derivation_tells_of_a_moved_and_of_a_provisional_end() -> None:
    steps = [str(s) for s in due(local("2026-12-31T10:00"), 1, "day", "holiday").derivation]
    assert "2027-01-01 is a day off, so the end moves to 2027-01-02." in steps
    assert "Provisional: the holidays of 2027 are not announced yet." in steps


def test_seconds_are_shown_only_when_there_are_any() -> None:
    assert stamp(local("2026-03-02T00:00")) == "2026-03-02 00:00"
    assert stamp(local("2026-03-02T10:00:07")) == "2026-03-02 10:00:07"


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("amount", {"amount": -1}),
        ("amount", {"amount": LARGEST[Unit.DAY] + 1}),
        ("amount", {"amount": True}),
        ("amount", {"amount": 1.5}),
        ("unit", {"unit": "week"}),
        ("roll", {"roll": "maybe"}),
        ("start", {"start": datetime(2026, 3, 2, 9)}),  # noqa: DTZ001 - naive on purpose
        ("start", {"start": datetime.max.replace(tzinfo=UTC)}),
    ],
)
def test_bad_input_names_its_field(field: str, values: dict[str, object]) -> None:
    given_values: dict[str, object] = {"start": local("2026-03-02T09:00"), "amount": 1}
    with pytest.raises(Invalid) as caught:
        due(**{**given_values, "unit": "day", **values})  # type: ignore[arg-type]
    assert list(caught.value.errors) == [field]


def test_the_calendar_agrees_with_another_library_on_every_day() -> None:
    other = holidays.country_holidays("CN", years=range(2004, 2027))
    calendar = default_calendar()
    days = [date(2004, 1, 1) + n * DAY for n in range(8401)]
    assert days[-1] == date(2026, 12, 31)
    differing = [day for day in days if calendar.is_worked(day) != other.is_working_day(day)]
    assert differing == [DISPUTED]


def test_ten_thousand_counts_agree_with_two_other_counters() -> None:
    rng = random.Random(20260929)
    other = holidays.country_holidays("CN", years=range(2004, 2027))
    first = datetime(2004, 1, 1, tzinfo=LOCAL)
    for _ in range(10_000):
        start = first + timedelta(minutes=rng.randrange(int(22.9 * 365.25 * 1440)))
        unit, roll = rng.choice(list(Unit)), rng.choice(list(Roll))
        amount = rng.randrange(1, 16)
        found = due(start, amount, unit, roll).due_at
        assert found == counted_by_hand(start, amount, unit, roll), (start, amount, unit, roll)
        if unit is Unit.WORKING_DAY and not start.date() < DISPUTED < found.date() + DAY:
            last = start.date()
            for _ in range(amount):
                last += DAY
                while not other.is_working_day(last):
                    last += DAY
            assert found.astimezone(LOCAL) == midnight_after(last)


def counted_by_hand(start: datetime, amount: int, unit: Unit, roll: Roll) -> datetime:
    """A second counter: it lists the days after the start and takes the one that ends the term."""
    if unit in (Unit.MINUTE, Unit.HOUR):
        return start + amount * timedelta(**{f"{unit}s": 1})
    after = [start.date() + n * DAY for n in range(1, 60)]
    if unit is Unit.WORKING_DAY:
        return midnight_after([day for day in after if is_workday(day)][amount - 1])
    rest = after[amount - 1 :]
    if roll is Roll.NON_WORKING:
        return midnight_after(next(day for day in rest if is_workday(day)))
    if roll is Roll.HOLIDAY:
        return midnight_after(next(day for day in rest if not in_holiday_period(day)))
    return midnight_after(rest[0])


def in_holiday_period(day: date) -> bool:
    """A named day off; or a weekend day with the same holiday's days off on both sides of it."""
    if named(day) or is_workday(day):
        return named(day) is not None
    before, after = day, day
    while named(before) is None and not is_workday(before):
        before -= DAY
    while named(after) is None and not is_workday(after):
        after += DAY
    return named(before) is not None and named(before) == named(after)


def named(day: date) -> str | None:
    name = announced.get(day)
    return str(name) if name else None


def is_workday(day: date) -> bool:
    if day.year > 2026:
        return day.weekday() < 5 and day not in holidays.country_holidays("CN", years=[day.year])
    return day in workdays or (day.weekday() < 5 and day not in announced)


def midnight_after(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL) + DAY


instants = st.datetimes(
    datetime(2004, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, LOCAL]),
)


@given(instants, st.integers(0, 200), st.sampled_from(Unit), st.sampled_from(Roll))
def test_more_is_never_sooner_and_nothing_is_due_before_its_start(
    start: datetime, amount: int, unit: Unit, roll: Roll
) -> None:
    one, more = due(start, amount, unit, roll), due(start, amount + 1, unit, roll)
    assert start <= one.due_at <= more.due_at
    assert from_data(as_data(one.derivation)) == one.derivation


@given(instants, st.integers(0, 60), st.sampled_from([Unit.DAY, Unit.WORKING_DAY]))
def test_rolling_only_postpones_and_working_days_only_add(
    start: datetime, amount: int, unit: Unit
) -> None:
    plain, holiday, any_day = (due(start, amount, unit, roll).due_at for roll in Roll)
    assert plain <= holiday <= any_day
    assert due(start, amount, Unit.DAY).due_at <= due(start, amount, Unit.WORKING_DAY).due_at
