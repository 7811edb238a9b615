"""A roll-call of every day: when the bell rings, and for which kind of unit."""

from __future__ import annotations

from datetime import date, datetime, time

from sqlalchemy import CheckConstraint, Date, Index, Time, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

UNIT_KINDS = ("class", "dormitory", "bus")
DAYS = ("school", "term")


class Period(Base):
    """One roll of a school's classes, dormitories or buses; a change is a new row from a day on.

    ``days``: on school days of a term, or on every day of it; ``weekdays`` (``"7"`` for Sundays)
    narrows that, empty for all. ``bell`` is local time. ``set_at``: bells before it are nobody's.
    """

    __tablename__ = "period"
    __table_args__ = (
        UniqueConstraint("unit_id", "code", "from_on"),
        CheckConstraint(f"unit_kind IN {UNIT_KINDS!r}", name="unit_kind"),
        CheckConstraint(f"days IN {DAYS!r}", name="days"),
        Index("ix_period_bell", "bell"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    code: Mapped[Code]
    name: Mapped[Words]
    unit_kind: Mapped[Code]
    bell: Mapped[time] = mapped_column(Time)
    days: Mapped[Code] = mapped_column(default="school")
    weekdays: Mapped[Code] = mapped_column(default="")
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date | None] = mapped_column(Date)
    set_at: Mapped[datetime]
