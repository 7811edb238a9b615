"""The ladder of a clock: what happens when, as a pure function of the clock's instants.

A schedule is never stored: the sweep asks for the next step after those already done, so that a
changed deadline moves whatever has not fired yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from casework.deadlines.calendar import Calendar, default_calendar
from casework.deadlines.rules import Automatic, Rule

_DAY = timedelta(days=1)


class Kind(StrEnum):
    """What a step does."""

    REMIND = "remind"
    LEVEL = "level"
    FLAG = "flag"
    PERFORM = "perform"
    OFFER = "offer"
    END = "end"


_ORDER = (Kind.FLAG, Kind.REMIND, Kind.LEVEL, Kind.OFFER, Kind.PERFORM, Kind.END)
"""Of steps at the same instant: the flag first, and people hear before SYSTEM acts."""


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its percents of target or limit, whom it tells, and whether it waits or repeats.

    ``call`` is who must acknowledge it, one after the other; empty for a reminder.
    """

    name: str
    tell: tuple[str, ...]
    target: int | None = None
    limit: int | None = None
    level: int | None = None
    offer: str | None = None
    waits: bool = False
    daily: bool = False
    call: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ladder:
    """The rungs of a ladder from the lowest up."""

    name: str
    acknowledge_within: int
    """Minutes in which a person of the level that was told must acknowledge."""
    rungs: tuple[Rung, ...]
    ends: bool = False
    """The clock is a period that ends at its limit, and no duty."""
    round_the_clock: bool = False
    """An acknowledgement is waited for at any time, not only in office hours."""

    def answer_by(self, at: datetime, calendar: Calendar) -> datetime:
        """Until when who is called at an instant has time to acknowledge."""
        within = timedelta(minutes=self.acknowledge_within)
        if self.round_the_clock:
            return at + within
        return calendar.office_time(calendar.office_time(at) + within)

    def above(self, level: int) -> Rung | None:
        """The lowest rung above a level; None at the top."""
        return next((rung for rung in self.rungs if (rung.level or 0) > level), None)


Ladders = Mapping[str, Ladder]


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happens to a running clock; ``name`` is unique within the clock."""

    name: str
    at: datetime
    kind: Kind
    level: int | None = None
    tell: tuple[str, ...] = ()
    flag: str | None = None
    perform: str | None = None
    """The action that SYSTEM performs (``perform``) or proposes (``offer``)."""
    call: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    """The instants of a clock on which its schedule hangs."""

    started_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    born_at: datetime
    """When the row was made: reminders from before that would remind of nothing."""


def schedule(
    ladder: Ladder,
    rule: Rule,
    started_at: datetime,
    target_at: datetime | None,
    limit_at: datetime | None,
    born_at: datetime,
    calendar: Calendar | None = None,
) -> tuple[Step, ...]:
    """Return all steps of a clock in order of time; of a repeated rung only the first."""
    times = Times(started_at, target_at, limit_at, born_at)
    steps = [
        *_duties(rule, times, ends=ladder.ends),
        *_automatic(rule, times),
        *_climb(ladder, times, calendar or default_calendar()),
    ]
    return tuple(sorted(steps, key=lambda step: (step.at, _ORDER.index(step.kind))))


def next_step(
    done: Mapping[str, datetime],
    ladder: Ladder,
    rule: Rule,
    started_at: datetime,
    target_at: datetime | None,
    limit_at: datetime | None,
    born_at: datetime,
    calendar: Calendar | None = None,
) -> Step | None:
    """Return the first step that is not done, repetitions included; None when nothing is left.

    ``done`` maps the name of each step that was done to when it was due.
    """
    calendar = calendar or default_calendar()
    steps = schedule(ladder, rule, started_at, target_at, limit_at, born_at, calendar)
    for step in steps:
        if step.name not in done:
            return step
    for rung in ladder.rungs:
        first = next((step for step in steps if step.name == rung.name), None)
        if rung.daily and first is not None:
            return _again(first, rung, done, born_at, calendar)
    return None


def _again(
    first: Step, rung: Rung, done: Mapping[str, datetime], born_at: datetime, calendar: Calendar
) -> Step:
    """A repeated rung comes a day after it last came; days before the clock was born are past."""
    repeats = [
        at
        for name, at in done.items()
        if name.startswith(f"{rung.name}.") and name.removeprefix(f"{rung.name}.").isdigit()
    ]
    past = max(born_at - first.at, timedelta(0)) // _DAY
    at = max(repeats, default=first.at + past * _DAY) + _DAY
    at = calendar.office_time(at) if rung.waits else at
    return Step(
        f"{rung.name}.{len(repeats) + 1}", at, first.kind, first.level, first.tell, call=first.call
    )


def _duties(rule: Rule, times: Times, *, ends: bool) -> Iterator[Step]:
    if times.limit_at is None:
        return
    if rule.flag != "none":
        yield Step("flag", times.limit_at, Kind.FLAG, flag=rule.flag)
    if ends:
        yield Step("end", times.limit_at, Kind.END)


def _automatic(rule: Rule, times: Times) -> Iterator[Step]:
    if rule.on_delay and rule.on_delay.delay:
        # A clock may start long before anybody filed: a delay is for people to act first.
        begun = max(times.started_at, times.born_at)
        begun = times.started_at if rule.on_delay.from_start else begun
        yield _acted("on_delay", rule.on_delay.delay.after(begun), rule.on_delay)
    if rule.on_target and times.target_at:
        yield _acted("on_target", times.target_at, rule.on_target)
    if rule.on_limit and times.limit_at:
        yield _acted("on_limit", times.limit_at, rule.on_limit)


def _acted(name: str, at: datetime, what: Automatic) -> Step:
    kind = Kind.PERFORM if what.perform else Kind.OFFER
    return Step(name, at, kind, perform=what.perform or what.offer)


def _climb(ladder: Ladder, times: Times, calendar: Calendar) -> Iterator[Step]:
    for rung in ladder.rungs:
        at = _instant(rung, times)
        if at is None or (rung.level is None and at <= times.born_at):
            continue
        if rung.waits:
            at = calendar.office_time(at)
        kind = Kind.REMIND if rung.level is None else Kind.LEVEL
        yield Step(rung.name, at, kind, rung.level, rung.tell, call=rung.call)
        if rung.offer:
            yield Step(f"{rung.name}.offer", at, Kind.OFFER, tell=rung.tell, perform=rung.offer)


def _instant(rung: Rung, times: Times) -> datetime | None:
    """Return when a rung comes: by the limit if both have one, else by the target."""
    if rung.limit is not None and times.limit_at is not None:
        return _part(times.started_at, times.limit_at, rung.limit)
    if rung.target is not None and times.target_at is not None:
        return _part(times.started_at, times.target_at, rung.target)
    return None


def _part(start: datetime, due: datetime, percent: int) -> datetime:
    return start + (due - start) * percent / 100
