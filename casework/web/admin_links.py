"""What the administration consists of: its pages in the order they are offered."""

from __future__ import annotations

from casework.text import N_

LINKS: tuple[tuple[str, str], ...] = (
    ("admin.accounts", N_("Accounts")),
    ("admin.vacancies", N_("Posts without anybody")),
    ("admin_import.form", N_("Import")),
    ("admin.reach", N_("Who was not reached")),
)
"""Endpoint and label; further pages of administrators are added here."""
