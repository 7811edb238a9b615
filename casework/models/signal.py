"""What the bureau learns from elsewhere (线索): a call, a warning, an alarm; and who it names."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.clock import LOCAL
from casework.models.base import Base, Code, Id, Words, ref

STATES = ("open", "waiting", "matched", "opened", "explained")
OPEN, WAITING = "open", "waiting"
LIVE = text("ended_at IS NULL")


class Signal(Base):
    """One signal about a school or a bureau, to be disposed of by ``bureau_id``.

    ``received_at`` is when it reached the bureau: its clock counts from there. ``entered_at`` is
    when it was typed in or came through a door. ``waiting``: an explanation waits for the second
    person. ``contact``: whom to ask back; nobody below the bureau reads it.
    """

    __tablename__ = "signal"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("received_at <= entered_at", name="received_before_entered"),
        CheckConstraint("seen_at IS NULL OR seen_by IS NOT NULL", name="seen"),
        Index("ix_signal_bureau_id_state_id", "bureau_id", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    unit_id: Mapped[int] = ref("unit.id", index=True)
    bureau_id: Mapped[int] = ref("unit.id")
    state: Mapped[Code] = mapped_column(default=OPEN)
    received_at: Mapped[datetime]
    entered_at: Mapped[datetime]
    entered_by: Mapped[int | None] = ref("user.id", index=True)
    source_id: Mapped[int | None] = ref("signal_source.id")
    external_id: Mapped[Words | None]
    occurred_at: Mapped[datetime | None]
    words: Mapped[str] = mapped_column(Text)
    contact: Mapped[Words | None]
    seen_at: Mapped[datetime | None]
    seen_by: Mapped[int | None] = ref("user.id")
    seen_text: Mapped[str | None] = mapped_column(Text)
    seq: Mapped[int | None]

    @property
    def number(self) -> str:
        """What it is called, derived from the row id, e.g. 2026-XS-000123."""
        return f"{self.received_at.astimezone(LOCAL).year}-XS-{self.id:06d}"


class SignalPerson(Base):
    """Somebody a signal speaks of. Whose account is linked never sees the signal."""

    __tablename__ = "signal_person"

    id: Mapped[Id]
    signal_id: Mapped[int] = ref("signal.id", index=True)
    name: Mapped[Words]
    user_id: Mapped[int | None] = ref("user.id", index=True)
    student_id: Mapped[int | None] = ref("student.id")


class Disposition(Base):
    """What became of a signal; one is live at a time, and what was ended stays to be read.

    An explanation waits for the second person until ``decided_at``. ``ended_at``: refused, or the
    signal was taken up again. ``omitted``: the school knew and had not filed in time.
    """

    __tablename__ = "disposition"
    __table_args__ = (
        CheckConstraint("outcome IN ('matched', 'opened', 'explained')", name="outcome"),
        CheckConstraint("decided_by IS NULL OR decided_by <> by_id", name="two_persons"),
        CheckConstraint("(decided_at IS NULL) = (decided_by IS NULL)", name="decided"),
        CheckConstraint("(outcome = 'explained') = (case_id IS NULL)", name="case"),
        Index(
            "uq_disposition_live",
            "signal_id",
            unique=True,
            sqlite_where=LIVE,
            postgresql_where=LIVE,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    signal_id: Mapped[int] = ref("signal.id", index=True)
    outcome: Mapped[Code]
    case_id: Mapped[int | None] = ref("case.id", index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = ref("user.id")
    reason: Mapped[str] = mapped_column(Text)
    school_knew_at: Mapped[datetime | None]
    evidence: Mapped[str | None] = mapped_column(Text)
    first_heard: Mapped[bool] = mapped_column(default=False)
    omitted: Mapped[bool] = mapped_column(default=False)
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = ref("user.id")
    decision: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[int | None] = ref("user.id")
    ended_why: Mapped[str | None] = mapped_column(Text)


class SignalSource(Base):
    """A program that may send signals: one kind, about one unit or what lies below it.

    Its secret is derived from the installation's key, salt and generation, and kept nowhere.
    """

    __tablename__ = "signal_source"

    id: Mapped[Id]
    name: Mapped[Code] = mapped_column(unique=True)
    kind: Mapped[Code]
    unit_id: Mapped[int] = ref("unit.id")
    salt: Mapped[Code]
    generation: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class SignalDelivery(Base):
    """One delivery of a source; the same id again gets the same answer and makes nothing."""

    __tablename__ = "signal_delivery"
    __table_args__ = (UniqueConstraint("source_id", "delivery"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    source_id: Mapped[int] = ref("signal_source.id")
    delivery: Mapped[Words]
    digest: Mapped[Code]
    signal_id: Mapped[int | None] = ref("signal.id")
    at: Mapped[datetime]
