"""What a bureau or a school writes in its documents: fixed texts, and kinds of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref


class DocumentWording(Base):
    """One text that a unit sets for itself and for those below it, unless they set their own."""

    __tablename__ = "document_wording"
    __table_args__ = (UniqueConstraint("unit_id", "name"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    name: Mapped[Code]
    value: Mapped[str] = mapped_column(Text)
    changed_at: Mapped[datetime]
    changed_by: Mapped[int] = ref("user.id")


class DocumentTemplate(Base):
    """A kind of document that a bureau made from a file of its own, for itself and those below it.

    The file lies in the store. A new file under the same name is a new row, one version on; what
    was issued keeps the one it was made from.
    """

    __tablename__ = "document_template"
    __table_args__ = (
        UniqueConstraint("unit_id", "name", "version"),
        CheckConstraint("version >= 1 AND size > 0", name="counts"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    name: Mapped[Code]
    version: Mapped[int]
    title: Mapped[Words]
    series: Mapped[Code]
    case_types: Mapped[list[Any]]
    fields: Mapped[list[Any]]
    sha256: Mapped[Code]
    size: Mapped[int]
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int] = ref("user.id")
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = ref("user.id")
