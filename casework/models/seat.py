"""Where a pupil has a bed or a bus seat besides the class."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Id, ref


class Seat(Base):
    """A pupil belongs to a dormitory or bus from a day on; both days included."""

    __tablename__ = "seat"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    student_id: Mapped[int] = ref("student.id", index=True)
    unit_id: Mapped[int] = ref("unit.id", index=True)
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
