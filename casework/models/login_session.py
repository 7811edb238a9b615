"""A browser session on the server's side, so that it can be ended there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class LoginSession(Base):
    """One login; the cookie holds the token, the row only its hash."""

    __tablename__ = "login_session"

    id: Mapped[Id]
    user_id: Mapped[int] = ref("user.id", index=True)
    hash: Mapped[Code] = mapped_column(unique=True)
    version: Mapped[int]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
