"""Findings of omission, false report and concealment, whom they accuse and what they rest on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
STANDING = sa.text("state IN ('proposed', 'replied')")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "finding",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("subject_kind", sa.String(length=64), nullable=False),
        sa.Column("subject_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("by_analogy", sa.Boolean(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("proposed_by", ID, nullable=False),
        sa.Column("proposed_seq", sa.Integer(), nullable=False),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replied_by", ID, nullable=True),
        sa.Column("replied_seq", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decided_seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('omission', 'false_report', 'concealment')", name=op.f("ck_finding_kind")
        ),
        sa.CheckConstraint(
            "subject_kind IN ('case', 'signal', 'zero_report')",
            name=op.f("ck_finding_subject_kind"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'replied', 'upheld', 'rejected', 'withdrawn')",
            name=op.f("ck_finding_state"),
        ),
        sa.CheckConstraint(
            "(replied_at IS NULL) = (replied_by IS NULL)", name=op.f("ck_finding_replied")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)"
            " AND (decided_at IS NULL) = (state IN ('proposed', 'replied'))",
            name=op.f("ck_finding_decided"),
        ),
        sa.CheckConstraint(
            "(replied_by IS NULL OR replied_by <> proposed_by)"
            " AND (decided_by IS NULL OR replied_by IS NULL OR decided_by <> replied_by)"
            " AND (decided_by IS NULL OR (decided_by = proposed_by) = (state = 'withdrawn'))",
            name=op.f("ck_finding_three_people"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_finding_unit_id")),
        *(
            sa.ForeignKeyConstraint([name], ["user.id"], name=op.f(f"fk_finding_{name}"))
            for name in ("proposed_by", "replied_by", "decided_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_unit_id_state", "finding", ["unit_id", "state"])
    op.create_index("ix_finding_subject", "finding", ["subject_kind", "subject_id"])
    op.create_index(
        "uq_finding_open",
        "finding",
        ["kind", "subject_kind", "subject_id", "unit_id"],
        unique=True,
        sqlite_where=STANDING,
        postgresql_where=STANDING,
    )
    _people_and_grounds()


def _people_and_grounds() -> None:
    op.create_table(
        "finding_person",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_person_finding_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_finding_person_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_person")),
        sa.UniqueConstraint(
            "finding_id", "user_id", name=op.f("uq_finding_person_finding_id_user_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_finding_person_user_id"), "finding_person", ["user_id"])
    op.create_table(
        "finding_ground",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("finding_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("ref", ID, nullable=False),
        sa.CheckConstraint(
            "kind IN ('flag', 'contradiction', 'evidence', 'event')",
            name=op.f("ck_finding_ground_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"], ["finding.id"], name=op.f("fk_finding_ground_finding_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding_ground")),
        sa.UniqueConstraint(
            "finding_id", "kind", "ref", name=op.f("uq_finding_ground_finding_id_kind_ref")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_finding_ground_ref", "finding_ground", ["kind", "ref"])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ("finding_ground", "finding_person", "finding"):
        op.drop_table(table)
