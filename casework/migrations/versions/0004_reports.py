"""Emergency reports as objects."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
WORDS = sa.String(length=64)
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "report",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("kind", WORDS, nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("previous_id", ID, nullable=True),
        sa.Column("superseded", sa.Boolean(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("hash", WORDS, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("made_by", ID, nullable=True),
        sa.Column("made_role", WORDS, nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in ("dead", "injured", "missing")),
        sa.Column("category", WORDS, nullable=True),
        sa.Column("statutory_grade", WORDS, nullable=True),
        sa.Column("school_grade", WORDS, nullable=True),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("signed_at", INSTANT, nullable=True),
        sa.Column("signed_by", ID, nullable=True),
        sa.Column("acknowledged_at", INSTANT, nullable=True),
        sa.Column("acknowledged_by", ID, nullable=True),
        sa.Column("relayed_at", INSTANT, nullable=True),
        sa.Column("relayed_by", ID, nullable=True),
        sa.CheckConstraint("n >= 1 AND version >= 1", name=op.f("ck_report_counts")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_report_case_id")),
        sa.ForeignKeyConstraint(["previous_id"], ["report.id"], name=op.f("fk_report_previous_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report")),
        sa.UniqueConstraint(
            *("case_id", "kind", "n", "version"), name=op.f("uq_report_case_id_kind_n_version")
        ),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_report_case_id_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_report_acknowledged_at", "report", ["acknowledged_at"])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    op.drop_index("ix_report_acknowledged_at", "report")
    op.drop_table("report")
