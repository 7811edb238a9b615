"""A mark on the database itself, such as that it holds the demo county."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Words


class Setting(Base):
    """One named mark."""

    __tablename__ = "setting"

    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Words]
