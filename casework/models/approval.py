"""A request for a second person's approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

PENDING = text("decision IS NULL")


class Approval(Base):
    """An action requested by one person, performed when another approves; never the same person."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("decision IN ('approved', 'refused', 'void')", name="decision"),
        CheckConstraint("decided_by IS NULL OR decided_by <> requester_id", name="two_persons"),
        CheckConstraint("(decision IS NULL) = (decided_at IS NULL)", name="decided"),
        Index(
            "uq_approval_pending",
            *("case_id", "action"),
            unique=True,
            sqlite_where=PENDING,
            postgresql_where=PENDING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    action: Mapped[Code]
    fields: Mapped[dict[str, Any]]
    requester_id: Mapped[int] = ref("user.id")
    requester_role: Mapped[Code]
    approver_roles: Mapped[list[Any]]
    case_version: Mapped[int]
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = ref("user.id")
    decision: Mapped[Code | None]
    reason: Mapped[str | None] = mapped_column(Text)
