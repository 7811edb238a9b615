"""The robot of a Feishu group (飞书自定义机器人)."""

from __future__ import annotations

import base64
import hmac
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from casework.notifications.channels.base import Address, Field
from casework.notifications.channels.robot import Codes, Robot
from casework.text import N_

CODES = Codes(code="code", words="msg", limited=frozenset({11232, 11233, 99991400}))


class Feishu(Robot):
    """One request may have 20 KB; the room left here is for JSON around the text and in it."""

    kind = "feishu"
    label = N_("Feishu group robot")
    fields = (
        Field(
            "key",
            N_("Key"),
            secret=True,
            hint=N_("What stands behind hook/ in the robot's address."),
        ),
        Field(
            "secret",
            N_("Signing secret"),
            secret=True,
            required=False,
            hint=N_("If “signature” is on in the robot's security settings."),
        ),
    )
    longest = 18_000
    codes = CODES

    def request(self, address: Address, text: str) -> tuple[str, Mapping[str, Any]]:
        """See https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""
        payload: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
        if secret := address.get("secret", ""):
            at = str(int(time.time()))
            payload |= {"timestamp": at, "sign": sign(secret, at)}
        return f"/open-apis/bot/v2/hook/{quote(address['key'], safe='')}", payload


def sign(secret: str, at: str) -> str:
    """The signature of an instant, in seconds: the key is what is signed, the message is empty."""
    return base64.b64encode(hmac.digest(f"{at}\n{secret}".encode(), b"", "sha256")).decode()
