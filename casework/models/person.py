"""Somebody who plays a part in a case."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, Words, ref

PARTS = ("victim", "actor", "witness", "injured", "absent", "staff", "reporter")


class Person(Base):
    """A part in a case; its links to a pupil or an account decide on conflicts of interest."""

    __tablename__ = "person"
    __table_args__ = (
        CheckConstraint(f"part IN {PARTS!r}", name="part"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    name: Mapped[Words]
    part: Mapped[Code]
    class_id: Mapped[int | None] = ref("unit.id")
    student_id: Mapped[int | None] = ref("student.id", index=True)
    user_id: Mapped[int | None] = ref("user.id", index=True)
