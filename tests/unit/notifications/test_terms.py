"""When a delivery is tried again, when a person may be disturbed, what a limit leaves."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.clock import LOCAL
from casework.notifications.terms import MINUTE, Quiet, Retry, Terms, room, room_again

INSTANTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001
    lambda naive: naive.replace(tzinfo=UTC)
)
MINUTES = st.integers(0, 1439)
QUIET = st.tuples(MINUTES, MINUTES).filter(lambda pair: pair[0] != pair[1])


@given(INSTANTS, QUIET)
def test_quiet_hours_end_within_a_day_and_hold_nothing_outside(
    at: datetime, hours: tuple[int, int]
) -> None:
    quiet = Quiet(*hours)
    over = quiet.over(at)
    assert at <= over <= at + timedelta(days=1)
    assert quiet.over(over) == over
    if over != at:
        local = over.astimezone(LOCAL)
        assert local.hour * 60 + local.minute == hours[1]


@pytest.mark.parametrize(
    ("clock", "over"),
    [
        ("21:59", "21:59"),
        ("22:00", "06:30"),
        ("03:00", "06:30"),
        ("06:29", "06:30"),
        ("06:30",) * 2,
    ],
)
def test_quiet_hours_past_midnight(clock: str, over: str) -> None:
    at = datetime.combine(datetime(2026, 9, 21, tzinfo=LOCAL), time.fromisoformat(clock), LOCAL)
    found = Quiet(22 * 60, 6 * 60 + 30).over(at).astimezone(LOCAL)
    assert f"{found:%H:%M}" == over


@settings(deadline=None)
@given(st.lists(st.integers(0, 90), max_size=40), st.integers(1, 30))
def test_no_minute_ever_holds_more_than_the_limit(gaps: list[int], per_minute: int) -> None:
    """Whoever asks at whatever times and sends as much as there is room for."""
    at, sent = datetime(2026, 9, 21, 8, tzinfo=UTC), []
    for gap in gaps:
        at += timedelta(seconds=gap)
        sent += [at] * min(room(sent, per_minute, at), 7)
        if not room(sent, per_minute, at):
            again = room_again(sent, per_minute, at)
            assert again > at
            assert room(sent, per_minute, again) > 0
    for first in sent:
        assert sum(first <= one < first + MINUTE for one in sent) <= per_minute


@given(st.integers(1, 200), st.floats(0, 1), st.floats(0, 0.9))
def test_waits_grow_up_to_the_most(failures: int, chance: float, jitter: float) -> None:
    retry = Retry(timedelta(seconds=15), timedelta(minutes=30), jitter)
    wait = retry.wait(failures, chance)
    assert timedelta(0) < wait <= retry.most
    assert retry.wait(failures + 1, chance) >= wait
    assert retry.wait(failures, 0.0) >= wait


def test_what_is_pressing_waits_less() -> None:
    terms = Terms()
    assert terms.patience(1) == terms.patience(0) == terms.reroute_after
    assert terms.patience(2) == terms.patience(4) == terms.reroute_urgent_after
