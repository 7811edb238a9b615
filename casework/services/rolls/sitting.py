"""Who has a bed or a bus seat on a day: below everything that asks for it."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, or_

from casework.models import Seat


def sits(on: date) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the seat is held on a day."""
    return Seat.from_on <= on, or_(Seat.until_on.is_(None), Seat.until_on >= on)
