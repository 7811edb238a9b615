"""Counting: from a start and an amount to a due instant, with every step that led there.

Periods are counted as in articles 200 to 204 of the Civil Code: the day of the start does not
count, and a period of days ends at 24:00 of its last day in the schools' zone. Minutes and hours
run round the clock from the stated instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TypeVar

from casework.clock import LOCAL
from casework.deadlines.calendar import Calendar, default_calendar
from casework.errors import Invalid
from casework.text import N_, Text

_DAY = timedelta(days=1)
_MIDNIGHT = time(0)
_Member = TypeVar("_Member", bound=StrEnum)


class Unit(StrEnum):
    """What an amount counts."""

    MINUTE = "minute"
    HOUR = "hour"
    DAY = "day"
    WORKING_DAY = "working_day"


class Roll(StrEnum):
    """Whether a last day that is a day off moves on."""

    NONE = "none"
    HOLIDAY = "holiday"
    NON_WORKING = "non_working"


LARGEST: Mapping[Unit, int] = {
    Unit.MINUTE: 52_596_000,
    Unit.HOUR: 876_600,
    Unit.DAY: 36_525,
    Unit.WORKING_DAY: 10_000,
}
"""The greatest amounts taken: a century, or 10 000 working days. More is a slip of the pen."""

_AMOUNTS = {
    Unit.MINUTE: N_("%(amount)s minutes"),
    Unit.HOUR: N_("%(amount)s hours"),
    Unit.DAY: N_("%(amount)s days"),
    Unit.WORKING_DAY: N_("%(amount)s working days"),
}
_SINGLE = {
    Unit.MINUTE: N_("1 minute"),
    Unit.HOUR: N_("1 hour"),
    Unit.DAY: N_("1 day"),
    Unit.WORKING_DAY: N_("1 working day"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """A due instant in UTC, whether it may still move, and the steps that produced it."""

    due_at: datetime
    provisional: bool
    derivation: tuple[Text, ...]


def due(
    start: datetime,
    amount: int,
    unit: Unit | str,
    roll: Roll | str = Roll.NONE,
    calendar: Calendar | None = None,
) -> Due:
    """Count an amount from an aware start; ``roll`` matters for units of days only.

    Raises:
        Invalid: naming the field, if start, amount, unit or roll is out of bounds.
    """
    unit, roll = _member(Unit, "unit", unit), _member(Roll, "roll", roll)
    _check_amount(amount, unit)
    if start.tzinfo is None or start.utcoffset() is None:
        raise _invalid("start", Text(N_("A time must say its zone.")))
    try:
        if unit in (Unit.MINUTE, Unit.HOUR):
            return _elapsed(start, amount, unit)
        return _days(start, amount, unit, roll, calendar or default_calendar())
    except (OverflowError, ValueError):
        raise _invalid(
            "start", Text(N_("This lies outside the years that can be counted."))
        ) from None


def amount_text(amount: int, unit: Unit) -> Text:
    """Return "4 working days" as a translatable text."""
    if amount == 1:
        return Text(_SINGLE[unit])
    return Text(_AMOUNTS[unit], {"amount": str(amount)})


def stamp(instant: datetime, *, ends: bool = False) -> str:
    """Render an instant in local time; ``ends`` writes a midnight as 24:00 of the day that ends."""
    local = instant.astimezone(LOCAL)
    if ends and local.time() == _MIDNIGHT:
        return f"{local.date() - _DAY} 24:00"
    seconds = ":%S" if local.second else ""
    return f"{local.date()} {local.strftime('%H:%M' + seconds)}"


def as_data(steps: Iterable[Text]) -> list[dict[str, object]]:
    """Return steps as plain JSON values, texts within texts included."""
    return [_plain(step) for step in steps]


def from_data(data: Iterable[Mapping[str, object]]) -> tuple[Text, ...]:
    """Return the steps that :func:`as_data` wrote down."""
    return tuple(_text(item) for item in data)


def _elapsed(start: datetime, amount: int, unit: Unit) -> Due:
    step = timedelta(minutes=1) if unit is Unit.MINUTE else timedelta(hours=1)
    end = start.astimezone(UTC) + amount * step
    steps = (
        Text(N_("Counted from %(start)s, round the clock."), {"start": stamp(start)}),
        Text(
            N_("Counting %(amount)s: due at %(due)s."),
            {"amount": amount_text(amount, unit), "due": stamp(end)},
        ),
    )
    return Due(end, provisional=False, derivation=steps)


def _days(start: datetime, amount: int, unit: Unit, roll: Roll, calendar: Calendar) -> Due:
    first = start.astimezone(LOCAL).date()
    if unit is Unit.DAY:
        last, looked_at = first + amount * _DAY, set[int]()
    else:
        last, looked_at = _working_days(first, amount, calendar)
    text = N_("Counted from %(start)s; the day of the start does not count.")
    steps = [Text(text, {"start": stamp(start)})]
    steps += _skipped(first, last, calendar) if unit is Unit.WORKING_DAY else []
    text = N_("Counting %(amount)s: the last day is %(day)s.")
    steps.append(Text(text, {"amount": amount_text(amount, unit), "day": str(last)}))
    moved = _rolled(last, roll, calendar)
    if roll is not Roll.NONE:
        looked_at |= {last.year, moved.year}
    if moved != last:
        text = N_("%(day)s is a day off, so the end moves to %(moved)s.")
        steps.append(Text(text, {"day": str(last), "moved": str(moved)}))
    elif roll is Roll.NONE and not calendar.is_worked(last) and not calendar.provisional(last.year):
        text = N_("%(day)s is a day off, but this rule is not moved on.")
        steps.append(Text(text, {"day": str(last)}))
    end = datetime.combine(moved + _DAY, _MIDNIGHT, LOCAL).astimezone(UTC)
    steps.append(Text(N_("The period ends at %(due)s."), {"due": stamp(end, ends=True)}))
    guessed = sorted(year for year in looked_at if calendar.provisional(year))
    if guessed:
        text = N_("Provisional: the holidays of %(years)s are not announced yet.")
        steps.append(Text(text, {"years": ", ".join(map(str, guessed))}))
    return Due(end, bool(guessed), tuple(steps))


def _working_days(first: date, amount: int, calendar: Calendar) -> tuple[date, set[int]]:
    """Return the last of so many worked days after the first, and the years looked at."""
    day, left = first, amount
    while left:
        day += _DAY
        left -= calendar.is_worked(day)
    return day, set(range(first.year, day.year + 1)) if amount else set()


def _skipped(first: date, last: date, calendar: Calendar) -> list[Text]:
    """Tell which holidays were not counted and which make-up days were: the usual surprises."""
    days = [first + n * _DAY for n in range(1, (last - first).days + 1)]
    off = {p: None for day in days if (p := calendar.holiday(day))}
    made_up = [str(day) for day in days if calendar.is_make_up(day)]
    steps = []
    if off:
        spans = ", ".join(f"{p.first}–{p.last}" if p.first != p.last else str(p.first) for p in off)
        steps.append(Text(N_("Holidays not counted: %(days)s."), {"days": spans}))
    if made_up:
        text = N_("Weekend days worked and counted: %(days)s.")
        steps.append(Text(text, {"days": ", ".join(made_up)}))
    return steps


def _rolled(last: date, roll: Roll, calendar: Calendar) -> date:
    if roll is Roll.NON_WORKING:
        return calendar.next_worked(last)
    period = calendar.holiday(last) if roll is Roll.HOLIDAY else None
    return period.last + _DAY if period else last


def _check_amount(amount: int, unit: Unit) -> None:
    if isinstance(amount, bool) or not isinstance(amount, int):
        raise _invalid("amount", Text(N_("This must be a whole number.")))
    if not 0 <= amount <= LARGEST[unit]:
        text = Text(N_("This must lie between 0 and %(largest)s."), {"largest": str(LARGEST[unit])})
        raise _invalid("amount", text)


def _member(kind: type[_Member], name: str, value: str) -> _Member:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        text = Text(N_("This must be one of: %(known)s."), {"known": known})
        raise _invalid(name, text) from None


def _invalid(name: str, text: Text) -> Invalid:
    return Invalid({name: [text]})


def _plain(step: Text) -> dict[str, object]:
    params = {k: _plain(v) if isinstance(v, Text) else v for k, v in step.params.items()}
    return {"msgid": step.msgid, "params": params}


def _text(data: Mapping[str, object]) -> Text:
    params = data.get("params")
    inner = params if isinstance(params, Mapping) else {}
    return Text(
        str(data["msgid"]),
        {k: _text(v) if isinstance(v, Mapping) else v for k, v in inner.items()},
    )
