"""Who sits where on a day, as conditions of statements; below everything else about rolls."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from casework.models import Seat, Student


def sits(on: date) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the seat is held on a day."""
    return Seat.from_on <= on, or_(Seat.until_on.is_(None), Seat.until_on >= on)


def has_pupils(missing: Any, on: date) -> ColumnElement[bool]:
    """Nobody is expected to call the roll of an empty class."""
    enrolled = (
        select(Student.id)
        .where(
            Student.unit_id == missing.unit_id, or_(Student.left_on.is_(None), Student.left_on > on)
        )
        .limit(1)
        .scalar_subquery()
    )
    seated = (
        select(Seat.id).where(Seat.unit_id == missing.unit_id, *sits(on)).limit(1).scalar_subquery()
    )
    return or_(
        and_(missing.kind == "class", enrolled.is_not(None)),
        and_(missing.kind != "class", seated.is_not(None)),
    )
