"""Who sits where on a day, as conditions of statements; below everything else about rolls."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import aliased

from casework.models import Seat, Student, Unit


def sits(on: Any) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the seat is held on a day, which may be a parameter."""
    return Seat.from_on <= on, or_(Seat.until_on.is_(None), Seat.until_on >= on)


def of_school(class_id: Any, school_id: Any) -> ColumnElement[bool]:
    """SQL condition: the class lies in the school, right below it or below one of its grades."""
    klass, above = aliased(Unit), aliased(Unit)
    return exists().where(
        klass.id == class_id,
        above.id == klass.parent_id,
        or_(above.id == school_id, above.parent_id == school_id),
    )


def has_pupils(missing: Any, on: Any) -> ColumnElement[bool]:
    """Nobody is expected to call the roll of an empty class."""
    enrolled = (
        select(Student.id)
        .where(
            Student.unit_id == missing.unit_id, or_(Student.left_on.is_(None), Student.left_on > on)
        )
        .limit(1)
        .scalar_subquery()
    )
    place = aliased(Unit)
    seated = (
        select(Seat.id)
        .join(Student, Student.id == Seat.student_id)
        .join(place, place.id == Seat.unit_id)
        .where(Seat.unit_id == missing.unit_id, *sits(on))
        .where(or_(Student.left_on.is_(None), Student.left_on > on))
        .where(of_school(Student.unit_id, place.parent_id))
        .limit(1)
        .scalar_subquery()
    )
    return or_(
        and_(missing.kind == "class", enrolled.is_not(None)),
        and_(missing.kind != "class", seated.is_not(None)),
    )
