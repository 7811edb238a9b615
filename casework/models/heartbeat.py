"""The sweep's sign of life: the watcher is watched."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code


class Heartbeat(Base):
    """When a named job last finished a pass, and how it went."""

    __tablename__ = "heartbeat"

    name: Mapped[Code] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    since: Mapped[datetime]
    fired: Mapped[int] = mapped_column(default=0)
    failed: Mapped[int] = mapped_column(default=0)
