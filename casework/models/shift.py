"""One entry of the duty roster."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Id, ref


class Shift(Base):
    """Who is on duty at a school or bureau from one instant to another (值班)."""

    __tablename__ = "shift"
    __table_args__ = (
        CheckConstraint("until_at > from_at", name="times"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    user_id: Mapped[int] = ref("user.id", index=True)
    from_at: Mapped[datetime]
    until_at: Mapped[datetime]
    recorded_by: Mapped[int] = ref("user.id")
    recorded_at: Mapped[datetime]
