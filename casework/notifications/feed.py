"""One's clocks as a calendar that telephones and mail programs subscribe to (RFC 5545)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from icalendar import Alarm, Calendar, Event

from casework.notifications.channels.cutting import one_line
from casework.text import N_

TARGET, LIMIT = "target", "limit"
TITLES: Mapping[str, str] = MappingProxyType(
    {
        TARGET: N_("%(number)s: %(duty)s (target)"),
        LIMIT: N_("%(number)s: %(duty)s (limit)"),
    }
)
"""Which instant -> message id of the title; the caller hands in the reader's own words."""
SHOWN = timedelta(minutes=15)
"""An instant has no length, but calendars draw only what has one."""
WARNED = MappingProxyType({TARGET: timedelta(minutes=30), LIMIT: timedelta(hours=1)})
"""So long before, the device of the reader speaks up."""
REFRESH = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Entry:
    """One clock that runs. Nothing in it names a person: calendars are shared and synchronised."""

    uid: str
    """The same as long as the clock runs."""
    number: str
    duty: str
    target_at: datetime | None
    limit_at: datetime | None
    url: str
    updated_at: datetime


def calendar(
    entries: Iterable[Entry],
    *,
    name: str,
    now: datetime,
    titles: Mapping[str, str] = TITLES,
) -> bytes:
    """The feed: an event at each target and each limit, with a warning unless its moment is over.

    The bytes change only with a clock, or when such a moment passes: callers may compare them.

    Raises:
        ValueError: if an instant has no time zone.
    """
    # No METHOD: it would make this an invitation (RFC 5546), which needs somebody who invites.
    feed, now = Calendar(), _utc(now)
    feed.add("prodid", "-//Casework//Casework//EN")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    for key in ("name", "x-wr-calname"):
        feed.add(key, _line(name))
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT15M")
    for entry in entries:
        for kind, at in ((TARGET, entry.target_at), (LIMIT, entry.limit_at)):
            if at is not None:
                values = {"number": entry.number, "duty": entry.duty}
                title = _line(titles[kind] % values)
                feed.add_component(_event(entry, kind, _utc(at), title, now))
    return bytes(feed.to_ical())


def _event(entry: Entry, kind: str, at: datetime, title: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}-{kind}@casework")
    event.add("dtstamp", _utc(entry.updated_at))
    event.add("last-modified", _utc(entry.updated_at))
    event.add("dtstart", at)
    event.add("dtend", at + SHOWN)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")
    if entry.url:
        event.add("url", entry.url)
        event.add("description", entry.url)
    if at - WARNED[kind] > now:
        # Some programs ring at once for what they missed, at each clock that is late.
        event.add_component(_alarm(title, WARNED[kind]))
    return event


def _alarm(title: str, before: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", -before)
    return alarm


def _line(text: str) -> str:
    """One line; the library takes a backslash before a capital N for a line break."""
    return one_line(text).replace("\\N", "\\n")


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant in a calendar must be aware")
    return at.astimezone(UTC)
