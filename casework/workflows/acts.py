"""What an act tells by its fields: when the thing happened, and whom it informs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from casework.workflows.definition import Action

PROMPT = timedelta(minutes=30)
"""What is entered within this time of the fact is entered at once; later it shows as 补录."""


def happened_at(action: Action, fields: Mapping[str, object], entered_at: datetime) -> datetime:
    """When the thing really happened, if the action asks for it; else when it was entered."""
    given = fields.get(action.instant) if action.instant else None
    return given if isinstance(given, datetime) else entered_at


def told_by(action: Action | None, fields: Mapping[str, object]) -> tuple[str, ...]:
    """Whom an act informs: the recipients of its definition, and the one it names."""
    named = fields.get("recipient")
    return (*(action.tells if action else ()), *([named] if isinstance(named, str) else ()))
