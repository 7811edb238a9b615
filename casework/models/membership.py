"""A post: which role a person holds at which unit, from when until when."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, Code, Id, ref
from casework.models.unit import Unit
from casework.permissions import ASSIGNABLE

_ROLES = tuple(sorted(role.value for role in ASSIGNABLE))


class Membership(Base):
    """A role at a unit between two days, both included; it reaches everything below the unit."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint(f"role IN {_ROLES!r}", name="role"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id", index=True)
    unit_id: Mapped[int] = ref("unit.id", index=True)
    role: Mapped[Code]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)

    unit: Mapped[Unit] = relationship()
