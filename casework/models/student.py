"""A pupil on a class roster."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, Code, Id, Words, ref
from casework.models.unit import Unit


class Student(Base):
    """A pupil; ``code`` is the school's or the national student number."""

    __tablename__ = "student"

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    gender: Mapped[Code] = mapped_column(default="")
    left_on: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
