"""A month of a bureau's schools in figures: one question to the database for each, none per school.

What an open finding is about is kept apart: the school may still answer, so nothing of that matter
stands under its name. It counts for ``WITHHELD`` instead, which no list of schools gives away.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, case, func, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Case, Clock, Finding, FindingGround, Flag, Unit, ZeroReport
from casework.models.finding import OPEN, UPHELD
from casework.permissions import BUREAU_ROLES
from casework.services.policy import policy
from casework.services.reconciliation.area import schools_of
from casework.services.reconciliation.counting import Rows, school_in

WITHHELD = 0
"""Stands for every school whose matter may still be answered."""
LATE, CASE = "late_report", "case"
MOST_OVERDUE = 100


@dataclass(frozen=True, slots=True)
class Span:
    """Some whole days as instants: from the first up to, and without, ``end``."""

    start: datetime
    end: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        """SQL condition: the instant lies in these days."""
        return and_(column >= self.start, column < self.end)


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


class _Area:
    """The schools of a bureau, and which matters are withheld."""

    def __init__(self, session: Session, bureau: Unit) -> None:
        self.session = session
        self.schools = schools_of(session, bureau)
        self.ids = frozenset(school.id for school in self.schools)
        self.inside = Unit.path.startswith(bureau.path, autoescape=True)
        self.of_cases, self.of_days, self.of_flags = _under_reply(session, self.inside)

    def school(self, path: str) -> int | None:
        return school_in(path, self.ids)

    def summed(self, query: Rows) -> Counter[int]:
        """Counts by path and by whether they are withheld, added up by school."""
        found: Counter[int] = Counter()
        for path, withheld, number in self.session.execute(query):
            if (school := self.school(path)) is not None:
                found[WITHHELD if withheld else school] += int(number or 0)
        return found


def month_of(session: Session, bureau: Unit, first: date, *, lines: bool = False) -> Month:
    """The figures of the month that begins on this day; with ``lines`` what was overdue."""
    area, span = _Area(session, bureau), span_of(first)
    withheld = _is(Case.id, area.of_cases)
    filed = (
        select(Unit.path, withheld, func.count(Case.id))
        .join(Case.unit)
        .where(span.holds(Case.filed_at), area.inside)
        .group_by(Unit.path, withheld)
    )
    due, late = _timeliness(session, area, span)
    overdue = _overdue(area, span) if lines else ()
    return Month(
        schools=area.schools,
        cases=area.summed(filed),
        closed=_closed(area, span),
        due=due,
        late=late,
        overdue=area.summed(_overdue_counts(area, span)),
        zero=_zero(area, span, first),
        flags=_flags(area, span),
        findings=_findings(area, span),
        lines=overdue,
    )


def span_of(first: date) -> Span:
    """The month that begins on this day."""
    start = first.replace(day=1)
    end = (start + timedelta(days=31)).replace(day=1)
    return Span(*(datetime.combine(day, time.min, LOCAL) for day in (start, end)))


def _under_reply(
    session: Session, inside: ColumnElement[bool]
) -> tuple[Select[int], Select[int], Select[int]]:
    """The cases, the days and the flags that open findings of the area are about or rest on."""
    standing = (Finding.state.in_(OPEN), inside)
    about = select(Finding.subject_id).join(Unit, Finding.unit_id == Unit.id).where(*standing)
    rests = (
        select(FindingGround.ref)
        .join(Finding, FindingGround.finding_id == Finding.id)
        .join(Unit, Finding.unit_id == Unit.id)
        .where(*standing, FindingGround.kind == "flag")
    )
    return (
        about.where(Finding.subject_kind == CASE).correlate(None),
        about.where(Finding.subject_kind == "zero_report").correlate(None),
        rests.correlate(None),
    )


def _is(column: Any, withheld: Select[int]) -> ColumnElement[int]:
    return case((column.in_(withheld), 1), else_=0).label("withheld")


def _reporting(session: Session) -> list[str]:
    """The duties to report: every rule whose limit raises the flag of a late report."""
    packs = policy(session).packs
    rules = (rule for rules in packs.packs.values() for rule in rules.values())
    return sorted({rule.id for rule in rules if rule.flag == LATE and rule.subject == CASE})


def _passed(now: datetime) -> ColumnElement[bool]:
    """The duty was done after its limit, or is not done and the limit has passed."""
    open_late = and_(Clock.stopped_at.is_(None), Clock.limit_at < now)
    return or_(Clock.stopped_at > Clock.limit_at, open_late)


def _timeliness(session: Session, area: _Area, span: Span) -> tuple[Counter[int], Counter[int]]:
    withheld, passed = _is(Clock.case_id, area.of_cases), _passed(clock.now())
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


def _of_schools(area: _Area, span: Span) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: a duty of a school in a case that passed its limit in these days."""
    return (
        Clock.case_id.is_not(None),
        Clock.owner.not_in([role.value for role in BUREAU_ROLES]),
        span.holds(Clock.limit_at),
        _passed(clock.now()),
        area.inside,
    )


def _overdue_counts(area: _Area, span: Span) -> Rows:
    withheld = _is(Clock.case_id, area.of_cases)
    return (
        select(Unit.path, withheld, func.count(Clock.id))
        .join(Unit, Clock.unit_id == Unit.id)
        .where(*_of_schools(area, span))
        .group_by(Unit.path, withheld)
    )


def _overdue(area: _Area, span: Span) -> tuple[Overdue, ...]:
    """What passed its limit, the latest first, bounded."""
    withheld, now = _is(Clock.case_id, area.of_cases), clock.now()
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


def _closed(area: _Area, span: Span) -> Counter[int]:
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
    withheld = _is(Case.id, area.of_cases)
    query = (
        select(Unit.path, withheld, func.count(Case.id))
        .join(Case.unit)
        .join(ended, ended.c.case_id == Case.id)
        .where(area.inside)
        .group_by(Unit.path, withheld)
    )
    return area.summed(query)


def _zero(area: _Area, span: Span, first: date) -> Counter[int]:
    """Attestations that nobody signed, of days that are over."""
    last = min(span.end.date(), clock.today())
    withheld = _is(ZeroReport.id, area.of_days)
    query = (
        select(Unit.path, withheld, func.count(ZeroReport.id))
        .join(Unit, ZeroReport.unit_id == Unit.id)
        .where(ZeroReport.on >= first.replace(day=1), ZeroReport.on < last)
        .where(ZeroReport.attested_at.is_(None), area.inside)
        .group_by(Unit.path, withheld)
    )
    return area.summed(query)


def _flags(area: _Area, span: Span) -> Mapping[tuple[int, str], tuple[int, int]]:
    """How many flags of each kind, and how many of them are cleared."""
    hidden = or_(Flag.case_id.in_(area.of_cases), Flag.id.in_(area.of_flags))
    withheld = case((hidden, 1), else_=0).label("withheld")
    query = (
        select(Unit.path, withheld, Flag.kind, func.count(Flag.id), func.count(Flag.cleared_at))
        .join(Unit, Flag.unit_id == Unit.id)
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


def _findings(area: _Area, span: Span) -> Sequence[Finding]:
    """What was upheld; who was cleared is not named."""
    query = (
        select(Finding)
        .join(Unit, Finding.unit_id == Unit.id)
        .where(Finding.state == UPHELD, span.holds(Finding.decided_at), area.inside)
        .where(Finding.unit_id.in_(area.ids))
        .order_by(Finding.decided_at, Finding.id)
    )
    return area.session.scalars(query).all()
