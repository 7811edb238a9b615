"""Periods of the day, rolls, marks, leave and class logs."""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the tables to this revision."""


def downgrade() -> None:
    """Take the tables back to the revision before."""
