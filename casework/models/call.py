"""Who was called to acknowledge a level of escalation, in order, and what came of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

ACKNOWLEDGED, SILENT, PASSED, NOBODY = "acknowledged", "silent", "passed_over", "nobody"
UNREACHABLE, OVERTAKEN, MET = "unreachable", "overtaken", "met"
OUTCOMES = (ACKNOWLEDGED, SILENT, PASSED, NOBODY, UNREACHABLE, OVERTAKEN, MET)
MEANS = ("app", "link", "phone")
OPEN = text("ended_at IS NULL")


class Call(Base):
    """One step of a call list. ``user_id`` None: the level had nobody left.

    ``why`` says why somebody was passed over. ``due_at`` is until when an acknowledgement is waited
    for. ``by_id`` is who acknowledged, or who recorded the telephone call; ``reached_at`` is when.
    """

    __tablename__ = "call"
    __table_args__ = (
        CheckConstraint(f"outcome IS NULL OR outcome IN {OUTCOMES!r}", name="outcome"),
        CheckConstraint(f"means IS NULL OR means IN {MEANS!r}", name="means"),
        CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name="ended"),
        UniqueConstraint("escalation_id", "position"),
        Index("ix_call_open", *("due_at", "id"), sqlite_where=OPEN, postgresql_where=OPEN),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    escalation_id: Mapped[int] = ref("escalation.id")
    clock_id: Mapped[int] = ref("clock.id", index=True)
    case_id: Mapped[int | None] = ref("case.id", index=True)
    unit_id: Mapped[int] = ref("unit.id", index=True)
    level: Mapped[int]
    position: Mapped[int]
    role: Mapped[Code]
    user_id: Mapped[int | None] = ref("user.id", index=True)
    why: Mapped[Code] = mapped_column(default="")
    called_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[Code | None]
    means: Mapped[Code | None]
    by_id: Mapped[int | None] = ref("user.id")
    reached_at: Mapped[datetime | None]
