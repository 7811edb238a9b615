"""Leave and sick notes: who may be away, on whose word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

KINDS = ("personal", "sick")


class Leave(Base):
    """One leave of a pupil, whole days or one period of each; who said so stands on the chain.

    ``seq`` is its event on the chain of the class (``unit_id``), where the personal text is kept.
    """

    __tablename__ = "leave"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("until_on >= from_on", name="dates"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_by IS NULL)", name="revoked"),
        Index("ix_leave_student", "student_id", "until_on"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    student_id: Mapped[int] = ref("student.id")
    unit_id: Mapped[int] = ref("unit.id", index=True)
    kind: Mapped[Code]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    period: Mapped[Code] = mapped_column(default="")
    channel: Mapped[Code]
    symptoms: Mapped[list[Any]] = mapped_column(default=list)
    recorded_at: Mapped[datetime]
    recorded_by: Mapped[int | None] = ref("user.id")
    seq: Mapped[int]
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[int | None] = ref("user.id")
