"""The calendar feed, read by another program and byte by byte."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import vobject
from hypothesis import example, given, settings
from hypothesis import strategies as st

from casework.notifications.channels.cutting import one_line
from casework.notifications.feed import SHOWN, TITLES, Entry, calendar

NOW = datetime(2026, 9, 21, 3, 4, 5, tzinfo=UTC)
ENTRY = Entry(
    uid="clock-31",
    number="2026-QL-000018",
    duty="完成调查",
    target_at=datetime(2026, 9, 28, 16, 0, tzinfo=UTC),
    limit_at=datetime(2026, 10, 1, 16, 0, tzinfo=UTC),
    url="https://casework.example.org/cases/2026-QL-000018",
    updated_at=datetime(2026, 9, 20, 1, 2, 3, tzinfo=UTC),
)
CHINESE = {"target": "%(number)s：%(duty)s（目标）", "limit": "%(number)s：%(duty)s（时限）"}


def read(data: bytes) -> vobject.base.Component:
    return vobject.readOne(data.decode())


def test_a_clock_is_an_event_at_its_target_and_one_at_its_limit() -> None:
    feed = read(calendar([ENTRY], name="我的时限", now=NOW, titles=CHINESE))

    target, limit = feed.vevent_list
    assert target.dtstart.value == ENTRY.target_at
    assert limit.dtstart.value == ENTRY.limit_at
    assert limit.dtend.value == limit.dtstart.value + SHOWN
    assert target.summary.value == "2026-QL-000018：完成调查（目标）"
    assert limit.summary.value == "2026-QL-000018：完成调查（时限）"
    assert [event.uid.value for event in (target, limit)] == [
        "clock-31-target@casework",
        "clock-31-limit@casework",
    ]
    for event in (target, limit):
        assert event.dtstamp.value == event.last_modified.value == ENTRY.updated_at
        assert event.url.value == event.description.value == ENTRY.url
        assert event.contents["class"][0].value == "PRIVATE"
        assert event.transp.value == "TRANSPARENT"
        assert event.valarm.action.value == "DISPLAY"
        assert event.valarm.description.value == event.summary.value
    assert target.valarm.trigger.value == timedelta(minutes=-30)
    assert limit.valarm.trigger.value == timedelta(hours=-1)


def test_the_feed_says_its_name_and_when_to_come_again() -> None:
    lines = calendar([ENTRY], name="我的时限", now=NOW).decode().split("\r\n")

    assert {
        "VERSION:2.0",
        "PRODID:-//Casework//Casework//EN",
        "X-WR-CALNAME:我的时限",
        "NAME:我的时限",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
        "DTSTART:20260928T160000Z",
        "DTSTAMP:20260920T010203Z",
    } <= {*lines}
    assert not any(line.startswith(("METHOD", "ORGANIZER", "ATTENDEE")) for line in lines)
    assert not any("TZID" in line for line in lines)


@pytest.mark.parametrize(
    ("now", "warned"),
    [
        (datetime(2026, 9, 28, 15, 29, 59, tzinfo=UTC), [True, True]),
        (datetime(2026, 9, 28, 15, 30, tzinfo=UTC), [False, True]),
        (datetime(2026, 10, 1, 14, 59, 59, tzinfo=UTC), [False, True]),
        (datetime(2026, 10, 1, 15, 0, tzinfo=UTC), [False, False]),
    ],
)
def test_what_is_late_does_not_ring_again(now: datetime, warned: list[bool]) -> None:
    events = read(calendar([ENTRY], name="x", now=now)).vevent_list

    assert ["valarm" in event.contents for event in events] == warned


def test_the_bytes_stay_the_same_while_nothing_happens() -> None:
    later = NOW + timedelta(days=2)

    assert calendar([ENTRY], name="x", now=NOW) == calendar([ENTRY], name="x", now=later)


@pytest.mark.parametrize(
    ("missing", "uids"),
    [
        ({"limit_at": None}, ["clock-31-target@casework"]),
        ({"target_at": None}, ["clock-31-limit@casework"]),
        ({"target_at": None, "limit_at": None}, []),
    ],
)
def test_what_a_clock_does_not_have_is_no_event(
    missing: Mapping[str, None], uids: list[str]
) -> None:
    feed = read(calendar([replace(ENTRY, **missing)], name="x", now=NOW))

    assert [event.uid.value for event in feed.contents.get("vevent", [])] == uids


def test_events_keep_their_id_when_the_clock_moves() -> None:
    later = replace(ENTRY, target_at=NOW, limit_at=NOW, updated_at=NOW)

    before, after = (
        [event.uid.value for event in read(calendar([one], name="x", now=NOW)).vevent_list]
        for one in (ENTRY, later)
    )

    assert before == after


def test_every_instant_is_told_in_utc() -> None:
    here = timezone(timedelta(hours=8))
    moved = replace(
        ENTRY,
        target_at=datetime(2026, 9, 29, 0, 0, 0, 999, tzinfo=here),
        updated_at=ENTRY.updated_at.astimezone(here),
    )

    data = calendar([moved], name="x", now=NOW.astimezone(here))

    assert data == calendar([ENTRY], name="x", now=NOW)


@pytest.mark.parametrize("which", ["target_at", "limit_at", "updated_at"])
def test_an_instant_without_a_zone_is_refused(which: str) -> None:
    naive = NOW.replace(tzinfo=None)

    with pytest.raises(ValueError, match="aware"):
        calendar([replace(ENTRY, **{which: naive})], name="x", now=NOW)
    with pytest.raises(ValueError, match="aware"):
        calendar([ENTRY], name="x", now=naive)


WORDS = st.text(st.sampled_from("完成调查，；：😀é,;:\\\"'\n\r\0\x0b abcNBEGIN"), max_size=200)


@settings(deadline=None)
@given(duty=WORDS | st.text(max_size=200), name=WORDS)
@example(duty="a\\Nb\\nc\\\\N", name="\\N")
def test_any_words_are_told_in_lines_as_the_standard_wants_them(duty: str, name: str) -> None:
    data = calendar([replace(ENTRY, duty=duty)], name=name, now=NOW)

    assert b"\n" not in data.replace(b"\r\n", b"")
    assert b"\r" not in data.replace(b"\r\n", b"")
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    for line in lines:
        assert 0 < len(line) <= 75
        assert all(ord(sign) >= 32 for sign in line.decode("utf-8"))
    assert lines.count(b"BEGIN:VEVENT") == 2
    title = one_line(TITLES["target"] % {"number": ENTRY.number, "duty": duty})
    assert read(data).vevent_list[0].summary.value == title.replace("\\N", "\\n")


def test_an_empty_feed_is_one() -> None:
    feed = read(calendar([], name="x", now=NOW))

    assert feed.name == "VCALENDAR"
    assert "vevent" not in feed.contents
