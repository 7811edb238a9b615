"""Cells that hold one or several of known words."""

from __future__ import annotations

from collections.abc import Mapping

from casework.importing import cells
from casework.importing.columns import Read, Value, plain
from casework.importing.faults import NOT_KNOWN, BadCell
from casework.text import Text


def choice(choices: Mapping[str, str]) -> Read:
    """A reader of one of these identifiers, by itself or by any of its words."""
    known = {
        plain(word): name for name, words in choices.items() for word in (name, *words.split())
    }
    first = "、".join(words.split()[0] for words in choices.values())

    def read(value: object) -> Value:
        words = cells.text(value)
        if words and plain(words) not in known:
            raise BadCell(Text(NOT_KNOWN, {"value": words[:40], "choices": first}))
        return known[plain(words)] if words else ""

    return read


def several(choices: Mapping[str, str]) -> Read:
    """A reader of one or several identifiers in a cell, kept with commas between them."""
    one = choice(choices)

    def read(value: object) -> Value:
        words = cells.text(value)
        for mark in "、;/|":
            words = words.replace(mark, ",")
        found = [str(one(part)) for part in words.split(",") if part.strip()]
        return ",".join(dict.fromkeys(found))

    return read
