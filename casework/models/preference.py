"""How a person wants to be told, and the secret address of the person's calendar."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code


class Preference(Base):
    """Quiet hours in minutes of the local day (None: none), and which digests are wanted."""

    __tablename__ = "preference"
    __table_args__ = (
        CheckConstraint("(quiet_from IS NULL) = (quiet_until IS NULL)", name="quiet"),
        CheckConstraint(
            "quiet_from IS NULL OR (quiet_from BETWEEN 0 AND 1439"
            " AND quiet_until BETWEEN 0 AND 1439 AND quiet_from <> quiet_until)",
            name="minutes",
        ),
        {"sqlite_autoincrement": False},
    )

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False
    )
    quiet_from: Mapped[int | None]
    quiet_until: Mapped[int | None]
    daily: Mapped[bool]
    weekly: Mapped[bool]


class CalendarFeed(Base):
    """The link under which calendar programs read a person's clocks; only its hash is kept."""

    __tablename__ = "calendar_feed"
    __table_args__ = ({"sqlite_autoincrement": False},)

    user_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("user.id"), primary_key=True, autoincrement=False
    )
    token_hash: Mapped[Code] = mapped_column(unique=True)
    made_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
