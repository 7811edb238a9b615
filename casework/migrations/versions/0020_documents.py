"""Documents with their words, numbers and deliveries; the wording and the templates of bureaus."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0013"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
AT = sa.DateTime(timezone=True)
CODE = sa.String(length=64)
WORDS = sa.String(length=400)


def upgrade() -> None:
    """Take the tables to this revision."""
    _templates()
    _documents()
    _beside_documents()


def _templates() -> None:
    op.create_table(
        "document_template",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", WORDS, nullable=False),
        sa.Column("series", CODE, nullable=False),
        sa.Column("case_types", sa.JSON(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("sha256", CODE, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("uploaded_at", AT, nullable=False),
        sa.Column("uploaded_by", ID, nullable=False),
        sa.Column("ended_at", AT, nullable=True),
        sa.Column("ended_by", ID, nullable=True),
        sa.CheckConstraint("version >= 1 AND size > 0", name=op.f("ck_document_template_counts")),
        _key("document_template", "unit_id", "unit"),
        _key("document_template", "uploaded_by", "user"),
        _key("document_template", "ended_by", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_template")),
        sa.UniqueConstraint(
            "unit_id", "name", "version", name=op.f("uq_document_template_unit_id_name_version")
        ),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "document_wording",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("name", CODE, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("changed_by", ID, nullable=False),
        _key("document_wording", "unit_id", "unit"),
        _key("document_wording", "changed_by", "user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_wording")),
        sa.UniqueConstraint("unit_id", "name", name=op.f("uq_document_wording_unit_id_name")),
        sqlite_autoincrement=True,
    )


def _documents() -> None:
    people = ("created_by", "submitted_by", "reviewed_by", "issued_by", "withdrawn_by")
    op.create_table(
        "document",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("kind", CODE, nullable=False),
        sa.Column("template_id", ID, nullable=True),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("case_id", ID, nullable=True),
        sa.Column("about_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("on", sa.Date(), nullable=True),
        sa.Column("state", CODE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("two_persons", sa.Boolean(), nullable=False),
        sa.Column("created_at", AT, nullable=False),
        *(sa.Column(name, ID, nullable=True) for name in people),
        *(
            sa.Column(name, AT, nullable=True)
            for name in ("submitted_at", "reviewed_at", "issued_at", "withdrawn_at")
        ),
        *(
            sa.Column(name, sa.Integer(), nullable=True)
            for name in ("about_seq", "seq", "year", "number")
        ),
        sa.Column("series", CODE, nullable=True),
        sa.Column("symbol", WORDS, nullable=True),
        sa.Column("template_version", CODE, nullable=True),
        sa.Column("sha256", CODE, nullable=True),
        sa.Column("size", sa.Integer(), nullable=True),
        sa.Column("replaces_id", ID, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'issued', 'withdrawn', 'dropped')",
            name=op.f("ck_document_state"),
        ),
        sa.CheckConstraint(
            "version >= 1 AND (size IS NULL OR size > 0)", name=op.f("ck_document_counts")
        ),
        sa.CheckConstraint(
            "(issued_at IS NULL) = (state IN ('draft', 'review', 'dropped'))"
            " AND (issued_at IS NULL) = (sha256 IS NULL)"
            " AND (issued_at IS NULL) = (seq IS NULL)"
            " AND (issued_at IS NULL) = (issued_by IS NULL)",
            name=op.f("ck_document_issued"),
        ),
        sa.CheckConstraint(
            "NOT two_persons OR issued_at IS NULL"
            " OR (submitted_by IS NOT NULL AND issued_by <> COALESCE(reviewed_by, submitted_by))",
            name=op.f("ck_document_two_persons"),
        ),
        sa.CheckConstraint(
            "(withdrawn_at IS NULL) = (state <> 'withdrawn')", name=op.f("ck_document_withdrawn")
        ),
        sa.CheckConstraint(
            "(number IS NULL) = (series IS NULL) AND (number IS NULL) = (year IS NULL)"
            " AND (number IS NULL OR issued_at IS NOT NULL)",
            name=op.f("ck_document_numbered"),
        ),
        _key("document", "template_id", "document_template"),
        *(_key("document", name, "unit") for name in ("unit_id", "about_id")),
        _key("document", "case_id", "case"),
        _key("document", "person_id", "person"),
        *(_key("document", name, "user") for name in people),
        _key("document", "replaces_id", "document"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint(
            *("unit_id", "series", "year", "number"),
            name=op.f("uq_document_unit_id_series_year_number"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_document_unit_id_state_id", "document", ["unit_id", "state", "id"])
    for column in ("case_id", "about_id", "sha256", "replaces_id"):
        op.create_index(op.f(f"ix_document_{column}"), "document", [column])


def _beside_documents() -> None:
    op.create_table(
        "document_content",
        sa.Column("document_id", ID, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", CODE, nullable=True),
        _key("document_content", "document_id", "document"),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_content")),
    )
    op.create_table(
        "document_delivery",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("document_id", ID, nullable=False),
        sa.Column("unit_id", ID, nullable=True),
        sa.Column("person_id", ID, nullable=True),
        sa.Column("how", CODE, nullable=False),
        sa.Column("delivered_at", AT, nullable=False),
        sa.Column("recorded_by", ID, nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("receipt", CODE, nullable=False),
        sa.Column("receipt_at", AT, nullable=True),
        sa.Column("receipt_by", ID, nullable=True),
        sa.Column("receipt_seq", sa.Integer(), nullable=True),
        sa.Column("evidence_id", ID, nullable=True),
        sa.CheckConstraint(
            "receipt IN ('waiting', 'signed', 'refused', 'witnessed', 'confirmed')",
            name=op.f("ck_document_delivery_receipt"),
        ),
        sa.CheckConstraint(
            "(receipt_at IS NULL) = (receipt = 'waiting')",
            name=op.f("ck_document_delivery_received"),
        ),
        _key("document_delivery", "document_id", "document"),
        _key("document_delivery", "unit_id", "unit"),
        _key("document_delivery", "person_id", "person"),
        *(_key("document_delivery", name, "user") for name in ("recorded_by", "receipt_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_delivery")),
        sqlite_autoincrement=True,
    )
    for column in ("document_id", "unit_id"):
        op.create_index(op.f(f"ix_document_delivery_{column}"), "document_delivery", [column])
    op.create_table(
        "document_series",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("unit_id", ID, nullable=False),
        sa.Column("series", CODE, nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.CheckConstraint("last >= 0", name=op.f("ck_document_series_last")),
        _key("document_series", "unit_id", "unit"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document_series")),
        sa.UniqueConstraint(
            "unit_id", "series", "year", name=op.f("uq_document_series_unit_id_series_year")
        ),
        sqlite_autoincrement=True,
    )


def _key(table: str, column: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{table}_{column}"))


def downgrade() -> None:
    """Take the tables back to the revision before."""
    for table in ("series", "delivery", "content"):
        op.drop_table(f"document_{table}")
    op.drop_table("document")
    op.drop_table("document_wording")
    op.drop_table("document_template")
