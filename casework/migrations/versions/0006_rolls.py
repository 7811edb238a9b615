"""Periods of the day, seats, leave, rolls with their marks and corrections, class logs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Take the tables to this revision."""
    op.create_table(
        "class_log_entry",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('lesson', 'hazard', 'contact', 'other')", name=op.f("ck_class_log_entry_kind")
        ),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_class_log_entry_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_class_log_entry_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_class_log_entry")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_class_log_entry_day", "class_log_entry", ["unit_id", "on"])
    op.create_table(
        "period",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("code", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=400), nullable=False),
        sa.Column("unit_kind", sa.String(length=64), nullable=False),
        sa.Column("bell", sa.Time(), nullable=False),
        sa.Column("days", sa.String(length=64), nullable=False),
        sa.Column("weekdays", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("days IN ('school', 'term')", name=op.f("ck_period_days")),
        sa.CheckConstraint(
            "unit_kind IN ('class', 'dormitory', 'bus')", name=op.f("ck_period_unit_kind")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_period_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_period")),
        sa.UniqueConstraint(
            "unit_id", "code", "from_on", name=op.f("uq_period_unit_id_code_from_on")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_period_bell", "period", ["bell"])
    op.create_table(
        "expected_roll",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("period_id", ID, nullable=False),
        sa.Column("bell_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["period_id"], ["period.id"], name=op.f("fk_expected_roll_period_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_expected_roll_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_expected_roll")),
        sa.UniqueConstraint(
            "on", "period", "unit_id", name=op.f("uq_expected_roll_on_period_unit_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_expected_roll_unit_id"), "expected_roll", ["unit_id"])
    op.create_table(
        "leave",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("student_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("symptoms", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", ID, nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by", ID, nullable=True),
        sa.CheckConstraint("kind IN ('personal', 'sick')", name=op.f("ck_leave_kind")),
        sa.CheckConstraint(
            "(revoked_at IS NULL) = (revoked_by IS NULL)", name=op.f("ck_leave_revoked")
        ),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_leave_dates")),
        sa.ForeignKeyConstraint(["recorded_by"], ["user.id"], name=op.f("fk_leave_recorded_by")),
        sa.ForeignKeyConstraint(["revoked_by"], ["user.id"], name=op.f("fk_leave_revoked_by")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_leave_student_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_leave_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leave")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_leave_student", "leave", ["student_id", "until_on"])
    op.create_index(op.f("ix_leave_unit_id"), "leave", ["unit_id"])
    op.create_table(
        "rollcall",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("period_id", ID, nullable=False),
        sa.Column("bell_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("judged_by", sa.String(length=64), nullable=False),
        sa.Column("doubt", sa.String(length=64), nullable=False),
        sa.Column("taken_by", ID, nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("stands_for", sa.String(length=64), nullable=True),
        sa.Column("enrolled", sa.Integer(), nullable=False),
        sa.Column("present", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=400), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.CheckConstraint("judged_by IN ('taken', 'arrived')", name=op.f("ck_rollcall_judged_by")),
        sa.CheckConstraint("present BETWEEN 0 AND enrolled", name=op.f("ck_rollcall_present")),
        sa.ForeignKeyConstraint(["period_id"], ["period.id"], name=op.f("fk_rollcall_period_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["user.id"], name=op.f("fk_rollcall_taken_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_rollcall_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rollcall")),
        sa.UniqueConstraint("unit_id", "on", "period", name=op.f("uq_rollcall_unit_id_on_period")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_rollcall_day", "rollcall", ["on", "period", "unit_id"])
    op.create_table(
        "roll_tally",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("period", sa.String(length=64), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("saved", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_roll_tally_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_tally")),
        sa.UniqueConstraint(
            "unit_id", "on", "period", name=op.f("uq_roll_tally_unit_id_on_period")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "seat",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("student_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("until_on >= from_on", name=op.f("ck_seat_dates")),
        sa.ForeignKeyConstraint(["student_id"], ["student.id"], name=op.f("fk_seat_student_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_seat_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_seat")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_seat_student_id"), "seat", ["student_id"])
    op.create_index(op.f("ix_seat_unit_id"), "seat", ["unit_id"])
    op.create_table(
        "roll_correction",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("rollcall_id", ID, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", ID, nullable=True),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("stands_for", sa.String(length=64), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by"], ["user.id"], name=op.f("fk_roll_correction_by")),
        sa.ForeignKeyConstraint(
            ["rollcall_id"], ["rollcall.id"], name=op.f("fk_roll_correction_rollcall_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roll_correction")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_roll_correction_rollcall_id"), "roll_correction", ["rollcall_id"])
    op.create_table(
        "absence_mark",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("rollcall_id", ID, nullable=False),
        sa.Column("student_id", ID, nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("symptoms", sa.JSON(), nullable=False),
        sa.Column("leave_id", ID, nullable=True),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("correction_id", ID, nullable=True),
        sa.CheckConstraint(
            "kind != 'present' OR correction_id IS NOT NULL", name=op.f("ck_absence_mark_present")
        ),
        sa.CheckConstraint(
            "kind IN ('absent', 'leave_personal', 'leave_sick', 'late', 'present')",
            name=op.f("ck_absence_mark_kind"),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_absence_mark_case_id")),
        sa.ForeignKeyConstraint(
            ["correction_id"], ["roll_correction.id"], name=op.f("fk_absence_mark_correction_id")
        ),
        sa.ForeignKeyConstraint(["leave_id"], ["leave.id"], name=op.f("fk_absence_mark_leave_id")),
        sa.ForeignKeyConstraint(
            ["rollcall_id"], ["rollcall.id"], name=op.f("fk_absence_mark_rollcall_id")
        ),
        sa.ForeignKeyConstraint(
            ["student_id"], ["student.id"], name=op.f("fk_absence_mark_student_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence_mark")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_absence_mark_case_id"), "absence_mark", ["case_id"])
    op.create_index(op.f("ix_absence_mark_rollcall_id"), "absence_mark", ["rollcall_id"])
    op.create_index(op.f("ix_absence_mark_student_id"), "absence_mark", ["student_id"])


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in (
        "absence_mark",
        "roll_correction",
        "seat",
        "roll_tally",
        "rollcall",
        "leave",
        "expected_roll",
        "period",
        "class_log_entry",
    ):
        op.drop_table(table)
