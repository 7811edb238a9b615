"""A month of a bureau's schools in figures: one question to the database for each, none per school.

What may still be answered is kept apart, see ``area``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Integer, and_, case, func, not_, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Clock, Finding, Flag, Unit
from casework.models.finding import UPHELD
from casework.permissions import BUREAU_ROLES
from casework.services.documents.gathering.area import (
    CASE,
    WITHHELD,
    Area,
    Span,
    marked,
    span_of,
)
from casework.services.earlier import ENDED
from casework.services.lateness import MOVED_ON
from casework.services.policy import policy
from casework.services.reconciliation.counting import Rows

LATE, FINAL = "late_report", "final:"
ZERO_MISSING = "zero_report_missing"
MOST_OVERDUE = 100


@dataclass(frozen=True, slots=True)
class Overdue:
    """One duty that passed its limit in the month: how late it was done, or is by now."""

    school: int
    number: str
    clock: Clock
    late: timedelta


@dataclass(frozen=True, slots=True)
class Month:
    """The figures of a month by school, ``WITHHELD`` among them."""

    schools: Sequence[Unit]
    cases: Counter[int]
    closed: Counter[int]
    due: Counter[int]
    late: Counter[int]
    overdue: Counter[int]
    zero: Counter[int]
    flags: Mapping[tuple[int, str], tuple[int, int]]
    findings: Sequence[Finding]
    lines: Sequence[Overdue] = field(default_factory=tuple)

    @property
    def flagged(self) -> int:
        """How many flags were raised."""
        return sum(count for count, _ in self.flags.values())


def month_of(session: Session, bureau: Unit, first: date, *, lines: bool = False) -> Month:
    """The figures of the month that begins on this day; with ``lines`` what was overdue."""
    area, span = Area(session, bureau), span_of(first)
    withheld = marked(Case.id, area.of_cases)
    filed = (
        select(Unit.path, withheld, func.count(Case.id))
        .join(Case.unit)
        .where(span.holds(Case.filed_at), area.inside)
        .group_by(Unit.path, withheld)
    )
    due, late = _timeliness(session, area, span)
    overdue = _overdue(area, span) if lines else ()
    flags = _flags(area, span)
    return Month(
        schools=area.schools,
        cases=area.summed(filed),
        closed=_closed(area, span),
        due=due,
        late=late,
        overdue=area.summed(_overdue_counts(area, span)),
        zero=_zero(flags),
        flags=flags,
        findings=_findings(area, span),
        lines=overdue,
    )


def _reporting(session: Session) -> list[str]:
    """The duties to report: every rule whose limit raises the flag of a late report."""
    packs = policy(session).packs
    rules = (rule for rules in packs.packs.values() for rule in rules.values())
    return sorted({rule.id for rule in rules if rule.flag == LATE and rule.subject == CASE})


def _passed(now: datetime) -> ColumnElement[bool]:
    """The duty was done after its limit, or is not done and the limit has passed."""
    open_late = and_(Clock.stopped_at.is_(None), Clock.limit_at < now)
    return or_(Clock.stopped_at > Clock.limit_at, open_late)


def _owed() -> ColumnElement[bool]:
    """The duty is judged in this row, and did not fall away in time with the end of its case."""
    met = Clock.stopped_at <= Clock.limit_at
    fell_away = and_(Clock.stopped_by.startswith(FINAL, autoescape=True), met)
    elsewhere = Clock.stopped_by.in_((*MOVED_ON, ENDED))
    return or_(Clock.stopped_at.is_(None), not_(or_(elsewhere, fell_away)))


def _timeliness(session: Session, area: Area, span: Span) -> tuple[Counter[int], Counter[int]]:
    withheld, passed = marked(Clock.case_id, area.of_cases), _passed(clock.now())
    query = (
        select(
            Unit.path,
            withheld,
            func.count(Clock.id),
            func.sum(case((passed, 1), else_=0).cast(Integer)),
        )
        .join(Unit, Clock.unit_id == Unit.id)
        .where(
            Clock.rule_id.in_(_reporting(session)),
            Clock.owner.not_in([role.value for role in BUREAU_ROLES]),
            span.holds(Clock.limit_at),
            Clock.limit_at < clock.now(),
            _owed(),
            area.inside,
        )
        .group_by(Unit.path, withheld)
    )
    due, late = Counter[int](), Counter[int]()
    for path, hidden, number, behind in session.execute(query):
        if (school := area.school(path)) is not None:
            due[WITHHELD if hidden else school] += number
            late[WITHHELD if hidden else school] += int(behind or 0)
    return due, late


def _of_schools(area: Area, span: Span) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: a duty of a school in a case that passed its limit in these days."""
    return (
        Clock.case_id.is_not(None),
        Clock.owner.not_in([role.value for role in BUREAU_ROLES]),
        span.holds(Clock.limit_at),
        _passed(clock.now()),
        _owed(),
        area.inside,
    )


