"""One school as its bureau sees it: open cases, flags, empty posts, acknowledgements, months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from statistics import median

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Case, Membership, Unit, User
from casework.permissions import ROLE_LABELS, Actor, Permission, Role
from casework.services.actors import bureau_of, in_force
from casework.services.pages import labels
from casework.services.pages.board.counting import Figure, total
from casework.services.pages.board.measures import (
    ESCALATED,
    FLAGGED,
    OPEN,
    OVERDUE,
    SUSPECTED,
    UNACKNOWLEDGED,
    Measure,
    late_reports,
    school_year,
)
from casework.services.pages.board.scope import board_school
from casework.services.pages.case_filters import Filters, as_args, conditions
from casework.services.pages.flags import Flags, flags_of
from casework.services.pages.queue import CaseRow, queue_page
from casework.services.scope import visible

MONTHS = 6
DECEMBER = 12
POSTS: Mapping[str, tuple[Role, ...]] = {
    "school": (Role.PRINCIPAL, Role.DEPUTY, Role.SAFETY_LEAD),
    "grade": (Role.GRADE_LEAD,),
    "class": (Role.TEACHER,),
}
"""The posts that somebody must hold at each kind of unit."""


@dataclass(frozen=True, slots=True)
class Vacancy:
    """A post that nobody holds today."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class Acknowledging:
    """How long the bureau took to acknowledge what the school filed in this school year."""

    count: int
    args: Mapping[str, str]
    median: timedelta
    worst: timedelta
    worst_number: str


@dataclass(frozen=True, slots=True)
class Month:
    """The cases filed in one month, by the level that they have reached."""

    first: date
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class SchoolPage:
    """Everything the bureau's page of one school shows."""

    id: int
    name: str
    stage: str
    bureau_id: int | None
    figures: tuple[Figure, ...]
    rows: tuple[CaseRow, ...]
    more: bool
    flags: Flags
    vacancies: tuple[Vacancy, ...]
    acknowledging: Acknowledging | None
    months: tuple[Month, ...]
    most: int


def school_page(session: Session, actor: Actor, school_id: int) -> SchoolPage:
    """A school below the actor's bureau. Raises NotFound for any other unit."""
    school = board_school(session, actor, school_id)
    base, since = Filters(unit_id=school.id), school_year(clock.today())
    measures = (
        *(OPEN, OVERDUE, SUSPECTED, ESCALATED),
        *(late_reports(since), FLAGGED, UNACKNOWLEDGED),
    )
    rows = queue_page(session, actor, base)
    bureau = bureau_of(session, school)
    months = _months(session, actor, base)
    return SchoolPage(
        id=school.id,
        name=school.name,
        stage=school.stage,
        bureau_id=bureau.id if actor.can(Permission.BOARD_READ, bureau.path) else None,
        figures=total(session, actor, base, measures),
        rows=rows.rows,
        more=rows.next_cursor is not None,
        flags=flags_of(session, actor, school),
        vacancies=vacancies_of(session, school),
        acknowledging=_acknowledging(session, actor, replace(base, since=since)),
        months=months,
        most=max((one.value for month in months for one in month.figures), default=0),
    )


def vacancies_of(session: Session, school: Unit) -> tuple[Vacancy, ...]:
    """The posts of the school that no enabled account holds today."""
    units = session.scalars(
        select(Unit)
        .where(Unit.path.startswith(school.path), Unit.kind.in_(POSTS))
        .order_by(Unit.path)
    ).all()
    held = session.execute(
        select(Membership.unit_id, Membership.role)
        .join(User, Membership.user_id == User.id)
        .where(
            Membership.unit_id.in_([unit.id for unit in units]),
            User.disabled_at.is_(None),
            *in_force(clock.today()),
        )
    ).all()
    filled = {(row[0], row[1]) for row in held}
    return tuple(
        Vacancy(ROLE_LABELS[role], unit.name)
        for unit in units
        for role in POSTS[unit.kind]
        if (unit.id, role.value) not in filled
    )


def _acknowledging(session: Session, actor: Actor, base: Filters) -> Acknowledging | None:
    wanted = replace(base, acknowledged=True, closed=True)
    query = select(Case).join(Case.unit).where(visible(actor), *conditions(session, wanted))
    taken = [
        (case.received_at - case.filed_at, case.number)
        for case in session.scalars(query)
        if case.received_at is not None
    ]
    if not taken:
        return None
    worst, number = max(taken)
    middle = timedelta(seconds=median(span.total_seconds() for span, _ in taken))
    return Acknowledging(len(taken), as_args(wanted), middle, worst, number)


def _months(session: Session, actor: Actor, base: Filters) -> tuple[Month, ...]:
    """The last months, the newest first, each with a figure for every level."""
    firsts = _firsts(clock.now().astimezone(LOCAL).date(), MONTHS)
    measures = [
        Measure(f"{first}-{level}", label, "", _filed(first, level))
        for first in firsts
        for level, label in enumerate(labels.LEVELS)
    ]
    figures = total(session, actor, base, measures)
    width = len(labels.LEVELS)
    return tuple(
        Month(first, figures[n * width : (n + 1) * width]) for n, first in enumerate(firsts)
    )


def _filed(first: date, level: int) -> Mapping[str, object]:
    return {"since": first, "until": _next(first), "level_is": level, "closed": True}


def _firsts(today: date, months: int) -> Sequence[date]:
    """The first days of the last months, this one first."""
    first, found = today.replace(day=1), []
    for _ in range(months):
        found.append(first)
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _next(first: date) -> date:
    return date(first.year + (first.month == DECEMBER), first.month % DECEMBER + 1, 1)
