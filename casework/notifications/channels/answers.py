"""Make answers whose words hold no secret of ours, whatever the server or a library said."""

from __future__ import annotations

import base64
import functools
import json
import logging
import re
import traceback
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, quote, quote_plus, unquote

from casework.notifications.channels.base import Address, Answer, Fault, Field, Letter

LONGEST_WORDS = 300
HIDDEN = "…"
SHORTEST_KEY = 6
"""Shorter parts of an address are words of a path, not keys."""

log = logging.getLogger(__name__)

_Send = Callable[[Any, Address, Letter], Answer]


def accepted(words: str, secrets: Iterable[str] = ()) -> Answer:
    """The server took the letter."""
    return Answer(True, plain(words, secrets))


def failed(
    fault: Fault,
    words: str,
    secrets: Iterable[str] = (),
    *,
    retry_after: float | None = None,
    reached: bool = True,
) -> Answer:
    """The letter did not go out."""
    return Answer(False, plain(words, secrets), fault, retry_after, reached)


def plain(words: str, secrets: Iterable[str] = ()) -> str:
    """One line of at most 300 characters, with every secret hidden in every spelling of it."""
    spellings = {spelling for secret in secrets if secret for spelling in _spellings(secret)}
    for spelling in sorted(spellings, key=len, reverse=True):
        words = re.sub(re.escape(spelling), HIDDEN, words, flags=re.IGNORECASE)
    line = " ".join("".join(_shown(character) for character in words).split())
    return line if len(line) <= LONGEST_WORDS else line[: LONGEST_WORDS - 1] + HIDDEN


def secrets_of(fields: Iterable[Field], address: Address) -> tuple[str, ...]:
    """The secret values of an address."""
    return tuple(address.get(field.name, "") for field in fields if field.secret)


def pieces_of(url: str) -> tuple[str, ...]:
    """An address and every part of it that could be a key: user, host, path, query."""
    query = url.partition("?")[2]
    parts = {value for _, value in parse_qsl(query)}
    parts |= {part for text in (url, unquote(url)) for part in re.split(r"[/:@?&=#,\s]", text)}
    return (url, query, *(part for part in parts if len(part) >= SHORTEST_KEY))


def never_raises(send: _Send) -> _Send:
    """Turn a fault of our own into an answer: one letter must not end the delivery of the others.

    Neither the text of the error nor its values are kept: they may hold an address with its key.
    """

    @functools.wraps(send)
    def guarded(sender: Any, address: Address, letter: Letter) -> Answer:
        try:
            return send(sender, address, letter)
        except Exception as error:
            kind = type(error).__name__
            frame = traceback.extract_tb(error.__traceback__)[-1]
            place = f"{frame.filename}:{frame.lineno}"
            log.error("sending broke", extra={"kind": kind, "place": place, "uid": letter.uid})
            return failed(Fault.TRANSIENT, f"Casework itself failed: {kind}")

    return guarded


@functools.lru_cache(maxsize=256)
def _spellings(secret: str) -> frozenset[str]:
    """How a secret may stand in an address, in JSON, or in the login of a mail server."""
    encoded = base64.b64encode(secret.encode("utf-8", "replace")).decode()
    return frozenset(
        {
            secret,
            quote(secret, errors="replace"),
            quote(secret, safe="", errors="replace"),
            quote_plus(secret, errors="replace"),
            json.dumps(secret)[1:-1],
            encoded,
            " ".join(secret.split()) or secret,
        }
    )


def _shown(character: str) -> str:
    """A character as it is, a blank instead of what moves the cursor or the direction of text."""
    return " " if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Zl", "Zp"} else character


_NAMED = re.compile(r"[\w.+-]+(?=@)")


def without_names(answer: str) -> str:
    """A server's words without the part of a mail address that names somebody."""
    return _NAMED.sub("…", answer)
