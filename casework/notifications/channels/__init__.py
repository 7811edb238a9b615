"""The ways to reach people outside of the system, one file each. Pure sending: no database."""

from __future__ import annotations

from casework.notifications.channels.base import (
    Address,
    Answer,
    Channel,
    Fault,
    Field,
    Ground,
    Letter,
    Sender,
)

__all__ = ["Address", "Answer", "Channel", "Fault", "Field", "Ground", "Letter", "Sender"]
