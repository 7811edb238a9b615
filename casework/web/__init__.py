"""The pages for people."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Hang the pages at the root."""
