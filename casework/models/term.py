"""A term: the time in which schools are in session."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Id, Words, ref


class Term(Base):
    """One term of a bureau's schools, or of one school that keeps its own; both days included.

    ``set_at``: since when it is known. What was due before is asked of nobody by it.
    """

    __tablename__ = "term"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    name: Mapped[Words]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    set_at: Mapped[datetime | None]
