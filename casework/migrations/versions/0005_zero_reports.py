"""Terms, special periods, zero reports and what contradicts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "term",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.CheckConstraint(
            "until_on >= from_on",
            name=op.f("ck_term_dates"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_term_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_term")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_term_unit_id"), "term", ["unit_id"])
    op.create_table(
        "special_period",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('exam', 'flood', 'sensitive', 'duty')",
            name=op.f("ck_special_period_kind"),
        ),
        sa.CheckConstraint(
            "times BETWEEN 1 AND 2",
            name=op.f("ck_special_period_times"),
        ),
        sa.CheckConstraint(
            "until_on >= from_on",
            name=op.f("ck_special_period_dates"),
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_special_period_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_special_period")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_special_period_unit_id"), "special_period", ["unit_id"])
    op.create_table(
        "zero_report",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("slot", sa.String(length=64), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attested_by", ID, nullable=True),
        sa.Column("all_quiet", sa.Boolean(), nullable=True),
        sa.Column("cases", sa.JSON(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "slot IN ('day', 'am', 'pm')",
            name=op.f("ck_zero_report_slot"),
        ),
        sa.CheckConstraint(
            "(attested_at IS NULL) = (attested_by IS NULL)"
            " AND (attested_at IS NULL) = (all_quiet IS NULL)",
            name=op.f("ck_zero_report_signed"),
        ),
        sa.ForeignKeyConstraint(
            ["attested_by"], ["user.id"], name=op.f("fk_zero_report_attested_by")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_zero_report_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_zero_report")),
        sa.UniqueConstraint("unit_id", "on", "slot", name=op.f("uq_zero_report_unit_id_on_slot")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_zero_report_missing",
        "zero_report",
        ["on", "unit_id"],
        sqlite_where=sa.text("attested_at IS NULL"),
        postgresql_where=sa.text("attested_at IS NULL"),
    )
    op.create_table(
        "contradiction",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("zero_report_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("known_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_contradiction_case_id")),
        sa.ForeignKeyConstraint(
            ["zero_report_id"], ["zero_report.id"], name=op.f("fk_contradiction_zero_report_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contradiction")),
        sa.UniqueConstraint(
            "zero_report_id", "case_id", name=op.f("uq_contradiction_zero_report_id_case_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_contradiction_case_id"), "contradiction", ["case_id"])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ("contradiction", "zero_report", "special_period", "term"):
        op.drop_table(table)
