"""A time in which somebody cannot be reached at their posts, and who stands in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, ref

REASONS = ("leave", "sick", "training", "travel", "off_duty", "other")


class Away(Base):
    """One absence of a member of staff; ``until_at`` None means until further notice.

    ``deputy_id`` names who holds the posts meanwhile; without one they are passed over.
    """

    __tablename__ = "away"
    __table_args__ = (
        CheckConstraint(f"reason IN {REASONS!r}", name="reason"),
        CheckConstraint("until_at IS NULL OR until_at >= from_at", name="times"),
        CheckConstraint("deputy_id IS NULL OR deputy_id <> user_id", name="deputy"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id", index=True)
    deputy_id: Mapped[int | None] = ref("user.id", index=True)
    reason: Mapped[Code]
    from_at: Mapped[datetime]
    until_at: Mapped[datetime | None]
    recorded_by: Mapped[int] = ref("user.id")
    recorded_at: Mapped[datetime]
