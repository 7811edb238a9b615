"""Findings of omission, false report and concealment; grounds of cleared flags."""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the tables to this revision."""


def downgrade() -> None:
    """Take the tables back to the revision before."""
