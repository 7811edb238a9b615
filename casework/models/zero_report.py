"""What a school attests for a day (零报告): expected first, then signed once and for all."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

SLOTS = ("day", "am", "pm")
MISSING = text("attested_at IS NULL")


class ZeroReport(Base):
    """One attestation of a school, or the expectation of it while ``attested_at`` is empty.

    ``nothing`` True: nothing to report; else ``cases`` lists numbers. Signed, it never changes.
    (NOTHING is a word of SQLite's own, hence the name of the column.)
    """

    __tablename__ = "zero_report"
    __table_args__ = (
        UniqueConstraint("unit_id", "on", "slot"),
        CheckConstraint(f"slot IN {SLOTS!r}", name="slot"),
        CheckConstraint(
            "(attested_at IS NULL) = (attested_by IS NULL)"
            " AND (attested_at IS NULL) = (all_quiet IS NULL)",
            name="signed",
        ),
        Index(
            "ix_zero_report_missing",
            *("on", "unit_id"),
            sqlite_where=MISSING,
            postgresql_where=MISSING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    on: Mapped[date] = mapped_column(Date)
    slot: Mapped[Code] = mapped_column(default="day")
    attested_at: Mapped[datetime | None]
    attested_by: Mapped[int | None] = ref("user.id")
    nothing: Mapped[bool | None] = mapped_column("all_quiet")
    cases: Mapped[list[Any]] = mapped_column(default=list)
    seq: Mapped[int | None]


class Contradiction(Base):
    """What speaks against a "nothing": a case whose ``known_at`` precedes the attestation."""

    __tablename__ = "contradiction"
    __table_args__ = (
        UniqueConstraint("zero_report_id", "case_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    zero_report_id: Mapped[int] = ref("zero_report.id")
    case_id: Mapped[int] = ref("case.id", index=True)
    known_at: Mapped[datetime]
    found_at: Mapped[datetime]
