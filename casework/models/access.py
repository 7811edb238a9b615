"""Who read what: the record that minors' data demands (未成年人网络保护条例 art. 36)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref


class Access(Base):
    """One reading of a case: by whom, what, through which door."""

    __tablename__ = "access"

    id: Mapped[Id]
    at: Mapped[datetime]
    user_id: Mapped[int] = ref("user.id", index=True)
    case_key: Mapped[Code] = mapped_column(index=True)
    what: Mapped[Code]
    door: Mapped[Code]
