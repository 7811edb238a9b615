"""Deliveries outside the house, call lists, preferences, calendar feeds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AUTO = {"sqlite_autoincrement": True}


def upgrade() -> None:
    """Take the tables to this revision."""
    with op.batch_alter_table("outbox", table_kwargs=AUTO) as batch_op:
        batch_op.add_column(sa.Column("unit_id", ID, nullable=True))
        batch_op.add_column(sa.Column("sending", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("key", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index(
            "ix_outbox_unplanned",
            ["id"],
            sqlite_where=sa.text("planned_at IS NULL"),
            postgresql_where=sa.text("planned_at IS NULL"),
        )
        batch_op.create_unique_constraint(batch_op.f("uq_outbox_key"), ["key"])
        batch_op.create_foreign_key(batch_op.f("fk_outbox_unit_id"), "unit", ["unit_id"], ["id"])
    # What was written before there was a delivery stays in the inboxes.
    op.execute("UPDATE outbox SET planned_at = created_at")
    op.create_table(
        "calendar_feed",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_calendar_feed_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_calendar_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_calendar_feed_token_hash")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "endpoint",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("channel", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=400), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("min_level", sa.Integer(), nullable=False),
        sa.Column("fallback", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", ID, nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("claimed_by", sa.String(length=64), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_log", sa.JSON(), nullable=False),
        sa.Column("transport", sa.String(length=400), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "(claimed_by IS NULL) = (claimed_until IS NULL)", name=op.f("ck_endpoint_claimed")
        ),
        sa.CheckConstraint(
            "(unit_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_endpoint_one_owner")
        ),
        sa.ForeignKeyConstraint(["created_by"], ["user.id"], name=op.f("fk_endpoint_created_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_endpoint_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_endpoint_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endpoint")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_endpoint_due",
        "endpoint",
        ["due_at", "id"],
        sqlite_where=sa.text("due_at IS NOT NULL"),
        postgresql_where=sa.text("due_at IS NOT NULL"),
    )
    op.create_index(op.f("ix_endpoint_unit_id"), "endpoint", ["unit_id"])
    op.create_index(op.f("ix_endpoint_user_id"), "endpoint", ["user_id"])

    op.create_table(
        "preference",
        sa.Column("user_id", ID, autoincrement=False, nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("daily", sa.Boolean(), nullable=False),
        sa.Column("weekly", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "(quiet_from IS NULL) = (quiet_until IS NULL)", name=op.f("ck_preference_quiet")
        ),
        sa.CheckConstraint(
            "quiet_from IS NULL OR (quiet_from BETWEEN 0 AND 1439 AND quiet_until BETWEEN 0 AND 1439 AND quiet_from <> quiet_until)",
            name=op.f("ck_preference_minutes"),
        ),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_preference_user_id")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_preference")),
        sqlite_autoincrement=False,
    )
    op.create_table(
        "parcel",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("uid", sa.String(length=64), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=400), nullable=False),
        sa.CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name=op.f("ck_parcel_sent")),
        sa.CheckConstraint("state IN ('waiting', 'sent', 'dead')", name=op.f("ck_parcel_state")),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name=op.f("fk_parcel_endpoint_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcel")),
        sa.UniqueConstraint("uid", name=op.f("uq_parcel_uid")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_parcel_endpoint_id"), "parcel", ["endpoint_id"])
    op.create_index(
        "ix_parcel_dead",
        "parcel",
        ["tried_at"],
        sqlite_where=sa.text("state = 'dead'"),
        postgresql_where=sa.text("state = 'dead'"),
    )
    op.create_index(
        "ix_parcel_open",
        "parcel",
        ["endpoint_id", "id"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )

    op.create_table(
        "call",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("escalation_id", ID, nullable=False),
        sa.Column("clock_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=64), nullable=False),
        sa.Column("user_id", ID, nullable=True),
        sa.Column("why", sa.String(length=64), nullable=False),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=64), nullable=True),
        sa.Column("means", sa.String(length=64), nullable=True),
        sa.Column("by_id", ID, nullable=True),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "means IS NULL OR means IN ('app', 'link', 'phone')", name=op.f("ck_call_means")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR outcome IN ('acknowledged', 'silent', 'passed_over', 'nobody', 'unreachable', 'overtaken', 'met')",
            name=op.f("ck_call_outcome"),
        ),
        sa.CheckConstraint("(outcome IS NULL) = (ended_at IS NULL)", name=op.f("ck_call_ended")),
        sa.ForeignKeyConstraint(["by_id"], ["user.id"], name=op.f("fk_call_by_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name=op.f("fk_call_case_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clock.id"], name=op.f("fk_call_clock_id")),
        sa.ForeignKeyConstraint(
            ["escalation_id"], ["escalation.id"], name=op.f("fk_call_escalation_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_call_unit_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user.id"], name=op.f("fk_call_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call")),
        sa.UniqueConstraint(
            "escalation_id", "position", name=op.f("uq_call_escalation_id_position")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_call_case_id"), "call", ["case_id"])
    op.create_index(op.f("ix_call_clock_id"), "call", ["clock_id"])
    op.create_index(
        "ix_call_open",
        "call",
        ["due_at", "id"],
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_call_unit_id"), "call", ["unit_id"])
    op.create_index(op.f("ix_call_user_id"), "call", ["user_id"])

    op.create_table(
        "delivery",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("message_id", ID, nullable=False),
        sa.Column("sending", sa.String(length=64), nullable=False),
        sa.Column("endpoint_id", ID, nullable=False),
        sa.Column("parcel_id", ID, nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rerouted_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["endpoint_id"], ["endpoint.id"], name=op.f("fk_delivery_endpoint_id")
        ),
        sa.ForeignKeyConstraint(["message_id"], ["outbox.id"], name=op.f("fk_delivery_message_id")),
        sa.ForeignKeyConstraint(["parcel_id"], ["parcel.id"], name=op.f("fk_delivery_parcel_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("endpoint_id", "sending", name=op.f("uq_delivery_endpoint_id_sending")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_delivery_message_id"), "delivery", ["message_id"])
    op.create_index(op.f("ix_delivery_parcel_id"), "delivery", ["parcel_id"])
    op.create_index(
        "ix_delivery_unpacked",
        "delivery",
        ["endpoint_id", "id"],
        sqlite_where=sa.text("parcel_id IS NULL"),
        postgresql_where=sa.text("parcel_id IS NULL"),
    )


def downgrade() -> None:
    """Take the tables back to the revision before."""
    with op.batch_alter_table("outbox", table_kwargs=AUTO) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_outbox_unit_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_outbox_key"), type_="unique")
        batch_op.drop_index(
            "ix_outbox_unplanned",
            sqlite_where=sa.text("planned_at IS NULL"),
            postgresql_where=sa.text("planned_at IS NULL"),
        )
        batch_op.drop_column("planned_at")
        batch_op.drop_column("key")
        batch_op.drop_column("sending")
        batch_op.drop_column("unit_id")

    op.drop_table("delivery")

    op.drop_table("call")

    op.drop_table("parcel")
    op.drop_table("preference")

    op.drop_table("endpoint")
    op.drop_table("calendar_feed")
