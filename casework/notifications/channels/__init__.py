"""The ways to reach people outside of the system, one file each. Pure sending: no database."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.notifications.channels.base import (
    CUT,
    Address,
    Answer,
    Channel,
    Fault,
    Field,
    Ground,
    Letter,
    Sender,
)
from casework.notifications.channels.email import Email

__all__ = [
    "CHANNELS",
    "CUT",
    "Address",
    "Answer",
    "Channel",
    "Fault",
    "Field",
    "Ground",
    "Letter",
    "Sender",
]

_ALL: tuple[Channel, ...] = (Email(),)
CHANNELS: Mapping[str, Channel] = MappingProxyType({channel.kind: channel for channel in _ALL})
"""Kind -> channel, in the order in which forms offer them."""
