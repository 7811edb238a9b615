"""A file kept as evidence: what it is and where in the case it stands; the bytes lie in files."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref


class Evidence(Base):
    """One file of one case; the file with this ``sha256`` exists before the row does.

    ``seq`` is the event that carries it, None until one does. The name is personal: it stands here
    only until then, afterwards among the private texts of that event. ``cleaned``: a picture that
    was drawn anew, without its metadata; ``original_sha256`` is that of the file as it was sent.
    """

    __tablename__ = "evidence"
    __table_args__ = (CheckConstraint("size > 0", name="size"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    uploader_id: Mapped[int] = ref("user.id")
    sha256: Mapped[Code] = mapped_column(index=True)
    original_sha256: Mapped[Code]
    size: Mapped[int]
    media_type: Mapped[Words]
    original_type: Mapped[Words]
    cleaned: Mapped[bool]
    name: Mapped[Words | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    seq: Mapped[int | None]
