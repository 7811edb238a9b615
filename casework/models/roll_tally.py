"""How many rolls of one bell a school has saved, of how many."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class RollTally(Base):
    """``units``: the classes (dormitories, buses) with pupils when the first roll came in.

    A school whose tally is full need not be asked class by class what is missing.
    """

    __tablename__ = "roll_tally"
    __table_args__ = (
        UniqueConstraint("unit_id", "on", "period"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    on: Mapped[date] = mapped_column(Date)
    period: Mapped[Code]
    units: Mapped[int]
    saved: Mapped[int]
