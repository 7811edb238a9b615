"""A personal text whose commitment stands on the chain: erasing the row breaks no chain."""

from __future__ import annotations

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id


class PrivateValue(Base):
    """Value and salt of one commitment ``sha256(salt || value)`` of an event's field."""

    __tablename__ = "private_value"
    __table_args__ = (UniqueConstraint("case_key", "seq", "name"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    case_key: Mapped[Code]
    seq: Mapped[int]
    name: Mapped[Code]
    salt: Mapped[Code]
    value: Mapped[str] = mapped_column(Text)
