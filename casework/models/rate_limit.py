"""Counted attempts, shared by all processes: the storage behind the login limit."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Words


class RateLimit(Base):
    """Attempts under one key in its current fixed window; ``expires`` in seconds since 1970."""

    __tablename__ = "rate_limit"

    key: Mapped[Words] = mapped_column(primary_key=True)
    amount: Mapped[int]
    expires: Mapped[int]
