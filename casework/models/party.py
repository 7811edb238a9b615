"""A unit with a part in a case besides the one that handles it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from casework.models.base import Base, Code, Id, ref

KINDS = ("scene", "lead", "joining")


class Party(Base):
    """``scene``: where it happened, when another unit handles the case. ``lead``: one hand-over,
    accepted at ``accepted_at``. ``joining``: takes part in a joint investigation until
    ``until_at``.
    """

    __tablename__ = "party"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    case_id: Mapped[int] = ref("case.id", index=True)
    unit_id: Mapped[int] = ref("unit.id", index=True)
    kind: Mapped[Code]
    since: Mapped[datetime]
    until_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    accepted_by: Mapped[int | None] = ref("user.id")
