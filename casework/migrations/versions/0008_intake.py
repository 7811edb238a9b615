"""Anonymous intake: letter boxes, receipts, messages."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
CODE = sa.String(length=64)
WHEN = sa.DateTime(timezone=True)
OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "intake_box",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("code", CODE, nullable=False),
        sa.Column("opened_at", WHEN, nullable=False),
        sa.Column("opened_by", ID, nullable=False),
        sa.Column("closed_at", WHEN, nullable=True),
        sa.Column("closed_by", ID, nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (closed_by IS NULL)", name=op.f("ck_intake_box_closed")
        ),
        _ref("intake_box", "unit_id", "unit.id"),
        _ref("intake_box", "opened_by", "user.id"),
        _ref("intake_box", "closed_by", "user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_box")),
        sa.UniqueConstraint("code", name=op.f("uq_intake_box_code")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "uq_intake_box_open",
        "intake_box",
        ["unit_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )
    op.create_table(
        "intake_receipt",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("signal_id", ID, nullable=False),
        sa.Column("box_id", ID, nullable=False),
        sa.Column("code_hash", CODE, nullable=True),
        sa.Column("seal", CODE, nullable=False),
        sa.Column("staff", CODE, nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("erased_at", WHEN, nullable=True),
        sa.CheckConstraint(
            "staff IN ('yes', 'no', 'unknown')", name=op.f("ck_intake_receipt_staff")
        ),
        _ref("intake_receipt", "signal_id", "signal.id"),
        _ref("intake_receipt", "box_id", "intake_box.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_receipt")),
        sa.UniqueConstraint("signal_id", name=op.f("uq_intake_receipt_signal_id")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_intake_receipt_code_hash")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "intake_message",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("receipt_id", ID, nullable=False),
        sa.Column("side", CODE, nullable=False),
        sa.Column("author_id", ID, nullable=True),
        sa.Column("at", WHEN, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("side IN ('reporter', 'bureau')", name=op.f("ck_intake_message_side")),
        sa.CheckConstraint(
            "(side = 'bureau') = (author_id IS NOT NULL)", name=op.f("ck_intake_message_author")
        ),
        _ref("intake_message", "receipt_id", "intake_receipt.id"),
        _ref("intake_message", "author_id", "user.id"),
        _ref("intake_message", "unit_id", "unit.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_message")),
        sa.UniqueConstraint("unit_id", "seq", name=op.f("uq_intake_message_unit_id_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_intake_message_receipt_id"), "intake_message", ["receipt_id"])
    op.create_table(
        "intake_file",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("receipt_id", ID, nullable=False),
        sa.Column("message_id", ID, nullable=True),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("media_type", CODE, nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_intake_file_size")),
        _ref("intake_file", "receipt_id", "intake_receipt.id"),
        _ref("intake_file", "message_id", "intake_message.id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake_file")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_intake_file_receipt_id"), "intake_file", ["receipt_id"])
    op.create_index(op.f("ix_intake_file_sha256"), "intake_file", ["sha256"])


def _ref(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [target], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ("intake_file", "intake_message", "intake_receipt", "intake_box"):
        op.drop_table(table)
