"""Clusters of similar illnesses."""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Take the tables to this revision."""


def downgrade() -> None:
    """Take the tables back to the revision before."""
