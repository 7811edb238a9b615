"""Targets and limits: which of their cases may apply, and the strictest instant among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casework.deadlines.calendar import Calendar
from casework.deadlines.conditions import Context, judge
from casework.deadlines.derivation import Roll, Unit, amount_text, due, stamp
from casework.text import N_, Text

EXTENDED = N_("Extended by %(term)s, approved: %(due)s.")


@dataclass(frozen=True, slots=True)
class Span:
    """An amount of time."""

    amount: int
    unit: Unit

    def after(self, start: datetime, calendar: Calendar | None = None) -> datetime:
        """Return the instant at which this span ends when it starts then."""
        return due(start, self.amount, self.unit, calendar=calendar).due_at


@dataclass(frozen=True, slots=True)
class Term:
    """One case of a target or limit: an amount, or the name of an instant given elsewhere."""

    amount: int = 0
    unit: Unit = Unit.MINUTE
    when: Mapping[str, object] = field(default_factory=dict)
    default: bool = False
    """No text sets this number: the page must say so."""
    given: str | None = None
    """A key of the context that holds the due instant itself."""


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms that may still apply: the strictest of each counts."""

    targets: tuple[Term, ...]
    limits: tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Dues:
    """The two thresholds of a row in UTC, and how they came about."""

    target_at: datetime | None
    limit_at: datetime | None
    provisional: bool
    derivation: tuple[Text, ...]


def tightened(old: Dues, new: Dues) -> Dues:
    """Return the earlier of both targets and of both limits: nothing loosens a clock."""
    target = _earlier(old.target_at, new.target_at)
    limit = _earlier(old.limit_at, new.limit_at)
    if (target, limit) == (old.target_at, old.limit_at):
        return old
    provisional = old.provisional or new.provisional
    return Dues(target, limit, provisional, (*old.derivation, *new.derivation))


def count(
    terms: Terms,
    start: datetime,
    roll: Roll = Roll.NONE,
    context: Context | None = None,
    calendar: Calendar | None = None,
) -> Dues:
    """Return both thresholds for a start: of the terms that may apply, the strictest of each.

    Raises:
        Invalid: if the start cannot be counted from.
    """
    known = context or {}
    target = _strictest(terms.targets, start, roll, known, calendar)
    limit = _strictest(terms.limits, start, roll, known, calendar)
    if target.term and target.term.given and target.at and limit.at and target.at > limit.at:
        # Whoever gave the date gave that much time: the limit follows it.
        limit = target
    steps = (*_headed(N_("Internal target: %(term)s."), target), *_headed(_heading(limit), limit))
    return Dues(target.at, limit.at, target.provisional or limit.provisional, steps)


@dataclass(frozen=True, slots=True)
class _Counted:
    term: Term | None
    at: datetime | None
    provisional: bool = False
    steps: tuple[Text, ...] = ()


def longer(dues: Dues, by: Span, calendar: Calendar | None = None) -> Dues:
    """Both thresholds later by an approved extension."""

    def later(at: datetime | None) -> datetime | None:
        # A period of days ends at 24:00: the extension counts from that day, not from the next.
        return at and by.after(at - timedelta(microseconds=1), calendar)

    target, limit = later(dues.target_at), later(dues.limit_at)
    last = limit or target
    said = {"term": amount_text(by.amount, by.unit), "due": stamp(last, ends=True) if last else "–"}
    return Dues(target, limit, dues.provisional, (*dues.derivation, Text(EXTENDED, said)))


def possible(terms: tuple[Term, ...], context: Context) -> tuple[Term, ...]:
    """Take the cases from the top as long as they may hold, up to the first that does."""
    found = []
    for term in terms:
        verdict = judge(term.when, context)
        if verdict is not False:
            found.append(term)
        if verdict:
            break
    return tuple(found)


def _strictest(
    terms: tuple[Term, ...],
    start: datetime,
    roll: Roll,
    context: Context,
    calendar: Calendar | None,
) -> _Counted:
    counted = (_count(term, start, roll, context, calendar) for term in terms)
    dated = [(c.at, n, c) for n, c in enumerate(counted) if c.at is not None]
    return min(dated)[2] if dated else _Counted(None, None)


def _count(
    term: Term, start: datetime, roll: Roll, context: Context, calendar: Calendar | None
) -> _Counted:
    if term.given is not None:
        given = context.get(term.given)
        if not isinstance(given, datetime):
            return _Counted(term, None)
        # Nothing falls due before it starts.
        at = max(given, start)
        return _Counted(
            term, at, steps=(Text(N_("Set to %(due)s."), {"due": stamp(at, ends=True)}),)
        )
    counted = due(start, term.amount, term.unit, roll, calendar)
    return _Counted(term, counted.due_at, counted.provisional, counted.derivation)


def _heading(limit: _Counted) -> str:
    if limit.term and limit.term.default:
        return N_("Limit, a default and no law: %(term)s.")
    return N_("Limit: %(term)s.")


def _headed(heading: str, counted: _Counted) -> tuple[Text, ...]:
    if counted.term is None or counted.at is None:
        return ()
    if counted.term.given is not None:
        return counted.steps
    term = amount_text(counted.term.amount, counted.term.unit)
    return (Text(heading, {"term": term}), *counted.steps)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
