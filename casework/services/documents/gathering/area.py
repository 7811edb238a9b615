"""The schools of a bureau in a month, and what may not stand under a school's name yet.

What an open finding is about is kept apart: the school may still answer, so nothing of that matter
stands under its name. It counts for ``WITHHELD`` instead, which no list of schools gives away.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Finding, FindingGround, Unit
from casework.models.finding import OPEN
from casework.services.reconciliation.area import schools_of
from casework.services.reconciliation.counting import Rows, school_in

WITHHELD = 0
"""Stands for every school whose matter may still be answered."""
CASE = "case"


@dataclass(frozen=True, slots=True)
class Span:
    """Some whole days as instants: from the first up to, and without, ``end``."""

    start: datetime
    end: datetime

    def holds(self, column: Any) -> ColumnElement[bool]:
        """SQL condition: the instant lies in these days."""
        return and_(column >= self.start, column < self.end)


class Area:
    """The schools of a bureau, and which matters are withheld."""

    def __init__(self, session: Session, bureau: Unit) -> None:
        self.session = session
        self.schools = schools_of(session, bureau)
        self.ids = frozenset(school.id for school in self.schools)
        self.inside = Unit.path.startswith(bureau.path, autoescape=True)
        self.of_cases, self.of_days, self.of_flags = _under_reply(session, self.inside)

    def school(self, path: str) -> int | None:
        """The school at this path or around it."""
        return school_in(path, self.ids)

    def summed(self, query: Rows) -> Counter[int]:
        """Counts by path and by whether they are withheld, added up by school."""
        found: Counter[int] = Counter()
        for path, withheld, number in self.session.execute(query):
            if (school := self.school(path)) is not None:
                found[WITHHELD if withheld else school] += int(number or 0)
        return found


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


def marked(column: Any, withheld: Select[int]) -> ColumnElement[int]:
    """A column that tells whether a row is withheld."""
    return case((column.in_(withheld), 1), else_=0).label("withheld")
