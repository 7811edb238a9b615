"""Two cases bound to each other."""

from __future__ import annotations

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, ref


class Link(Base):
    """A bond between two cases; ``kind`` says why (crossing, merged, opinion)."""

    __tablename__ = "link"
    __table_args__ = (UniqueConstraint("case_id", "other_id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    other_id: Mapped[int] = ref("case.id", index=True)
    kind: Mapped[Code]
