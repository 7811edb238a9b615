"""Signals, what was proposed for them and how they were disposed of."""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the tables to this revision."""


def downgrade() -> None:
    """Take the tables back to the revision before."""
