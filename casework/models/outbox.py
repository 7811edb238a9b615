"""A message to a person, written with the change that causes it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

UNPLANNED = text("planned_at IS NULL")


class Message(Base):
    """One message to one person. ``template`` and ``params`` are data; no personal data in either.

    It stands in the inbox at once; ``planned_at`` is when the delivery decided where else it goes.
    ``unit_id`` is the unit it is about, if one. The messages that one change sends to several
    people share a ``sending``: a channel of a unit gets one of them. ``key`` is unique, for
    messages that must come once for a reason, such as the digest of a day.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_user_id_id", "user_id", "id"),
        Index(
            "ix_outbox_unplanned",
            "id",
            sqlite_where=UNPLANNED,
            postgresql_where=UNPLANNED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    unit_id: Mapped[int | None] = ref("unit.id")
    escalation_id: Mapped[int | None] = ref("escalation.id")
    approval_id: Mapped[int | None] = ref("approval.id")
    template: Mapped[Code]
    params: Mapped[dict[str, Any]]
    level: Mapped[int]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    sending: Mapped[Code | None]
    key: Mapped[str | None] = mapped_column(String(120), unique=True)
    planned_at: Mapped[datetime | None]
