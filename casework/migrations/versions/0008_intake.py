"""Anonymous intake: letter boxes, receipts, messages."""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the tables to this revision."""


def downgrade() -> None:
    """Take the tables back to the revision before."""
