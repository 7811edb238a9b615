"""The API for programs: JSON in, JSON out, bearer tokens only."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the API under /api/v1."""
