"""A finding of omission, false report or concealment (漏报、谎报、瞒报): three people decide it.

Its texts are kept once, beside the events of the respondent's chain: ``*_seq`` is their place.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from casework.models.base import Base, BigId, Code, Id, ref

KINDS = ("omission", "false_report", "concealment")
SUBJECTS = ("case", "signal", "zero_report")
PROPOSED, REPLIED, UPHELD, REJECTED, WITHDRAWN = (
    *("proposed", "replied"),
    *("upheld", "rejected", "withdrawn"),
)
STATES = (PROPOSED, REPLIED, UPHELD, REJECTED, WITHDRAWN)
OPEN = (PROPOSED, REPLIED)
GROUNDS = ("flag", "contradiction", "evidence", "event")
STANDING = text("state IN ('proposed', 'replied')")


class Finding(Base):
    """What a bureau holds against a unit: proposed, answered, upheld or rejected, or withdrawn.

    ``subject_kind`` and ``subject_id`` say what it is about, without a key across the kinds.
    ``by_analogy``: no work-safety accident, so that the label carries 参照. Who proposes, who
    answers and who decides are three people; only the proposer withdraws.
    """

    __tablename__ = "finding"
    __table_args__ = (
        CheckConstraint(f"kind IN {KINDS!r}", name="kind"),
        CheckConstraint(f"subject_kind IN {SUBJECTS!r}", name="subject_kind"),
        CheckConstraint(f"state IN {STATES!r}", name="state"),
        CheckConstraint("(replied_at IS NULL) = (replied_by IS NULL)", name="replied"),
        CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (state IN ('proposed', 'replied'))",
            name="decided",
        ),
        CheckConstraint(
            "(replied_by IS NULL OR replied_by <> proposed_by)"
            " AND (decided_by IS NULL OR replied_by IS NULL OR decided_by <> replied_by)"
            " AND (decided_by IS NULL OR (decided_by = proposed_by) = (state = 'withdrawn'))",
            name="three_people",
        ),
        Index("ix_finding_unit_id_state", "unit_id", "state"),
        Index("ix_finding_subject", "subject_kind", "subject_id"),
        Index(
            "uq_finding_open",
            *("kind", "subject_kind", "subject_id", "unit_id"),
            unique=True,
            sqlite_where=STANDING,
            postgresql_where=STANDING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    kind: Mapped[Code]
    subject_kind: Mapped[Code]
    subject_id: Mapped[int] = mapped_column(BigId)
    unit_id: Mapped[int] = ref("unit.id")
    state: Mapped[Code] = mapped_column(default=PROPOSED)
    by_analogy: Mapped[bool]
    proposed_at: Mapped[datetime]
    proposed_by: Mapped[int] = ref("user.id")
    proposed_seq: Mapped[int]
    replied_at: Mapped[datetime | None]
    replied_by: Mapped[int | None] = ref("user.id")
    replied_seq: Mapped[int | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = ref("user.id")
    decided_seq: Mapped[int | None]


class FindingPerson(Base):
    """Somebody a finding accuses by account: to that account it is closed."""

    __tablename__ = "finding_person"
    __table_args__ = (UniqueConstraint("finding_id", "user_id"), {"sqlite_autoincrement": True})

    id: Mapped[Id]
    finding_id: Mapped[int] = ref("finding.id")
    user_id: Mapped[int] = ref("user.id", index=True)


class FindingGround(Base):
    """One thing a finding rests on: ``ref`` is a row id, of an event its place in the case."""

    __tablename__ = "finding_ground"
    __table_args__ = (
        CheckConstraint(f"kind IN {GROUNDS!r}", name="kind"),
        UniqueConstraint("finding_id", "kind", "ref"),
        Index("ix_finding_ground_ref", "kind", "ref"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[Id]
    finding_id: Mapped[int] = ref("finding.id")
    kind: Mapped[Code]
    ref: Mapped[int] = mapped_column(BigId)
