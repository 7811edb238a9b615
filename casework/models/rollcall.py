"""A roll that was called and saved: one for each class, day and period, and never another."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

JUDGED_BY = ("taken", "arrived")


class Rollcall(Base):
    """The first roll stays as it was saved; corrections are rows beside it.

    ``taken_at`` is what the device said, ``arrived_at`` when it came in. ``judged_at`` is the
    instant by which the clock was judged and ``judged_by`` which of the two it is; ``doubt`` says
    why the device was not believed. ``present`` of ``enrolled``; only who was not simply present
    has a mark. ``key`` and ``digest`` recognise the same roll sent twice.
    """

    __tablename__ = "rollcall"
    __table_args__ = (
        UniqueConstraint("unit_id", "on", "period"),
        CheckConstraint(f"judged_by IN {JUDGED_BY!r}", name="judged_by"),
        CheckConstraint("present BETWEEN 0 AND enrolled", name="present"),
        Index("ix_rollcall_day", "on", "period", "unit_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    on: Mapped[date] = mapped_column(Date)
    period: Mapped[Code]
    period_id: Mapped[int] = ref("period.id")
    bell_at: Mapped[datetime]
    taken_at: Mapped[datetime]
    arrived_at: Mapped[datetime]
    judged_at: Mapped[datetime]
    judged_by: Mapped[Code]
    doubt: Mapped[Code] = mapped_column(default="")
    taken_by: Mapped[int | None] = ref("user.id")
    role: Mapped[Code]
    stands_for: Mapped[Code | None]
    enrolled: Mapped[int]
    present: Mapped[int]
    key: Mapped[Words] = mapped_column(default="")
    digest: Mapped[Code]
    seq: Mapped[int]
