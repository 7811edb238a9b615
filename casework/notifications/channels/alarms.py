"""The installation's own alarm addresses, written as Apprise writes them.

What Apprise would get wrong goes to the channel of its own: ``wecombot://KEY``,
``dingtalk://SECRET@KEY``, ``feishu://KEY`` or ``feishu://SECRET@KEY``.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from urllib.parse import unquote

from casework.notifications.channels.base import Address

_OWN = MappingProxyType({"wecombot": "wecom", "dingtalk": "dingtalk", "feishu": "feishu"})
_ROBOT = re.compile(r"(\w+)://(?:([^/?#@]+)@)?([^/?#@]+)/?", re.ASCII)
_BETWEEN = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z0-9]*://)")


def split(text: str) -> tuple[str, ...]:
    """Addresses between spaces, line breaks or commas; a comma inside an address stays there."""
    return tuple(part for part in _BETWEEN.split(text.strip(" \t\r\n,")) if part)


def addressed(url: str) -> tuple[str, Address]:
    """The kind of the channel for an alarm address, and the address there; unchecked."""
    robot = _ROBOT.fullmatch(url)
    kind = _OWN.get(robot.group(1).lower()) if robot else None
    if robot is None or kind is None:
        return "apprise", {"url": url}
    secret, key = unquote(robot.group(2) or ""), unquote(robot.group(3))
    return kind, {"key": key, "secret": secret} if secret else {"key": key}
