"""Reports without a name: the letter box of a unit, the receipt, what is said both ways, the files.

Nothing here tells who wrote: no address, no device, no name of a file, no hash of what was sent.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, ref

OPEN = text("closed_at IS NULL")
STAFF = ("yes", "no", "unknown")
SIDES = ("reporter", "bureau")


class IntakeBox(Base):
    """The public address of a unit: ``/tell/<code>``. One is open at a time; closed ones stay."""

    __tablename__ = "intake_box"
    __table_args__ = (
        Index(
            "uq_intake_box_open", "unit_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN
        ),
        CheckConstraint("(closed_at IS NULL) = (closed_by IS NULL)", name="closed"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    code: Mapped[Code] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
    opened_by: Mapped[int] = ref("user.id")
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = ref("user.id")


class IntakeReceipt(Base):
    """What the holder of a code may read and add to: the conversation about one signal.

    ``code_hash`` is a slow hash of the code, which is kept nowhere; None once it was erased. The
    seal tells the same form sent twice from one with other words. ``staff``: whether somebody of
    the staff is part of it, as far as the reporter says.
    """

    __tablename__ = "intake_receipt"
    __table_args__ = (
        UniqueConstraint("signal_id"),
        UniqueConstraint("code_hash"),
        CheckConstraint(f"staff IN {STAFF!r}", name="staff"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    signal_id: Mapped[int] = ref("signal.id")
    box_id: Mapped[int] = ref("intake_box.id")
    code_hash: Mapped[Code | None]
    seal: Mapped[Code]
    staff: Mapped[Code]
    urgent: Mapped[bool]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]


class IntakeMessage(Base):
    """One message; its words are a private text of event ``seq`` on the chain of the bureau.

    The first message of a receipt is the signal itself and stands there, not here.
    """

    __tablename__ = "intake_message"
    __table_args__ = (
        CheckConstraint(f"side IN {SIDES!r}", name="side"),
        CheckConstraint("(side = 'bureau') = (author_id IS NOT NULL)", name="author"),
        UniqueConstraint("unit_id", "seq"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    receipt_id: Mapped[int] = ref("intake_receipt.id", index=True)
    side: Mapped[Code]
    author_id: Mapped[int | None] = ref("user.id")
    at: Mapped[datetime]
    unit_id: Mapped[int] = ref("unit.id")
    seq: Mapped[int]


class IntakeFile(Base):
    """A picture drawn anew; ``message_id`` None: it came with the report itself.

    ``sha256`` names what is kept. The hash of what was sent would prove whose telephone it lay on.
    """

    __tablename__ = "intake_file"
    __table_args__ = (
        CheckConstraint("size > 0", name="size"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    receipt_id: Mapped[int] = ref("intake_receipt.id", index=True)
    message_id: Mapped[int | None] = ref("intake_message.id")
    sha256: Mapped[Code] = mapped_column(index=True)
    size: Mapped[int]
    media_type: Mapped[Code]
    created_at: Mapped[datetime]
