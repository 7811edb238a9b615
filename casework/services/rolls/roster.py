"""Who is called in a unit on a day, with the leave and the open absence known of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    Date,
    and_,
    bindparam,
    exists,
    join,
    or_,
    select,
)
from sqlalchemy.orm import Session

from casework.models import Case, Leave, Person, Seat, Student, Unit
from casework.services.actors import ancestors
from casework.services.rolls.seated import of_school
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

ABSENCE, ABSENT = "absence", "absent"
SICK_STATE = "sick_tracking"
FOUND_STATE = "found"
"""Whoever was found should be here: to be missing again is news, and nobody's default."""
_OPEN = and_(
    Person.case_id == Case.id,
    Case.case_type == ABSENCE,
    Case.final.is_(False),
    Case.source != PAST_SCHOOL,
)
"""An absence that is open and did not go past the school; that one is not known here."""


@dataclass(frozen=True, slots=True)
class OnFile:
    """The leave that covers a roll."""

    id: int
    kind: str
    channel: str
    symptoms: Sequence[str]
    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Known:
    """A pupil on the list, the leave that covers the roll, the absence that is still open."""

    student_id: int
    code: str
    name: str
    class_id: int
    leave: OnFile | None
    case: Case | None

    @property
    def preset(self) -> str:
        """The kind of mark that is known before anybody looks; empty when nothing is."""
        if self.leave is not None:
            return f"leave_{self.leave.kind}"
        if self.case is not None and self.case.state != FOUND_STATE:
            return "leave_sick" if self.case.state == SICK_STATE else "absent"
        return ""


def pupils_of(session: Session, unit: Unit, on: date) -> list[Student]:
    """The pupils of a class, dormitory or bus on a day, by their number."""
    query = select(Student).where(*_listed(unit.kind == "class")).order_by(Student.code)
    return list(session.scalars(query, _given(unit, on)))


def known_of(session: Session, unit: Unit, on: date, period: str) -> Sequence[Known]:
    """The same with what is known of each, in one question; of several leaves the whole day's."""
    given = {**_given(unit, on), "code": period}
    rows = session.execute(_statement(unit.kind == "class"), given).all()
    ids = {row[10] for row in rows if row[10] is not None}
    query = select(Case).where(Case.id.in_(ids))
    cases = {case.id: case for case in session.scalars(query)} if ids else {}
    found: dict[int, Known] = {}
    for row in rows:
        if row[0] not in found:
            leave = OnFile(*row[4:10]) if row[4] is not None else None
            found[row[0]] = Known(row[0], row[1], row[2], row[3], leave, cases.get(row[10]))
    return list(found.values())


def open_absence(session: Session, student_id: int) -> Case | None:
    """The open absence of a pupil, if the school may know of one."""
    query = (
        select(Case)
        .join(Person, _OPEN)
        .where(Person.part == ABSENT, Person.student_id == student_id)
        .order_by(Case.id)
    )
    return session.scalars(query).first()


def open_absences(session: Session, student_ids: Sequence[int]) -> dict[int, Case]:
    """The same of some pupils, in one question."""
    query = (
        select(Person.student_id, Case)
        .join(Case, _OPEN)
        .where(Person.part == ABSENT, Person.student_id.in_(student_ids))
        .order_by(Case.id.desc())
    )
    return {student: case for student, case in session.execute(query) if student is not None}


@cache
def _statement(of_class: bool) -> Any:
    """Made once, with the unit, the day and the period left open: it is asked at every roll."""
    day = bindparam("day", type_=Date)
    covering = and_(
        Leave.student_id == Student.id,
        Leave.from_on <= day,
        Leave.until_on >= day,
        or_(Leave.period == "", Leave.period == bindparam("code")),
        Leave.revoked_at.is_(None),
    )
    about = and_(Person.student_id == Student.id, Person.part == ABSENT)
    pupil = (Student.id, Student.code, Student.name, Student.unit_id)
    leave = (Leave.id, Leave.kind, Leave.channel, Leave.symptoms, Leave.from_on, Leave.until_on)
    return (
        select(*pupil, *leave, Case.id)
        .where(*_listed(of_class))
        .outerjoin(Leave, covering)
        .outerjoin(join(Person, Case, _OPEN), about)
        .order_by(Student.code, Leave.period, Case.id)
    )


def _given(unit: Unit, on: date) -> dict[str, object]:
    """What the statements leave open; of dormitories and buses also the school around them."""
    given: dict[str, object] = {"unit": unit.id, "day": on}
    return given if unit.kind == "class" else {**given, "home": ancestors(unit.path)[-2]}


def _listed(of_class: bool) -> tuple[Any, ...]:
    """SQL conditions: the pupil is on the list of the unit on the day.

    Who has gone to a class of another school has no bed or seat here any more.
    """
    day, unit = bindparam("day", type_=Date), bindparam("unit", type_=BigInteger)
    here = or_(Student.left_on.is_(None), Student.left_on > day)
    if of_class:
        return Student.unit_id == unit, here
    seated = exists().where(
        Seat.student_id == Student.id,
        Seat.unit_id == unit,
        Seat.from_on <= day,
        or_(Seat.until_on.is_(None), Seat.until_on >= day),
    )
    return seated, here, of_school(Student.unit_id, bindparam("home", type_=BigInteger))
