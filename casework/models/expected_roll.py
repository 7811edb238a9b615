"""A roll that was missing when its first reminder fell due."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class ExpectedRoll(Base):
    """What a clock of a roll hangs on. A roll saved in time never has one."""

    __tablename__ = "expected_roll"
    __table_args__ = (
        UniqueConstraint("on", "period", "unit_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    on: Mapped[date] = mapped_column(Date)
    period: Mapped[Code]
    period_id: Mapped[int] = ref("period.id")
    bell_at: Mapped[datetime]
    made_at: Mapped[datetime]
