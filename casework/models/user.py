"""An account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, Code, Id, Words
from casework.models.membership import Membership


class User(Base):
    """A person who can log in; ``session_version`` rises to end all of the person's sessions."""

    __tablename__ = "user"

    id: Mapped[Id]
    login: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    password_hash: Mapped[Words]
    locale: Mapped[Code] = mapped_column(default="")
    disabled_at: Mapped[datetime | None]
    session_version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    memberships: Mapped[list[Membership]] = relationship(order_by=Membership.id)
