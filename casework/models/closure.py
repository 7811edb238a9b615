"""Days on which a school, a grade or a class is closed: typhoon, influenza, an election."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Id, Words, ref


class Closure(Base):
    """No roll is called there and no school day attested (停课); both days included.

    ``name`` says why. ``set_at``: bells before it were owed already and stay owed.
    """

    __tablename__ = "closure"
    __table_args__ = (
        CheckConstraint("until_on >= from_on", name="dates"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    name: Mapped[Words]
    from_on: Mapped[date] = mapped_column(Date)
    until_on: Mapped[date] = mapped_column(Date)
    set_at: Mapped[datetime]
