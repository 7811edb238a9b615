"""A place in the tree, from the city bureau down to a class, a dormitory or a bus."""

from __future__ import annotations

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

KINDS = (
    "city_bureau",
    "county_bureau",
    "district",
    "school",
    "grade",
    "class",
    "dormitory",
    "bus",
    "placement",
)
GENESIS = "0" * 64


class Unit(Base):
    """One unit. ``path`` is ``/1/4/9/``: its ancestors' ids and its own; scope is a prefix of it.

    A unit heads its own chain of events for what belongs to no case (``head_seq``, ``head_hash``).
    """

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    parent_id: Mapped[int | None] = ref("unit.id", index=True)
    code: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    name: Mapped[Words]
    stage: Mapped[Code] = mapped_column(default="")
    region: Mapped[Code] = mapped_column(default="")
    path: Mapped[Words] = mapped_column(unique=True)
    head_seq: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[Code] = mapped_column(default=GENESIS)

    @property
    def chain(self) -> str:
        """The key of this unit's chain on the timeline."""
        return f"U-{self.code}"
