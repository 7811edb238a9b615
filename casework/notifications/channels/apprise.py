"""Everything else, by Apprise: some hundred services, each with its own form of address.

Apprise says yes or no and keeps the server's words to its log; they are read from there. Channels
that answer 200 with an error inside have files of their own here, since Apprise believes the 200.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apprise
from apprise.plugins.base import NotifyBase

from casework.notifications.channels.answers import accepted, failed, never_raises, pieces_of
from casework.notifications.channels.base import Address, Answer, Fault, Field, Ground, Letter
from casework.notifications.channels.checking import missing
from casework.notifications.channels.cutting import cut, one_line, text_of
from casework.text import N_, Text

OWN = frozenset({"wecombot", "wecom", "dingtalk", "feishu", "lark"})
"""Apprise takes any HTTP 200 of theirs for a delivery, refusals and rate limits included."""
LOCAL = frozenset(
    {"blink1", "dbus", "gio", "glib", "gnome", "kde", "macosx", "qt", "syslog", "windows"}
)
"""What is shown on the server's own screen is read by nobody."""
_BAD = N_("Apprise knows no such address.")
_OWN = N_("There is a channel of its own for this; use that one.")
_LOCAL = N_("This would stay on the server and reach nobody.")
_UNSAFE = N_("Certificates are always checked: leave out verify=no.")
_STATUS = re.compile(r"\berror=(\d{3})\b")
_DETAILS = "Response Details:"
# At level debug it tells whole addresses and the server's words. Both are for us alone.
_LOG = logging.getLogger("apprise")
_LOG.setLevel(logging.DEBUG)
_LOG.addHandler(logging.NullHandler())
_LOG.propagate = False
_ASSET = apprise.AppriseAsset(app_id="Casework", async_mode=False, storage_mode="memory")


@dataclass(frozen=True)
class Apprise:
    """A service that Apprise knows."""

    kind: str = "apprise"
    label: str = N_("Another service (Apprise)")
    fields: tuple[Field, ...] = (
        Field(
            "url",
            N_("Apprise address"),
            secret=True,
            hint=N_("As in Apprise's list of services, such as ntfys://host/topic."),
        ),
    )
    per_minute: int | None = None
    longest: int | None = None
    personal: bool = False

    def check(self, address: Address) -> list[tuple[str, Text]]:
        """What is wrong with an address as entered."""
        faults = missing(self.fields, address)
        if faults:
            return faults
        reason = _reason(address["url"])
        return [("url", Text(reason))] if reason else []

    def transport(self, address: Address, ground: Ground) -> str:
        """The service; its host only as a digest, since some services have a key there."""
        schema, _, rest = address.get("url", "").partition("://")
        host = re.split(r"[/?]", rest)[0].rpartition("@")[2]
        return f"{self.kind}:{schema.lower()}:{hashlib.sha256(host.encode()).hexdigest()[:12]}"

    @contextlib.contextmanager
    def open(self, ground: Ground) -> Iterator[AppriseSender]:
        """A sender; each letter makes its own connection."""
        yield AppriseSender(ground.timeout)


class AppriseSender:
    """Sends letters through the services of Apprise."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout

    @never_raises
    def send(self, address: Address, letter: Letter) -> Answer:
        """Send one letter, once."""
        url = address.get("url", "")
        plugin = None if _reason(url) else _plugin(url)
        if plugin is None:
            return failed(Fault.MISCONFIGURED, "the address cannot be used", reached=False)
        plugin.request_rate_per_sec = 0.0  # else it sleeps; the outbox keeps the limits
        plugin.retry = 0
        plugin.optional = False
        plugin.redirects = False
        plugin.socket_connect_timeout = plugin.socket_read_timeout = self._timeout
        service = apprise.Apprise(asset=_ASSET)
        service.add(plugin)
        title = one_line(letter.subject)
        # A service without titles puts the title before the body.
        room = plugin.body_maxlen - (0 if plugin.title_maxlen else len(title.encode()) + 2)
        result = service.notify(
            body=cut(text_of(letter), max(room, 0), letter),
            title=title,
            body_format="text",
            log_level=logging.DEBUG,
        )
        told = [(entry.level, entry.message) for entry in result.logs()]
        return _answer(bool(result), told, pieces_of(url))


def _plugin(url: str) -> NotifyBase | None:
    found = apprise.Apprise.instantiate(url, asset=_ASSET, suppress_exceptions=True)
    return found if isinstance(found, NotifyBase) else None


def _reason(url: str) -> str:
    """Why an address cannot be used; empty if it can."""
    plugin = _plugin(url)
    if plugin is None or not plugin.enabled:
        return _BAD
    kind = type(plugin)  # some plugins keep something else under this name in themselves
    schemas = {*_names(kind.protocol), *_names(kind.secure_protocol)}
    if schemas & OWN:
        return _OWN
    if schemas & LOCAL:
        return _LOCAL
    return "" if plugin.verify_certificate else _UNSAFE


def _names(given: str | Iterable[str] | None) -> Iterable[str]:
    return (given,) if isinstance(given, str) else given or ()


def _answer(ok: bool, told: list[tuple[str, str]], secrets: tuple[str, ...]) -> Answer:
    loud = [message for level, message in told if level not in {"DEBUG", "TRACE"}]
    words = " ".join((*loud, *_details(message for _, message in told)))
    if ok:
        return accepted(words or "sent", secrets)
    status = _STATUS.search(words)
    reached = "onnection error" not in words
    fault = _fault(int(status.group(1))) if status else Fault.TRANSIENT
    return failed(fault, words or "Apprise gave no reason", secrets, reached=reached)


def _details(messages: Iterable[str]) -> Iterator[str]:
    """Yield bodies of replies, which Apprise logs as Python bytes."""
    for message in messages:
        before, mark, after = message.partition(_DETAILS)
        if mark and not before:
            with contextlib.suppress(ValueError, SyntaxError):
                body = ast.literal_eval(after.strip())
                yield body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)


def _fault(status: int) -> Fault:
    if status == 429:
        return Fault.LIMITED
    return Fault.TRANSIENT if status >= 500 or status in {408, 425} else Fault.REFUSED
