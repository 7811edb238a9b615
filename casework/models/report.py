"""A numbered report to the level above; a copy, for lists, of what the chain of its case holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code, Id, ref


class Report(Base):
    """One version of one report: 初报, 续报 n, 终报, 补报.

    ``seq`` is the event that made it, ``hash`` the SHA-256 of its content in that event; nothing
    here but what events say (docs/adr/015). ``previous_id`` is the version that this one corrects.
    Figures are None while unknown. Rows are only written by ``services.reports``.
    """

    __tablename__ = "report"
    __table_args__ = (
        UniqueConstraint("case_id", "seq"),
        UniqueConstraint("case_id", "kind", "n", "version"),
        CheckConstraint("n >= 1 AND version >= 1", name="counts"),
        Index("ix_report_acknowledged_at", "acknowledged_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id")
    kind: Mapped[Code]
    n: Mapped[int]
    version: Mapped[int]
    previous_id: Mapped[int | None] = ref("report.id")
    superseded: Mapped[bool] = mapped_column(default=False)
    seq: Mapped[int]
    hash: Mapped[Code]
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(BigId)
    made_role: Mapped[Code]
    dead: Mapped[int | None]
    injured: Mapped[int | None]
    missing: Mapped[int | None]
    category: Mapped[Code | None]
    statutory_grade: Mapped[Code | None]
    school_grade: Mapped[Code | None]
    urgent: Mapped[bool]
    recipients: Mapped[list[Any]]
    signed_at: Mapped[datetime | None]
    signed_by: Mapped[int | None] = mapped_column(BigId)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[int | None] = mapped_column(BigId)
    relayed_at: Mapped[datetime | None]
    relayed_by: Mapped[int | None] = mapped_column(BigId)
