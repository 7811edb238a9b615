"""What must not get into a file: control characters, which break it, and emoji, which no face has.

One pasted character must never block a statutory report: it is left out, and what was visible is
told to whoever writes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069"
    "\ufeff\ufff0-\uffff\ud800-\udfff]"
)
"""Control characters, zero-width marks, marks that turn the writing direction, and half pairs."""
JOINERS = "\u200c\u200d\ufe00-\ufe0f\u20e3\U000e0020-\U000e007f"
EMOJI = re.compile(f"[\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff{JOINERS}]")
"""Pictures and what joins them; those that GB 2312 knows (★ ♀) stay."""


@dataclass(frozen=True, slots=True)
class Stripped:
    """Which visible signs were left out of which value."""

    name: str
    signs: str


def clean(text: str) -> tuple[str, str]:
    """The text as it may be printed, and the visible signs that were left out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    kept = INVISIBLE.sub("", lines)
    if kept.isascii():
        return kept, ""
    left_out: list[str] = []

    def without(found: re.Match[str]) -> str:
        sign = found[0]
        if _in_gb2312(sign):
            return sign
        left_out.append(sign)
        return ""

    kept = EMOJI.sub(without, kept)
    return kept, "".join(sign for sign in left_out if not re.match(f"[{JOINERS}]", sign))


def clean_values(values: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[Stripped, ...]]:
    """All values as they may be printed, and what was left out of which."""
    notices: list[Stripped] = []
    kept = {name: _cleaned(name, value, notices) for name, value in values.items()}
    return kept, tuple(notices)


def _cleaned(name: str, value: Any, notices: list[Stripped]) -> Any:
    if isinstance(value, str):
        text, signs = clean(value)
        if signs:
            notices.append(Stripped(name, signs))
        return text
    if isinstance(value, Mapping):
        return {key: _cleaned(name, one, notices) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_cleaned(name, one, notices) for one in value]
    return value


def _in_gb2312(sign: str) -> bool:
    try:
        sign.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
