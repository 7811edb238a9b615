"""Checks of what was entered as an address, shared by the channels."""

from __future__ import annotations

import re
from collections.abc import Iterable

from casework.notifications.channels.base import Address, Field
from casework.text import N_, Text

MISSING = N_("This is missing.")
TOO_LONG = N_("At most %(most)s characters.")
NO_SPACES = N_("No spaces or line breaks in it.")
KEY_ONLY = N_("Enter the key alone, not the whole address.")
NO_KEY = N_("Only letters, digits, - and _ are in such a key.")
MOST = 500
_KEY = re.compile(r"[A-Za-z0-9_-]+")


def missing(fields: Iterable[Field], address: Address) -> list[tuple[str, Text]]:
    """Fields that were left empty although required, and values that cannot be meant."""
    faults: list[tuple[str, Text]] = []
    for field in fields:
        value = address.get(field.name, "")
        if not value:
            if field.required:
                faults.append((field.name, Text(MISSING)))
        elif len(value) > MOST:
            faults.append((field.name, Text(TOO_LONG, {"most": MOST})))
        elif not value.isprintable() or any(character.isspace() for character in value):
            faults.append((field.name, Text(NO_SPACES)))
    return faults


def not_a_key(name: str, value: str) -> list[tuple[str, Text]]:
    """Robots show an address that ends with their key; people like to enter all of it."""
    if "/" in value or "=" in value:
        return [(name, Text(KEY_ONLY))]
    return [] if _KEY.fullmatch(value) else [(name, Text(NO_KEY))]
