"""What a roll says of a pupil who was not simply present."""

from __future__ import annotations

from typing import Any

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

KINDS = ("absent", "leave_personal", "leave_sick", "late", "present")


class AbsenceMark(Base):
    """One mark; rows are only added, and the newest of a pupil holds.

    ``present`` comes only by a correction (``correction_id``). ``symptoms`` belong to
    ``leave_sick``: every such mark counts for clusters.
    """

    __tablename__ = "absence_mark"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("kind != 'present' OR correction_id IS NOT NULL", name="present"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    rollcall_id: Mapped[int] = ref("rollcall.id", index=True)
    student_id: Mapped[int] = ref("student.id", index=True)
    kind: Mapped[Code]
    symptoms: Mapped[list[Any]] = mapped_column(default=list)
    leave_id: Mapped[int | None] = ref("leave.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    correction_id: Mapped[int | None] = ref("roll_correction.id")
