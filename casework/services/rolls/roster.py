"""Who is called in a unit on a day, with the leave and the open absence known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, join, or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Leave, Person, Seat, Student, Unit
from casework.services.rolls.seats import sits
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

ABSENCE, ABSENT = "absence", "absent"
SICK_STATE = "sick_tracking"


@dataclass(frozen=True, slots=True)
class Known:
    """A pupil on the list, the leave that covers the roll, the absence that is still open."""

    student_id: int
    code: str
    name: str
    class_id: int
    leave: Leave | None
    case: Case | None

    @property
    def preset(self) -> str:
        """The kind of mark that is known before anybody looks; empty when nothing is."""
        if self.leave is not None:
            return f"leave_{self.leave.kind}"
        if self.case is not None:
            return "leave_sick" if self.case.state == SICK_STATE else "absent"
        return ""


def pupils_of(session: Session, unit: Unit, on: date) -> list[Student]:
    """The pupils of a class, dormitory or bus on a day, by their number."""
    return list(session.scalars(_listed(select(Student), unit, on).order_by(Student.code)))


def known_of(session: Session, unit: Unit, on: date, period: str) -> Sequence[Known]:
    """The same with what is known of each, in one question; of several leaves the whole day's.

    An absence that went past the school is not known here.
    """
    about = and_(Person.student_id == Student.id, Person.part == ABSENT)
    open_case = and_(
        Person.case_id == Case.id,
        Case.case_type == ABSENCE,
        Case.final.is_(False),
        Case.source != PAST_SCHOOL,
    )
    columns = (Student.id, Student.code, Student.name, Student.unit_id, Leave, Case)
    query = (
        _listed(select(*columns), unit, on)
        .outerjoin(Leave, and_(Leave.student_id == Student.id, *covers(on, period)))
        .outerjoin(join(Person, Case, open_case), about)
        .order_by(Student.code, Leave.period, Case.id)
    )
    found: dict[int, Known] = {}
    for row in session.execute(query):
        found.setdefault(row[0], Known(*row))
    return list(found.values())


def open_absence(session: Session, student_id: int) -> Case | None:
    """The open absence of a pupil, if the school may know of one."""
    query = (
        select(Case)
        .join(Person, Person.case_id == Case.id)
        .where(
            Case.case_type == ABSENCE,
            Case.final.is_(False),
            Case.source != PAST_SCHOOL,
            Person.part == ABSENT,
            Person.student_id == student_id,
        )
    )
    return session.scalars(query.order_by(Case.id)).first()


def covers(on: date, period: str) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the leave holds for a period of a day."""
    return (
        Leave.from_on <= on,
        Leave.until_on >= on,
        Leave.period.in_(("", period)),
        Leave.revoked_at.is_(None),
    )


def _listed(query: Any, unit: Unit, on: date) -> Any:
    """The statement narrowed to those on the list of the unit."""
    here = or_(Student.left_on.is_(None), Student.left_on > on)
    if unit.kind == "class":
        return query.where(Student.unit_id == unit.id, here)
    seated = exists().where(Seat.student_id == Student.id, Seat.unit_id == unit.id, *sits(on))
    return query.where(seated, here)
