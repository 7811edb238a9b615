"""Ask a server over HTTP, and keep addresses out of words and logs: their keys are our secrets."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3

from casework.notifications.channels.answers import failed
from casework.notifications.channels.base import Answer, Fault
from casework.notifications.channels.network import broken, causes

MOST_READ = 65_536
"""More of an answer is not read."""
LONGEST_WAIT = 86_400.0
_MUCH = 8_192
_PAGE = re.compile(r"<(!doctype|html|head|body)\b", re.IGNORECASE)
_LATER = frozenset({408, 425})

# It writes the path of every request, and in warnings the whole address, both with the key.
logging.getLogger("urllib3").setLevel(logging.CRITICAL)


class Unusable(Exception):
    """No reply came; ``answer`` says why."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server said."""

    status: int
    line: str
    """Status and reason, such as ``HTTP 200 OK``."""
    text: str
    """The body, unless it is a page for people."""
    retry_after: float | None

    @property
    def data(self) -> Mapping[str, Any]:
        """The JSON object in the body; empty if there is none."""
        try:
            found = json.loads(self.text)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    @property
    def words(self) -> str:
        """All of it in one line."""
        return f"{self.line}: {self.text}" if self.text.strip() else self.line

    def refusal(self, secrets: Iterable[str] = ()) -> Answer | None:
        """The answer if HTTP itself says no; None if the status is 2xx."""
        if 200 <= self.status < 300:
            return None
        if 300 <= self.status < 400:
            words = f"{self.line}: redirects are not followed"
            return failed(Fault.REFUSED, words, secrets)
        return failed(self._fault(), self.words, secrets, retry_after=self.retry_after)

    def _fault(self) -> Fault:
        if self.status == 429:
            return Fault.LIMITED
        if self.status == 407:
            return Fault.MISCONFIGURED
        later = self.status >= 500 or self.status in _LATER
        return Fault.TRANSIENT if later else Fault.REFUSED


class Line:
    """Connections that stay open between letters."""

    def __init__(self, timeout: float) -> None:
        self._timeout = timeout
        self._session = requests.Session()
        self._session.headers["User-Agent"] = "Casework"

    def ask(
        self, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """GET, or POST what is given as JSON. Follows no redirect.

        Raises:
            Unusable: when there was no reply.
        """
        try:
            with self._session.request(
                "GET" if body is None else "POST",
                url,
                data=body,
                headers={"Content-Type": "application/json; charset=utf-8", **(headers or {})},
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                return self._reply(response)
        except (requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema, ValueError):
            answer = failed(Fault.MISCONFIGURED, "the address cannot be used", reached=False)
        except requests.exceptions.ConnectTimeout:
            answer = failed(Fault.TRANSIENT, "no answer in time", reached=False)
        except requests.exceptions.Timeout:
            answer = failed(Fault.TRANSIENT, "no answer in time")
        except requests.exceptions.RequestException as error:
            begun = any(isinstance(c, urllib3.exceptions.ProtocolError) for c in causes(error))
            answer = broken(error, reached=begun)
        raise Unusable(answer)

    def close(self) -> None:
        """End all connections."""
        self._session.close()

    def _reply(self, response: requests.Response) -> Reply:
        text = _body(response, time.monotonic() + self._timeout)
        return Reply(
            status=response.status_code,
            line=f"HTTP {response.status_code} {response.reason or ''}".rstrip(),
            text="" if _PAGE.search(text) else text,
            retry_after=_seconds(response.headers.get("Retry-After", "")),
        )


def host_of(url: str) -> str:
    """Host and port of an address, without user, path and query; empty if there is none."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname}{port}" if parts.hostname else ""


def _body(response: requests.Response, until: float) -> str:
    """The beginning of the body; the status stands, even if reading breaks."""
    data = b""
    try:
        while len(data) < MOST_READ and time.monotonic() < until:
            piece = response.raw.read1(_MUCH, decode_content=True)
            if not piece:
                break
            data += piece
    except (urllib3.exceptions.HTTPError, OSError):
        pass
    return data[:MOST_READ].decode("utf-8", "replace")


def _seconds(text: str) -> float | None:
    """A Retry-After header: seconds, or the date of another machine's clock."""
    if text.strip().isascii() and text.strip().isdigit():
        return min(float(text), LONGEST_WAIT)
    try:
        left = parsedate_to_datetime(text).timestamp() - time.time()
    except ValueError:
        return None
    return min(max(left, 0.0), LONGEST_WAIT)
