"""One event of a chain: the hashed text and its columns, which must say the same."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code, Id


class Event(Base):
    """An event of the timeline; format in docs/timeline-format.md. Rows are only ever inserted."""

    __tablename__ = "event"
    __table_args__ = (
        UniqueConstraint("case_key", "seq"),
        UniqueConstraint("case_key", "prev"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_key: Mapped[Code]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId)
    actor_role: Mapped[Code]
    action: Mapped[Code]
    from_state: Mapped[Code | None]
    to_state: Mapped[Code | None]
    prev: Mapped[Code]
    hash: Mapped[Code]
    body: Mapped[str] = mapped_column(Text)
