"""A message to a person, written with the change that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, ref


class Message(Base):
    """One in-app message. ``template`` and ``params`` are data; no personal data in either."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_user_id_id", "user_id", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    escalation_id: Mapped[int | None] = ref("escalation.id")
    approval_id: Mapped[int | None] = ref("approval.id")
    template: Mapped[Code]
    params: Mapped[dict[str, Any]]
    level: Mapped[int]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
