"""A file on its way: sent in pieces, so that a bad network costs one piece and not the file."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code, Id, Words, ref


class Upload(Base):
    """One upload of one person; ``received`` bytes are safely on disk.

    ``evidence_id`` is what became of it, so that a repeated finish gets the same answer. No
    foreign key: either row may be cleaned away before the other.
    """

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("received >= 0 AND received <= size", name="received"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    key: Mapped[Code] = mapped_column(unique=True)
    case_id: Mapped[int] = ref("case.id", index=True)
    user_id: Mapped[int] = ref("user.id", index=True)
    size: Mapped[int]
    received: Mapped[int] = mapped_column(default=0)
    name: Mapped[Words]
    started_at: Mapped[datetime] = mapped_column(index=True)
    evidence_id: Mapped[int | None] = mapped_column(BigId)
