"""What leaves the house: which message goes to which endpoint, and the parcel it travels in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, Code, Id, Words, ref

WAITING, SENT, DEAD = "waiting", "sent", "dead"
PARCEL_STATES = (WAITING, SENT, DEAD)
UNPACKED = text("parcel_id IS NULL")
OPEN_PARCEL = text("state = 'waiting'")
DEAD_PARCEL = text("state = 'dead'")


class Parcel(Base):
    """One sending to one endpoint: a message, or a digest of many; its contents never change.

    ``made_at`` is when the oldest message in it was planned: from there it is given up.

    ``uid`` is the same at each try, so that a receiver can drop what comes twice.
    """

    __tablename__ = "parcel"
    __table_args__ = (
        CheckConstraint(f"state IN {PARCEL_STATES!r}", name="state"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        Index(
            "ix_parcel_open",
            *("endpoint_id", "id"),
            sqlite_where=OPEN_PARCEL,
            postgresql_where=OPEN_PARCEL,
        ),
        Index(
            "ix_parcel_dead",
            "tried_at",
            sqlite_where=DEAD_PARCEL,
            postgresql_where=DEAD_PARCEL,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    uid: Mapped[Code] = mapped_column(unique=True)
    endpoint_id: Mapped[int] = ref("endpoint.id", index=True)
    size: Mapped[int]
    level: Mapped[int]
    state: Mapped[Code] = mapped_column(default=WAITING)
    made_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(default=0)
    tried_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answer: Mapped[Words] = mapped_column(default="")


class Delivery(Base):
    """A message on its way to an endpoint; of one sending each endpoint gets one."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("endpoint_id", "sending"),
        Index(
            "ix_delivery_unpacked",
            *("endpoint_id", "id"),
            sqlite_where=UNPACKED,
            postgresql_where=UNPACKED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    message_id: Mapped[int] = ref("outbox.id", index=True)
    sending: Mapped[Code]
    endpoint_id: Mapped[int] = ref("endpoint.id")
    parcel_id: Mapped[int | None] = ref("parcel.id", index=True)
    made_at: Mapped[datetime]
    due_at: Mapped[datetime]
    rerouted_at: Mapped[datetime | None]
