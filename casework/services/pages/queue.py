"""The list of cases, ordered by the most urgent clock of each, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Case, Clock, Flag, Unit, UTCDateTime
from casework.permissions import Actor
from casework.services import part_list
from casework.services.pages import labels, urgency
from casework.services.pages.case_filters import Filters, listed, listed_in_part
from casework.services.pages.chips import Chip, chips_of
from casework.services.pages.clocks import ClockLine, line
from casework.services.pages.masking import masked_within, names_of
from casework.services.pages.places import places
from casework.services.pages.urgency import NO_DUTY
from casework.workflows.registry import WORKFLOWS

PAGE = 30
FAR = datetime(9999, 12, 31, tzinfo=UTC)
"""Where cases without a running duty stand in the order: at the end."""


@dataclass(frozen=True, slots=True)
class FlagCount:
    """How often a flag stands on a case."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended, in the order of an instant."""

    as_of: datetime
    rank: int
    due: datetime
    case_id: int


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case in a list; names are masked. Of one seen in part, its title is withheld."""

    number: str
    type_title: str
    title: str
    unit: str
    state_label: str
    phase: str
    level: int
    level_label: str
    flags: tuple[FlagCount, ...]
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
    chips: tuple[Chip, ...]
    rows: tuple[CaseRow, ...]
    next_cursor: str | None
    types: tuple[Option, ...]
    phases: tuple[Option, ...]
    states: tuple[Option, ...]
    levels: tuple[Option, ...]


def queue_page(
    session: Session, actor: Actor, filters: Filters, cursor: str | None = None
) -> QueuePage:
    """The cases in scope that fit the filters, the most urgent first, after the cursor.

    The order is that of the instant at which the first page was read, which the cursor carries:
    a duty that falls due between two pages moves no case from one page to another.
    """
    place = _parse(cursor)
    as_of = place.as_of if place else time.now()
    nearest = _nearest(as_of, part_list.told_clocks(session, actor)).subquery()
    rank = func.coalesce(nearest.c.rank, NO_DUTY)
    due = func.coalesce(nearest.c.due_at, literal(FAR, UTCDateTime()))
    part = listed_in_part(session, actor, filters)
    query = (
        select(Case, nearest.c.clock_id, rank, due, part)
        .join(Case.unit)
        .outerjoin(nearest, and_(nearest.c.case_id == Case.id, nearest.c.place == 1))
        .where(listed(session, actor, filters))
        .order_by(rank, due, Case.id.desc())
        .limit(PAGE + 1)
    )
    if place is not None:
        later = and_(due == place.due, Case.id < place.case_id)
        query = query.where(
            or_(rank > place.rank, and_(rank == place.rank, or_(due > place.due, later)))
        )
    found = session.execute(query).all()
    rows = _rows(session, actor, [(row[0], row[1], bool(row[4])) for row in found[:PAGE]])
    more = _cursor(as_of, found[PAGE - 1]) if len(found) > PAGE else None
    unit = session.get(Unit, filters.unit_id) if filters.unit_id else None
    chips = chips_of(filters)
    return QueuePage(filters, unit.name if unit else "", chips, rows, more, *_options(filters))


def how_many(session: Session, actor: Actor, filters: Filters) -> int:
    """How many cases the list with these filters has on all its pages."""
    query = select(func.count(Case.id)).join(Case.unit).where(listed(session, actor, filters))
    return session.scalar(query) or 0


def _nearest(as_of: datetime, told: ColumnElement[bool]) -> Select[Any]:
    """The running duties, numbered by urgency in each case; what merely elapses is left out."""
    order = (urgency.rank(as_of), urgency.shown_at(as_of), Clock.id)
    return select(
        Clock.id.label("clock_id"),
        Clock.case_id,
        urgency.rank(as_of).label("rank"),
        urgency.shown_at(as_of).label("due_at"),
        func.row_number().over(partition_by=Clock.case_id, order_by=order).label("place"),
    ).where(Clock.stopped_at.is_(None), Clock.target_at.is_not(None), told)


def _rows(
    session: Session, actor: Actor, found: Sequence[tuple[Case, int, bool]]
) -> tuple[CaseRow, ...]:
    ids, now = [case.id for case, _, _ in found], time.now()
    where = places(session, actor, (case.unit_id for case, _, _ in found))
    names, flags = names_of(session, ids), _flags(session, ids)
    wanted = [clock_id for _, clock_id, _ in found if clock_id is not None]
    clocks = {c.id: c for c in session.scalars(select(Clock).where(Clock.id.in_(wanted)))}
    return tuple(
        CaseRow(
            number=case.number,
            type_title=WORKFLOWS[case.case_type].title,
            title="" if part else masked_within(case.title, names.get(case.id, ())),
            unit="" if part else where[case.unit_id],
            state_label=WORKFLOWS[case.case_type].state(case.state).label,
            phase=case.phase,
            level=0 if part else case.level,
            level_label=labels.level_label(case.level),
            flags=() if part else flags.get(case.id, ()),
            clock=line(clocks[clock_id], now) if clock_id in clocks else None,
            filed_at=case.filed_at,
        )
        for case, clock_id, part in found
    )


def _flags(session: Session, case_ids: Sequence[int]) -> dict[int, tuple[FlagCount, ...]]:
    query = (
        select(Flag.case_id, Flag.kind, func.count(), func.min(Flag.id).label("first"))
        .where(Flag.case_id.in_(case_ids), Flag.cleared_at.is_(None))
        .group_by(Flag.case_id, Flag.kind)
        .order_by("first")
    )
    found: dict[int, tuple[FlagCount, ...]] = {}
    for case_id, kind, count, _ in session.execute(query):
        counted = FlagCount(labels.FLAGS.get(kind, kind), count)
        if case_id is not None:
            found[case_id] = (*found.get(case_id, ()), counted)
    return found


def _options(filters: Filters) -> tuple[tuple[Option, ...], ...]:
    chosen = [w for w in WORKFLOWS.values() if filters.case_type == w.case_type]
    return (
        tuple(Option(w.case_type, w.title) for w in WORKFLOWS.values()),
        tuple(Option(str(value), label) for value, label in labels.PHASES.items()),
        tuple(Option(state.name, state.label) for w in chosen for state in w.states),
        tuple(Option(str(n), label) for n, label in enumerate(labels.LEVELS) if n),
    )


def _cursor(as_of: datetime, row: Any) -> str:
    case, _, rank, due, _ = row
    return f"{_stamp(as_of)}-{rank}-{_stamp(due)}-{case.id}"


def _stamp(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S.%f}"


def _parse(cursor: str | None) -> Place | None:
    """Where the page before ended; None for no cursor or one nobody gave out."""
    try:
        as_of, rank, due, last = (cursor or "").split("-")
        return Place(_instant(as_of), int(rank), _instant(due), int(last))
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    return datetime.strptime(text + "+0000", "%Y%m%dT%H%M%S.%f%z")
