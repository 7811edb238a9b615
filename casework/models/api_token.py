"""A bearer token of a program; only its hash is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class ApiToken(Base):
    """A token that acts as its user until it is revoked."""

    __tablename__ = "api_token"

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id")
    hash: Mapped[Code] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
