"""A clock: one duty of one subject, started by a rule, with its two thresholds and its reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code, Id, ref

RUNNING = text("stopped_at IS NULL")


class Clock(Base):
    """One running or stopped clock. ``terms`` is the copy of the rule's numbers and basis.

    ``next_rung_at`` is what the sweep looks for; ``rung`` is the last rung that fired;
    ``recipient`` is empty unless the rule keeps one row per recipient.
    """

    __tablename__ = "clock"
    __table_args__ = (
        CheckConstraint(
            "limit_at IS NULL OR target_at IS NULL OR limit_at >= target_at", name="order"
        ),
        CheckConstraint("(stopped_at IS NULL) = (stopped_by IS NULL)", name="stopped"),
        Index(
            "uq_clock_running",
            *("subject_kind", "subject_id", "rule_id", "recipient"),
            unique=True,
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        Index(
            "ix_clock_due",
            *("next_rung_at", "id"),
            sqlite_where=RUNNING,
            postgresql_where=RUNNING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int] = mapped_column(BigId)
    case_id: Mapped[int | None] = ref("case.id", index=True)
    unit_id: Mapped[int] = ref("unit.id")
    rule_id: Mapped[Code]
    rule_version: Mapped[int]
    region: Mapped[Code] = mapped_column(default="")
    recipient: Mapped[Code] = mapped_column(default="")
    round: Mapped[int] = mapped_column(default=1)
    owner: Mapped[Code]
    terms: Mapped[dict[str, Any]]
    derivation: Mapped[list[Any]]
    provisional: Mapped[bool] = mapped_column(default=False)
    born_at: Mapped[datetime]
    started_at: Mapped[datetime]
    target_at: Mapped[datetime | None]
    limit_at: Mapped[datetime | None]
    next_rung_at: Mapped[datetime | None]
    rung: Mapped[Code] = mapped_column(default="")
    stopped_at: Mapped[datetime | None]
    stopped_by: Mapped[Code | None]
    previous_id: Mapped[int | None] = ref("clock.id")
    failed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
