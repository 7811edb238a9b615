"""Clusters of similar illnesses: what counts for them, what they opened, who belongs to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "cluster",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("illness", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_cluster_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_cluster_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
        sa.UniqueConstraint("case_id", name=op.f("uq_cluster_case_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_cluster_place", "cluster", ["unit_id", "illness"])
    op.create_table(
        "sick_mark",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("student_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("symptoms", sa.JSON(), nullable=False),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_sick_mark_dates")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_sick_mark_case_id")),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_sick_mark_student_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_sick_mark_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sick_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sick_mark_case_id"), "sick_mark", ["case_id"])
    op.create_index(op.f("ix_sick_mark_student_id"), "sick_mark", ["student_id"])
    op.create_index("ix_sick_mark_place", "sick_mark", ["unit_id", "until_on"])
    op.create_table(
        "cluster_member",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("cluster_id", ID, nullable=False),
        sa.Column("student_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("joined_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_cluster_member_case_id")),
        sa.ForeignKeyConstraint(
            ["cluster_id"], ["cluster.id"], name=op.f("fk_cluster_member_cluster_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_cluster_member_student_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster_member")),
        sa.UniqueConstraint(
            "cluster_id", "student_id", name=op.f("uq_cluster_member_cluster_id_student_id")
        ),
        sqlite_autoincrement=True,
    )
    for column in ("cluster_id", "student_id", "case_id"):
        op.create_index(op.f(f"ix_cluster_member_{column}"), "cluster_member", [column])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    op.drop_table("cluster_member")
    op.drop_table("sick_mark")
    op.drop_table("cluster")
