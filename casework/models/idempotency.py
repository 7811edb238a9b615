"""The answer given to a request that carries an Idempotency-Key, so that a repeat gets it again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, Words, ref


class Idempotency(Base):
    """One key of one user with the digest of its request and the stored answer."""

    __tablename__ = "idempotency"
    __table_args__ = (UniqueConstraint("user_id", "key"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id")
    key: Mapped[Words]
    digest: Mapped[Code]
    answer: Mapped[dict[str, Any]]
    at: Mapped[datetime]
