"""The list of cases, ordered by the nearest clock of each, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, literal, or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Case, Clock, Flag, Unit, UTCDateTime
from casework.permissions import Actor
from casework.services.pages import labels
from casework.services.pages.clocks import ClockLine, due_column, line
from casework.services.pages.masking import masked_within, names_of
from casework.services.scope import parse_number, visible
from casework.workflows.registry import WORKFLOWS

PAGE = 30
FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Where cases without a running duty stand in the order: at the end."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty means everything. ``open`` hides final states."""

    case_type: str = ""
    state: str = ""
    phase: str = ""
    level: int | None = None
    overdue: bool = False
    unit_id: int | None = None
    flag: str = ""
    q: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list; names are masked."""

    number: str
    type_title: str
    title: str
    unit: str
    state_label: str
    phase: str
    level: int
    level_label: str
    flags: tuple[str, ...]
    clock: ClockLine | None
    filed_at: datetime


@dataclass(frozen=True, slots=True)
class Option:
    """One value a filter offers."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class QueuePage:
    """One page of the list with the filters that made it."""

    filters: Filters
    unit: str
    rows: tuple[CaseRow, ...]
    next_cursor: str | None
    types: tuple[Option, ...]
    phases: tuple[Option, ...]
    states: tuple[Option, ...]
    levels: tuple[Option, ...]


def queue_page(
    session: Session, actor: Actor, filters: Filters, cursor: str | None = None
) -> QueuePage:
    """The cases in scope that fit the filters, nearest duty first, after the cursor."""
    nearest = _nearest().subquery()
    due = func.coalesce(nearest.c.due_at, literal(FAR, UTCDateTime()))
    query = (
        select(Case, Unit.name, due)
        .join(Case.unit)
        .outerjoin(nearest, nearest.c.case_id == Case.id)
        .where(visible(actor), *_conditions(session, filters))
        .order_by(due, Case.id.desc())
        .limit(PAGE + 1)
    )
    place = _parse(cursor)
    if place is not None:
        at, last = place
        query = query.where(or_(due > at, and_(due == at, Case.id < last)))
    found = session.execute(query).all()
    rows = _rows(session, [(row[0], row[1]) for row in found[:PAGE]])
    more = _cursor(found[PAGE - 1]) if len(found) > PAGE else None
    unit = session.get(Unit, filters.unit_id) if filters.unit_id else None
    return QueuePage(filters, unit.name if unit else "", rows, more, *_options(filters))


def _nearest() -> Select[Any, Any]:
    """The earliest running duty of each case; what merely elapses has no target and is left out."""
    return (
        select(Clock.case_id, func.min(due_column()).label("due_at"))
        .where(Clock.stopped_at.is_(None), Clock.target_at.is_not(None))
        .group_by(Clock.case_id)
    )


def overdue(now: datetime) -> ColumnElement[bool]:
    """True for a case with a running duty whose last instant has passed."""
    return exists().where(
        Clock.case_id == Case.id,
        Clock.stopped_at.is_(None),
        Clock.target_at.is_not(None),
        func.coalesce(Clock.limit_at, Clock.target_at) < now,
    )


def _conditions(session: Session, wanted: Filters) -> list[ColumnElement[bool]]:
    exact = {Case.case_type: wanted.case_type, Case.state: wanted.state, Case.phase: wanted.phase}
    found = [column == value for column, value in exact.items() if value]
    if wanted.level is not None:
        found.append(Case.level >= wanted.level)
    if wanted.overdue:
        found.append(overdue(time.now()))
    if wanted.flag:
        raised = Flag.kind == wanted.flag
        found.append(exists().where(Flag.case_id == Case.id, raised, Flag.cleared_at.is_(None)))
    if wanted.unit_id is not None:
        unit = session.get(Unit, wanted.unit_id)
        path = unit.path if unit else "-"
        found.append(Unit.path.startswith(path, autoescape=True))
    if wanted.q:
        found.append(_search(wanted.q))
    elif not (wanted.closed or wanted.state or wanted.phase):
        found.append(Case.final.is_(False))
    return found


def _search(words: str) -> ColumnElement[bool]:
    words = words.strip()
    parsed = parse_number(words.upper())
    if parsed is not None:
        return and_(Case.id == parsed[1], Case.case_type == parsed[0])
    if words.isdigit() and len(words) <= 12:
        return or_(Case.id == int(words), Case.title.contains(words, autoescape=True))
    return Case.title.icontains(words, autoescape=True)


def _rows(session: Session, found: Sequence[tuple[Case, str]]) -> tuple[CaseRow, ...]:
    ids, now = [case.id for case, _ in found], time.now()
    names, clocks, flags = (
        names_of(session, ids),
        nearest_clocks(session, ids),
        _flags(session, ids),
    )
    return tuple(
        CaseRow(
            number=case.number,
            type_title=WORKFLOWS[case.case_type].title,
            title=masked_within(case.title, names.get(case.id, ())),
            unit=unit,
            state_label=WORKFLOWS[case.case_type].state(case.state).label,
            phase=case.phase,
            level=case.level,
            level_label=labels.level_label(case.level),
            flags=flags.get(case.id, ()),
            clock=line(clocks[case.id], now) if case.id in clocks else None,
            filed_at=case.filed_at,
        )
        for case, unit in found
    )


def nearest_clocks(session: Session, case_ids: Sequence[int]) -> dict[int, Clock]:
    """The running duty of each case that is due first."""
    query = (
        select(Clock)
        .where(Clock.case_id.in_(case_ids), Clock.stopped_at.is_(None))
        .where(Clock.target_at.is_not(None))
        .order_by(due_column().desc(), Clock.id.desc())
    )
    return {clock.case_id: clock for clock in session.scalars(query) if clock.case_id}


def _flags(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    query = (
        select(Flag.case_id, Flag.kind)
        .where(Flag.case_id.in_(case_ids), Flag.cleared_at.is_(None))
        .order_by(Flag.id)
    )
    found: dict[int, tuple[str, ...]] = {}
    for case_id, kind in session.execute(query):
        label = labels.FLAGS.get(kind, kind)
        if case_id and label not in found.get(case_id, ()):
            found[case_id] = (*found.get(case_id, ()), label)
    return found


def _options(filters: Filters) -> tuple[tuple[Option, ...], ...]:
    chosen = [w for w in WORKFLOWS.values() if filters.case_type == w.case_type]
    return (
        tuple(Option(w.case_type, w.title) for w in WORKFLOWS.values()),
        tuple(Option(str(value), label) for value, label in labels.PHASES.items()),
        tuple(Option(state.name, state.label) for w in chosen for state in w.states),
        tuple(Option(str(n), label) for n, label in enumerate(labels.LEVELS) if n),
    )


def _cursor(row: Any) -> str:
    case, _, due = row
    return f"{due.astimezone(UTC):%Y%m%dT%H%M%S.%f}-{case.id}"


def _parse(cursor: str | None) -> tuple[datetime, int] | None:
    """Where the page before ended; None for no cursor or one nobody gave out."""
    at, _, last = (cursor or "").partition("-")
    try:
        return datetime.strptime(at + "+0000", "%Y%m%dT%H%M%S.%f%z"), int(last)
    except ValueError:
        return None
