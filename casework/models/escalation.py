"""A rung that fired: the row is the claim, so that no rung of a clock can fire twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class Escalation(Base):
    """One step of a clock's ladder: when it was due, when it fired, what it raised."""

    __tablename__ = "escalation"
    __table_args__ = (UniqueConstraint("clock_id", "rung"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    clock_id: Mapped[int] = ref("clock.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    unit_id: Mapped[int] = ref("unit.id")
    rung: Mapped[Code]
    kind: Mapped[Code]
    level: Mapped[int | None]
    due_at: Mapped[datetime]
    at: Mapped[datetime]
    system_late: Mapped[bool] = mapped_column(default=False)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = ref("user.id")
