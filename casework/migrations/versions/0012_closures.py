"""Days on which schools are closed, and since when terms and special periods are known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
ENTERED = ("term", "special_period")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "closure",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_closure_dates")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_closure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_closure_unit_id"), "closure", ["unit_id"])
    for table in ENTERED:
        op.add_column(table, sa.Column("set_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ENTERED:
        op.drop_column(table, "set_at")
    op.drop_index(op.f("ix_closure_unit_id"), table_name="closure")
    op.drop_table("closure")
