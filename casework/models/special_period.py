"""A time in which more is asked of schools: examinations, floods, sensitive days, duty days."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

KINDS = ("exam", "flood", "sensitive", "duty")


class SpecialPeriod(Base):
    """Every day of it is attested, school day or not, as often as ``times`` says (特殊时段).

    ``set_at``: since when it is known. What was due before is asked of nobody by it.
    """

    __tablename__ = "special_period"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint("times BETWEEN 1 AND 2", name="times"),
        CheckConstraint("until_on >= from_on", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    kind: Mapped[Code]
    name: Mapped[Words]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    times: Mapped[int] = mapped_column(default=2)
    set_at: Mapped[datetime | None]
