"""The ways to reach people outside of the system, one file each. Pure sending: no database."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from casework.notifications.channels import alarms
from casework.notifications.channels.apprise import Apprise
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
from casework.notifications.channels.dingtalk import DingTalk
from casework.notifications.channels.email import Email
from casework.notifications.channels.feishu import Feishu
from casework.notifications.channels.webhook import Webhook
from casework.notifications.channels.wecom import WeCom
from casework.notifications.channels.wecom_app import WeComApp

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
    "alarms",
    "check_alarm",
]

_ALL: tuple[Channel, ...] = (
    Email(),
    WeComApp(),
    WeCom(),
    DingTalk(),
    Feishu(),
    Webhook(),
    Apprise(),
)
CHANNELS: Mapping[str, Channel] = MappingProxyType({channel.kind: channel for channel in _ALL})
"""Kind -> channel, in the order in which forms offer them."""


def check_alarm(url: str) -> str:
    """What is wrong with an alarm address, in English, without repeating it; empty if nothing."""
    kind, address = alarms.addressed(url)
    faults = CHANNELS[kind].check(address)
    return f"{faults[0][0]}: {faults[0][1]}" if faults else ""
