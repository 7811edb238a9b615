"""What a teacher adds by hand to the safety log of a class (班级安全管理日志)."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

KINDS = ("lesson", "hazard", "contact", "other")


class ClassLogEntry(Base):
    """One entry of a day; its words are a personal text on the chain of the unit (``seq``)."""

    __tablename__ = "class_log_entry"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        Index("ix_class_log_entry_day", "unit_id", "on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    on: Mapped[date] = mapped_column(Date)
    kind: Mapped[Code]
    at: Mapped[datetime]
    by: Mapped[int | None] = ref("user.id")
    role: Mapped[Code]
    seq: Mapped[int]
