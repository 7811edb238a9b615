"""What templates show of a record: a label with its values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from casework.text import Text

Shown = Text | datetime | date | str
"""A value as a template shows it: words, an instant, a day, or data as it is."""


@dataclass(frozen=True, slots=True)
class Line:
    """One recorded entry: its label and its values. ``due``: instants that end something."""

    label: str
    values: tuple[Shown, ...]
    due: bool = False
