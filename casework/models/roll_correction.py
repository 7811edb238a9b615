"""A correction of a saved roll; the first roll stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, ref


class RollCorrection(Base):
    """Who corrected when; the reason is a personal text on the chain of the unit (``seq``)."""

    __tablename__ = "roll_correction"

    id: Mapped[Id]
    rollcall_id: Mapped[int] = ref("rollcall.id", index=True)
    at: Mapped[datetime]
    by: Mapped[int | None] = ref("user.id")
    role: Mapped[Code]
    stands_for: Mapped[Code | None]
    seq: Mapped[int]
