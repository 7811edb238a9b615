"""The bureau's page: what is late, where it has got to, school by school."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session, aliased

from casework import clock as time
from casework.models import Case, Flag, Unit
from casework.permissions import Actor, Permission
from casework.services.pages import labels
from casework.services.pages.queue import CaseRow, Filters, overdue, queue_page
from casework.services.scope import visible

MOST = 10


@dataclass(frozen=True, slots=True)
class SchoolLine:
    """One school with its figures; each leads to the cases it counts."""

    id: int
    name: str
    open: int
    overdue: int
    level: int
    level_label: str
    late_reports: int

    @property
    def rank(self) -> tuple[int, int, int, int, str]:
        """Worst first."""
        return -self.overdue, -self.level, -self.late_reports, -self.open, self.name


@dataclass(frozen=True, slots=True)
class CountyPage:
    """The figures of the whole area, the schools and the cases that have come up."""

    unit: str
    open: int
    overdue: int
    late_reports: int
    suspected: int
    escalated: int
    schools: tuple[SchoolLine, ...]
    cases: tuple[CaseRow, ...]


def county_page(session: Session, actor: Actor) -> CountyPage:
    """The schools below the actor's bureau, worst first."""
    schools = sorted(_schools(session, actor), key=lambda line: line.rank)
    flags = _flag_counts(session, actor)
    escalated = queue_page(session, actor, Filters(level=labels.COUNTY))
    return CountyPage(
        unit=_unit(session, actor),
        open=sum(line.open for line in schools),
        overdue=sum(line.overdue for line in schools),
        late_reports=flags.get("late_report", 0),
        suspected=flags.get("suspected_omission", 0),
        escalated=_escalated(session, actor),
        schools=tuple(schools),
        cases=escalated.rows[:MOST],
    )


def _schools(session: Session, actor: Actor) -> list[SchoolLine]:
    school = aliased(Unit)
    paths = actor.paths(Permission.BOARD_READ)
    late = overdue(time.now())
    open_ = Case.final.is_(False)
    reported_late = select(Flag.case_id).where(
        Flag.kind == "late_report", Flag.cleared_at.is_(None), Flag.case_id.is_not(None)
    )

    def counted(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.count(distinct(when((condition, Case.id))))

    query = (
        select(
            school.id,
            school.name,
            counted(open_),
            counted(and_(open_, late)),
            func.coalesce(func.max(when((open_, Case.level))), 0),
            counted(Case.id.in_(reported_late)),
        )
        .select_from(school)
        .outerjoin(Unit, Unit.path.startswith(school.path))
        .outerjoin(Case, and_(Case.unit_id == Unit.id, visible(actor)))
        .where(school.kind == "school", or_(*(school.path.startswith(path) for path in paths)))
        .group_by(school.id, school.name)
    )
    return [
        SchoolLine(row[0], row[1], row[2], row[3], row[4], labels.level_label(row[4]), row[5])
        for row in session.execute(query)
    ]


def _flag_counts(session: Session, actor: Actor) -> dict[str, int]:
    query = (
        select(Flag.kind, func.count(distinct(Flag.case_id)))
        .join(Case, Flag.case_id == Case.id)
        .join(Case.unit)
        .where(visible(actor), Flag.cleared_at.is_(None))
        .group_by(Flag.kind)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _escalated(session: Session, actor: Actor) -> int:
    query = (
        select(func.count(Case.id))
        .join(Case.unit)
        .where(visible(actor), Case.final.is_(False), Case.level >= labels.COUNTY)
    )
    return session.scalar(query) or 0


def _unit(session: Session, actor: Actor) -> str:
    paths = actor.paths(Permission.BOARD_READ)
    names = session.scalars(select(Unit.name).where(Unit.path.in_(paths)).order_by(Unit.path))
    return "、".join(names)
