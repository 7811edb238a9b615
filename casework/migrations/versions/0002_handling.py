"""Away, shifts, and the units that have a part in a case."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "away",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("deputy_id", ID, nullable=True),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "reason IN ('leave', 'sick', 'training', 'travel', 'off_duty', 'other')",
            name=op.f("ck_away_reason"),
        ),
        sa.CheckConstraint(
            "until_at IS NULL OR until_at >= from_at",
            name=op.f("ck_away_times"),
        ),
        sa.CheckConstraint(
            "deputy_id IS NULL OR deputy_id <> user_id",
            name=op.f("ck_away_deputy"),
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["user.id"], name=op.f("fk_away_deputy_id")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user.id"], name=op.f("fk_away_recorded_by")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_away_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_away")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_away_deputy_id"), "away", ["deputy_id"])
    op.create_index(op.f("ix_away_user_id"), "away", ["user_id"])
    op.create_table(
        "shift",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("user_id", ID, nullable=False),
        sa.Column("from_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "until_at > from_at",
            name=op.f("ck_shift_times"),
        ),
        sa.ForeignKeyConstraint(["recorded_by"], ["user.id"], name=op.f("fk_shift_recorded_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_shift_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_shift_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shift")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_shift_unit_id"), "shift", ["unit_id"])
    op.create_index(op.f("ix_shift_user_id"), "shift", ["user_id"])
    op.create_table(
        "party",
        sa.Column(
            "id",
            ID,
            autoincrement=True,
            nullable=False,
        ),
        sa.Column("case_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_by", ID, nullable=True),
        sa.CheckConstraint(
            "kind IN ('scene', 'lead', 'joining')",
            name=op.f("ck_party_kind"),
        ),
        sa.ForeignKeyConstraint(["accepted_by"], ["user.id"], name=op.f("fk_party_accepted_by")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_party_case_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_party_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_party")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_party_case_id"), "party", ["case_id"])
    op.create_index(op.f("ix_party_unit_id"), "party", ["unit_id"])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ("party", "shift", "away"):
        op.drop_table(table)
