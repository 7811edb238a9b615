"""A case: one incident of one type, its state, its four timestamps and the head of its chain."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.clock import LOCAL
from casework.models.base import Base, Code, Id, Words, ref
from casework.models.unit import GENESIS, Unit
from casework.models.user import User


class Case(Base):
    """One case. ``version`` is the stale-form check; only perform_action raises it.

    ``occurred_at`` None means 未知. ``lead_id`` is who accepted the case.
    """

    __tablename__ = "case"
    __table_args__ = (
        CheckConstraint("level BETWEEN 0 AND 4", name="level"),
        CheckConstraint("round >= 1 AND version >= 1", name="counts"),
        CheckConstraint("known_at <= filed_at", name="known_before_filed"),
        Index("ix_case_unit_id_id", "unit_id", "id"),
        Index("ix_case_case_type_state_id", "case_type", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_type: Mapped[Code]
    prefix: Mapped[Code]
    unit_id: Mapped[int] = ref("unit.id")
    title: Mapped[Words]
    narrative: Mapped[str] = mapped_column(Text)
    state: Mapped[Code]
    phase: Mapped[Code]
    final: Mapped[bool] = mapped_column(default=False)
    level: Mapped[int] = mapped_column(default=0)
    round: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    region: Mapped[Code] = mapped_column(default="")
    source: Mapped[Code] = mapped_column(default="staff")
    occurred_at: Mapped[datetime | None]
    known_at: Mapped[datetime]
    filed_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    filed_by: Mapped[int | None] = ref("user.id", index=True)
    lead_id: Mapped[int | None] = ref("user.id")
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[Code] = mapped_column(default=GENESIS)

    unit: Mapped[Unit] = relationship()
    lead: Mapped[User | None] = relationship(foreign_keys=[lead_id])

    @property
    def number(self) -> str:
        """The case number, derived from the row id, e.g. 2026-QL-000123."""
        return f"{self.filed_at.astimezone(LOCAL).year}-{self.prefix}-{self.id:06d}"

    @property
    def chain(self) -> str:
        """The key of this case's chain on the timeline."""
        return self.number
