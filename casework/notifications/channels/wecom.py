"""The robot of a WeCom group (企业微信群机器人)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from casework.notifications.channels.base import Address, Field
from casework.notifications.channels.robot import Codes, Robot
from casework.text import N_

TEXT_MOST = 2048
CODES = Codes(limited=frozenset({45009, 45033}), busy=frozenset({-1, 40014, 42001, 50001}))


class WeCom(Robot):
    """Text, not markdown: WeChat shows members without the app a markdown message as nothing."""

    kind = "wecom"
    label = N_("WeCom group robot")
    fields = (
        Field(
            "key",
            N_("Key"),
            secret=True,
            hint=N_("What stands behind key= in the robot's address."),
        ),
    )
    longest = TEXT_MOST
    codes = CODES

    def request(self, address: Address, text: str) -> tuple[str, Mapping[str, Any]]:
        """See https://developer.work.weixin.qq.com/document/path/91770."""
        key = quote(address["key"], safe="")
        return f"/cgi-bin/webhook/send?key={key}", {"msgtype": "text", "text": {"content": text}}
