"""Where messages go besides the inbox: an address of a person, or a channel of a unit."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

WORKING = text("due_at IS NOT NULL")


class Endpoint(Base):
    """One address on one channel, with its health, its queue's next instant and its lease.

    ``address`` is encrypted. ``min_level``: what weighs less does not go there. ``fallback``: used
    only when the other endpoints of the person fail. ``muted`` are the subjects the person does
    not want here; nothing of level 2 or above can be muted. ``due_at`` is when the delivery must
    look at it again, None when nothing waits. ``sent_log`` are the last sendings of a channel that
    allows only so many a minute.
    """

    __tablename__ = "endpoint"
    __table_args__ = (
        CheckConstraint("(unit_id IS NULL) <> (user_id IS NULL)", name="one_owner"),
        CheckConstraint("(claimed_by IS NULL) = (claimed_until IS NULL)", name="claimed"),
        Index(
            "ix_endpoint_due",
            *("due_at", "id"),
            sqlite_where=WORKING,
            postgresql_where=WORKING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int | None] = ref("unit.id", index=True)
    user_id: Mapped[int | None] = ref("user.id", index=True)
    channel: Mapped[Code]
    label: Mapped[Words] = mapped_column(default="")
    address: Mapped[str] = mapped_column(Text)
    min_level: Mapped[int] = mapped_column(default=0)
    fallback: Mapped[bool] = mapped_column(default=False)
    muted: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[datetime]
    created_by: Mapped[int] = ref("user.id")
    removed_at: Mapped[datetime | None]

    due_at: Mapped[datetime | None]
    claimed_by: Mapped[Code | None]
    claimed_until: Mapped[datetime | None]
    sent_log: Mapped[list[Any]] = mapped_column(default=list)

    transport: Mapped[Words] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    last_ok_at: Mapped[datetime | None]
    last_failed_at: Mapped[datetime | None]
    answer: Mapped[Words] = mapped_column(default="")
