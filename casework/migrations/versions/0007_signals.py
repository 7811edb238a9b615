"""Signals, what was proposed for them and how they were disposed of."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("signal_delivery", "disposition", "signal_person", "signal", "signal_source")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "signal_source",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("salt", sa.String(length=64), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("disabled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_signal_source_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_source")),
        sa.UniqueConstraint("name", name=op.f("uq_signal_source_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "signal",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("bureau_id", ID, nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by", ID, nullable=True),
        sa.Column("source_id", ID, nullable=True),
        sa.Column("external_id", sa.String(length=400), nullable=True),
        sa.Column("occurred_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("contact", sa.String(length=400), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_by", ID, nullable=True),
        sa.Column("seen_text", sa.Text(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "state IN ('open', 'waiting', 'matched', 'opened', 'explained')",
            name=op.f("ck_signal_state"),
        ),
        sa.CheckConstraint(
            "received_at <= entered_at", name=op.f("ck_signal_received_before_entered")
        ),
        sa.CheckConstraint("seen_at IS NULL OR seen_by IS NOT NULL", name=op.f("ck_signal_seen")),
        sa.ForeignKeyConstraint(["bureau_id"], ["unit.id"], name=op.f("fk_signal_bureau_id")),
        sa.ForeignKeyConstraint(["entered_by"], ["user.id"], name=op.f("fk_signal_entered_by")),
        sa.ForeignKeyConstraint(["seen_by"], ["user.id"], name=op.f("fk_signal_seen_by")),
        sa.ForeignKeyConstraint(
            ["source_id"], ["signal_source.id"], name=op.f("fk_signal_source_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_signal_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_signal_bureau_id_state_id", "signal", ["bureau_id", "state", "id"])
    op.create_index(op.f("ix_signal_entered_by"), "signal", ["entered_by"])
    op.create_index(op.f("ix_signal_unit_id"), "signal", ["unit_id"])
    op.create_table(
        "signal_person",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("student_id", ID, nullable=True),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_signal_person_signal_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_signal_person_student_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_signal_person_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_person")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_signal_person_signal_id"), "signal_person", ["signal_id"])
    op.create_index(op.f("ix_signal_person_user_id"), "signal_person", ["user_id"])
    op.create_table(
        "disposition",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("outcome", sa.String(length=64), nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("school_knew_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=True),
        sa.Column("first_heard", sa.Boolean(), nullable=False),
        sa.Column("omitted", sa.Boolean(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", ID, nullable=True),
        sa.Column("decision", sa.Text(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "(outcome = 'explained') = (case_id IS NULL)", name=op.f("ck_disposition_case")
        ),
        sa.CheckConstraint(
            "outcome IN ('matched', 'opened', 'explained')", name=op.f("ck_disposition_outcome")
        ),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (decided_by IS NULL)", name=op.f("ck_disposition_decided")
        ),
        sa.CheckConstraint(
            "decided_by IS NULL OR decided_by <> by_id", name=op.f("ck_disposition_two_persons")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_disposition_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_disposition_case_id")),
        sa.ForeignKeyConstraint(
            ["decided_by"], ["user.id"], name=op.f("fk_disposition_decided_by")
        ),
        sa.ForeignKeyConstraint(["ended_by"], ["user.id"], name=op.f("fk_disposition_ended_by")),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_disposition_signal_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_disposition_case_id"), "disposition", ["case_id"])
    op.create_index(op.f("ix_disposition_signal_id"), "disposition", ["signal_id"])
    op.create_index(
        "uq_disposition_live",
        "disposition",
        ["signal_id"],
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "signal_delivery",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("source_id", ID, nullable=False),
        sa.Column("delivery", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("signal_id", ID, nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["signal.id"], name=op.f("fk_signal_delivery_signal_id")
        ),
        sa.ForeignKeyConstraint(
            ["source_id"], ["signal_source.id"], name=op.f("fk_signal_delivery_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_delivery")),
        sa.UniqueConstraint(
            "source_id", "delivery", name=op.f("uq_signal_delivery_source_id_delivery")
        ),
        sqlite_autoincrement=True,
    )


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in TABLES:
        op.drop_table(table)
