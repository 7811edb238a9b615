"""A flag: what went wrong and stays visible; cleared with a reason, never deleted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, Words, ref


class Flag(Base):
    """One flag of a clock, hanging on its limit. ``at`` is the limit, ``raised_at`` the entry."""

    __tablename__ = "flag"
    __table_args__ = (
        UniqueConstraint("clock_id", "kind"),
        CheckConstraint(
            "cleared_at IS NULL OR (cleared_by IS NOT NULL AND reason IS NOT NULL)", name="cleared"
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    clock_id: Mapped[int] = ref("clock.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    unit_id: Mapped[int] = ref("unit.id", index=True)
    kind: Mapped[Code]
    rule_id: Mapped[Code]
    at: Mapped[datetime]
    raised_at: Mapped[datetime]
    system_late: Mapped[bool]
    cleared_at: Mapped[datetime | None]
    cleared_by: Mapped[int | None] = ref("user.id")
    reason: Mapped[Words | None]
