"""The files of events in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.services.evidence.kinds import KINDS
from casework.services.evidence.linking import FILES
from casework.text import N_, Text

ONE_FILE = N_("%(kind)s (%(type)s), %(size)s, SHA-256 %(hash)s…")
WAITING = N_("File no. %(id)s")
SHORT = 12
"""How many digits of a hash tell two files apart at a glance."""


def in_words(data: Mapping[str, Any]) -> dict[str, Text]:
    """The files an event carries, by field: kind, size and the beginning of the hash."""
    return {name: _words(facts) for name, facts in data.get(FILES, {}).items()}


def ids(data: Mapping[str, Any]) -> tuple[int, ...]:
    """The rows of the files an event carries."""
    return tuple(data["fields"][name] for name in data.get(FILES, {}))


def size_words(size: int) -> str:
    """A size as people read it."""
    return f"{size / 1024**2:.1f} MB" if size >= 1024**2 else f"{max(1, round(size / 1024))} KB"


def _words(facts: Mapping[str, Any]) -> Text:
    kind = KINDS[facts["media_type"]]
    params = {
        "kind": Text(kind.label),
        "type": kind.ending.upper(),
        "size": size_words(facts["size"]),
        "hash": facts["sha256"][:SHORT],
    }
    return Text(ONE_FILE, params)
