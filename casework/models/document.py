"""An official document: drafted, reviewed, issued under a number, delivered, perhaps withdrawn.

Its words are kept apart, in :class:`DocumentContent`, and can be erased; the file lies in the store
under its hash. What a row says of an issued document, an event of its chain says, too.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.models.base import Base, BigId, Code, Id, Words, ref
from casework.models.unit import Unit

DRAFT, REVIEW, ISSUED, WITHDRAWN, DROPPED = "draft", "review", "issued", "withdrawn", "dropped"
STATES = (DRAFT, REVIEW, ISSUED, WITHDRAWN, DROPPED)
OPEN = (DRAFT, REVIEW)
LASTING = (ISSUED, WITHDRAWN)
"""What has left the office once: it has a file, and stays."""
RECEIPTS = ("waiting", "signed", "refused", "witnessed", "confirmed")


class Document(Base):
    """One document of one kind. ``unit_id`` issues it; it is about a case or about a unit.

    ``about_id`` is the unit it is about or addressed to, ``on`` the day or the first day of the
    month it is about, ``person_id`` the pupil whose guardians it goes to, ``about_seq`` the event
    of the case it is about, such as a report. ``seq`` is the event that issued it.
    ``two_persons``: who issued it is not who reviewed it, nor, without a review, who submitted it.
    """

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("version >= 1 AND (size IS NULL OR size > 0)", name="counts"),
        CheckConstraint(
            "(issued_at IS NULL) = (state IN ('draft', 'review', 'dropped'))"
            " AND (issued_at IS NULL) = (sha256 IS NULL)"
            " AND (issued_at IS NULL) = (seq IS NULL)"
            " AND (issued_at IS NULL) = (issued_by IS NULL)",
            name="issued",
        ),
        CheckConstraint(
            "NOT two_persons OR issued_at IS NULL"
            " OR (submitted_by IS NOT NULL AND issued_by <> COALESCE(reviewed_by, submitted_by))",
            name="two_persons",
        ),
        CheckConstraint("(withdrawn_at IS NULL) = (state <> 'withdrawn')", name="withdrawn"),
        CheckConstraint(
            "(number IS NULL) = (series IS NULL) AND (number IS NULL) = (year IS NULL)"
            " AND (number IS NULL OR issued_at IS NOT NULL)",
            name="numbered",
        ),
        UniqueConstraint("unit_id", "series", "year", "number"),
        Index("ix_document_unit_id_state_id", "unit_id", "state", "id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    template_id: Mapped[int | None] = ref("document_template.id")
    unit_id: Mapped[int] = ref("unit.id")
    case_id: Mapped[int | None] = ref("case.id", index=True)
    about_id: Mapped[int | None] = ref("unit.id", index=True)
    person_id: Mapped[int | None] = ref("person.id")
    about_seq: Mapped[int | None]
    on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[Code] = mapped_column(default=DRAFT)
    version: Mapped[int] = mapped_column(default=1)
    two_persons: Mapped[bool]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = ref("user.id")
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = ref("user.id")
    reviewed_at: Mapped[datetime | None]
    reviewed_by: Mapped[int | None] = ref("user.id")
    issued_at: Mapped[datetime | None]
    issued_by: Mapped[int | None] = ref("user.id")
    seq: Mapped[int | None]
    series: Mapped[Code | None]
    year: Mapped[int | None]
    number: Mapped[int | None]
    symbol: Mapped[Words | None]
    template_version: Mapped[Code | None]
    sha256: Mapped[Code | None] = mapped_column(index=True)
    size: Mapped[int | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[int | None] = ref("user.id")
    replaces_id: Mapped[int | None] = ref("document.id", index=True)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])


class DocumentContent(Base):
    """The words of a document as canonical JSON; with a salt once its chain has committed to it."""

    __tablename__ = "document_content"

    document_id: Mapped[int] = mapped_column(BigId, ForeignKey("document.id"), primary_key=True)
    body: Mapped[str] = mapped_column(Text)
    salt: Mapped[Code | None]


class DocumentDelivery(Base):
    """One delivery: to whom, how, when, and the receipt. Names stand beside the event ``seq``."""

    __tablename__ = "document_delivery"
    __table_args__ = (
        CheckConstraint(f"receipt IN {RECEIPTS!r}", name="receipt"),
        CheckConstraint("(receipt_at IS NULL) = (receipt = 'waiting')", name="received"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    document_id: Mapped[int] = ref("document.id", index=True)
    unit_id: Mapped[int | None] = ref("unit.id", index=True)
    person_id: Mapped[int | None] = ref("person.id")
    how: Mapped[Code]
    delivered_at: Mapped[datetime]
    recorded_by: Mapped[int] = ref("user.id")
    seq: Mapped[int]
    receipt: Mapped[Code] = mapped_column(default="waiting")
    receipt_at: Mapped[datetime | None]
    receipt_by: Mapped[int | None] = ref("user.id")
    receipt_seq: Mapped[int | None]
    evidence_id: Mapped[int | None] = mapped_column(BigId)


class DocumentSeries(Base):
    """The last number given in a series of a unit in a year; locked while one is taken."""

    __tablename__ = "document_series"
    __table_args__ = (
        UniqueConstraint("unit_id", "series", "year"),
        CheckConstraint("last >= 0", name="last"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    unit_id: Mapped[int] = ref("unit.id")
    series: Mapped[Code]
    year: Mapped[int]
    last: Mapped[int] = mapped_column(default=0)