def _overdue_counts(area: Area, span: Span) -> Rows:
    withheld = marked(Clock.case_id, area.of_cases)
    return (
        select(Unit.path, withheld, func.count(Clock.id))
        .join(Unit, Clock.unit_id == Unit.id)
        .where(*_of_schools(area, span))
        .group_by(Unit.path, withheld)
    )


def _overdue(area: Area, span: Span) -> tuple[Overdue, ...]:
    """What passed its limit, the longest ago first, bounded."""
    withheld, now = marked(Clock.case_id, area.of_cases), clock.now()
    query = (
        select(Clock, Case, Unit.path, withheld)
        .join(Case, Clock.case_id == Case.id)
        .join(Unit, Clock.unit_id == Unit.id)
        .where(*_of_schools(area, span))
        .order_by(Clock.limit_at, Clock.id)
        .limit(MOST_OVERDUE)
    )
    found = []
    for row, about, path, hidden in area.session.execute(query):
        school = area.school(path)
        if school is not None and row.limit_at is not None:
            late = (row.stopped_at or now) - row.limit_at
            number = "" if hidden else about.number
            found.append(Overdue(WITHHELD if hidden else school, number, row, late))
    return tuple(found)


def _closed(area: Area, span: Span) -> Counter[int]:
    """Cases that ended: a final state stops every clock, so the last one tells when."""
    last = func.max(Clock.stopped_at)
    ended = (
        select(Clock.case_id.label("case_id"))
        .join(Case, Clock.case_id == Case.id)
        .where(Case.final.is_(True))
        .group_by(Clock.case_id)
        .having(span.holds(last))
        .subquery()
    )
    withheld = marked(Case.id, area.of_cases)
    query = (
        select(Unit.path, withheld, func.count(Case.id))
        .join(Case.unit)
        .join(ended, ended.c.case_id == Case.id)
        .where(area.inside)
        .group_by(Unit.path, withheld)
    )
    return area.summed(query)


def _zero(flags: Mapping[tuple[int, str], tuple[int, int]]) -> Counter[int]:
    """Attestations that were not there in time, from the flags: one figure in every table."""
    found = Counter[int]()
    for (school, kind), (raised, _) in flags.items():
        if kind == ZERO_MISSING:
            found[school] += raised
    return found


def _flags(area: Area, span: Span) -> Mapping[tuple[int, str], tuple[int, int]]:
    """How many flags of each kind, and how many of them are cleared."""
    of_days = and_(Clock.subject_kind == "zero_report", Clock.subject_id.in_(area.of_days))
    hidden = or_(Flag.case_id.in_(area.of_cases), Flag.id.in_(area.of_flags), of_days)
    withheld = case((hidden, 1), else_=0).label("withheld")
    query = (
        select(Unit.path, withheld, Flag.kind, func.count(Flag.id), func.count(Flag.cleared_at))
        .join(Unit, Flag.unit_id == Unit.id)
        .join(Clock, Flag.clock_id == Clock.id)
        .where(span.holds(Flag.at), area.inside)
        .group_by(Unit.path, withheld, Flag.kind)
    )
    found: dict[tuple[int, str], tuple[int, int]] = {}
    for path, apart, kind, number, cleared in area.session.execute(query):
        school = area.school(path)
        if school is None:
            continue
        key = (WITHHELD if apart else school, kind)
        before = found.get(key, (0, 0))
        found[key] = (before[0] + number, before[1] + cleared)
    return found


def _findings(area: Area, span: Span) -> Sequence[Finding]:
    """What was upheld; who was cleared is not named."""
    query = (
        select(Finding)
        .join(Unit, Finding.unit_id == Unit.id)
        .where(Finding.state == UPHELD, span.holds(Finding.decided_at), area.inside)
        .where(Finding.unit_id.in_(area.ids))
        .order_by(Finding.decided_at, Finding.id)
    )
    return area.session.scalars(query).all()
