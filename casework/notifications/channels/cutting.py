"""Put a letter into the room that a channel has."""

from __future__ import annotations

import re

from casework.notifications.channels.base import Letter

_NEVER = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters but for tabulator and line end, and halves of characters (Cc and Cs)."""


def one_line(text: str) -> str:
    """The text without line breaks and control characters: headers, subjects."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """The text with plain line ends, and without what no channel can carry."""
    return _NEVER.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def text_of(letter: Letter) -> str:
    """The body, and the link on a line of its own unless the body has it."""
    body = clean(letter.body).rstrip("\n")
    return body if not letter.url or letter.url in body else f"{body}\n{letter.url}"


def whole_of(letter: Letter) -> str:
    """Subject, body and link: all that a channel without subjects has to say."""
    return f"{one_line(letter.subject)}\n{text_of(letter)}"


def cut(text: str, longest: int | None, letter: Letter) -> str:
    """The text in at most ``longest`` UTF-8 bytes.

    What is too long ends at the last line end that leaves at least half of the room used, else
    inside the line, never inside a character; a last line then says so and has the letter's link.
    """
    data = text.encode()
    if longest is None or len(data) <= longest:
        return text
    last = f"{one_line(letter.cut)} {letter.url}".rstrip()
    room = longest - len(last.encode()) - 1
    if room < 0:
        return data[:longest].decode(errors="ignore")
    end = data.rfind(b"\n", 0, room + 1)
    head = data[: end if end >= room // 2 else room]
    return f"{head.decode(errors='ignore')}\n{last}"
