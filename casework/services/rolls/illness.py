"""Has the illnesses counted that a roll or a leave tells of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.models import Leave
from casework.services.clusters.watching import check_pupils
from casework.services.rolls.marks import Line

SICK_MARK, SICK = "leave_sick", "sick"


def count_marked(session: Session, lines: Sequence[Line], on: date, at: datetime) -> None:
    """Count again wherever pupils belong whom a roll calls ill."""
    ill = [line.student_id for line in lines if line.kind == SICK_MARK]
    if ill:
        check_pupils(session, ill, on, at)


def count_leave(session: Session, leave: Leave, at: datetime) -> None:
    """Count again where a pupil belongs of whom a sick note has come."""
    if leave.kind == SICK:
        check_pupils(session, [leave.student_id], leave.from_on, at, leave.until_on)
