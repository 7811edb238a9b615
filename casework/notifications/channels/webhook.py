"""A signed webhook: the door for SMS gateways and platforms of the administration.

``docs/webhook.md`` is the contract with whoever receives.
"""

from __future__ import annotations

import contextlib
import hmac
import ipaddress
import json
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from casework.notifications.channels.answers import (
    accepted,
    failed,
    never_raises,
    pieces_of,
    secrets_of,
)
from casework.notifications.channels.base import Address, Answer, Fault, Field, Ground, Letter
from casework.notifications.channels.checking import missing
from casework.notifications.channels.cutting import clean, one_line
from casework.notifications.channels.http import Line, Unusable, host_of
from casework.text import N_, Text

SHORTEST_SECRET = 16
_NO_URL = N_("An address that begins with https:// or http://, without a password in it.")
_SHORT = N_("At least %(least)s characters: a long random word.")
_ASCII = N_("Only letters, digits and signs of ASCII.")


@dataclass(frozen=True)
class Webhook:
    """A program of somebody else."""

    kind: str = "webhook"
    label: str = N_("Webhook (signed)")
    fields: tuple[Field, ...] = (
        Field("url", N_("Address"), secret=True, hint=N_("Redirects are not followed.")),
        Field(
            "secret",
            N_("Signing secret"),
            secret=True,
            hint=N_("The receiver checks with it that a message is genuine."),
        ),
    )
    per_minute: int | None = None
    longest: int | None = None
    personal: bool = False

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered."""
        faults = missing(self.fields, address)
        wrong = {name for name, _ in faults}
        if "url" not in wrong and not _usable(address["url"]):
            faults.append(("url", Text(_NO_URL)))
        secret = address.get("secret", "")
        if "secret" not in wrong and len(secret) < SHORTEST_SECRET:
            faults.append(("secret", Text(_SHORT, {"least": SHORTEST_SECRET})))
        elif not secret.isascii():
            faults.append(("secret", Text(_ASCII)))
        return faults

    def transport(self, address: Address, ground: Ground) -> str:
        """Each receiver fails for itself."""
        return f"{self.kind}:{host_of(address.get('url', ''))}"

    @contextlib.contextmanager
    def open(self, ground: Ground) -> Iterator[WebhookSender]:
        """A sender for all receivers."""
        line = Line(ground.timeout)
        try:
            yield WebhookSender(self, line)
        finally:
            line.close()


class WebhookSender:
    """Posts letters as JSON."""

    def __init__(self, channel: Webhook, line: Line) -> None:
        self._channel = channel
        self._line = line

    @never_raises
    def send(self, address: Address, letter: Letter) -> Answer:
        """Post one letter; any 2xx means that it was taken."""
        if self._channel.check(address) or not _public(address["url"]):
            return failed(Fault.MISCONFIGURED, "the address cannot be used", reached=False)
        body, at = body_of(letter), str(int(time.time()))
        headers = {
            "X-Casework-Id": one_line(letter.uid),
            "X-Casework-Timestamp": at,
            "X-Casework-Signature": sign(address["secret"], at, body),
        }
        try:
            reply = self._line.ask(address["url"], body, headers)
        except Unusable as error:
            return error.answer
        secrets = (*secrets_of(self._channel.fields, address), *pieces_of(address["url"]))
        return reply.refusal(secrets) or accepted(reply.words, secrets)


def body_of(letter: Letter) -> bytes:
    """The JSON that is signed and sent."""
    payload = {
        "id": letter.uid,
        "subject": one_line(letter.subject),
        "body": clean(letter.body),
        "url": letter.url,
        "level": letter.level,
        "at": letter.at.isoformat().replace("+00:00", "Z"),
        "data": dict(letter.data),
    }
    return json.dumps(payload, ensure_ascii=False).encode()


def sign(secret: str, at: str, body: bytes) -> str:
    """The value of X-Casework-Signature."""
    return f"sha256={hmac.digest(secret.encode(), f'{at}.'.encode() + body, 'sha256').hex()}"


def _usable(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    plain = parts.scheme in {"http", "https"} and not parts.username and not parts.password
    return plain and bool(parts.hostname) and port != 0 and url.isascii()


def _public(url: str) -> bool:
    """False for addresses that no receiver has: a cloud's own keys lie behind a link-local one."""
    try:
        found = socket.getaddrinfo(urlsplit(url).hostname, None, type=socket.SOCK_STREAM)
    except OSError:
        return True  # the connection will say what is wrong
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    return not any(one.is_link_local or one.is_multicast for one in addresses)
