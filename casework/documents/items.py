"""Short ways to declare the items of a kind; the catalogue reads like its field lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.documents.kinds import Column, Item, ItemType


def line(name: str, label: str, printed: str, **more: Any) -> Item:
    """One line of words."""
    return Item(name, label, printed, ItemType.LINE, **more)


def text(name: str, label: str, printed: str, **more: Any) -> Item:
    """One or more paragraphs."""
    return Item(name, label, printed, ItemType.TEXT, **more)


def number(name: str, label: str, printed: str, **more: Any) -> Item:
    """A whole number."""
    return Item(name, label, printed, ItemType.INTEGER, **more)


def day(name: str, label: str, printed: str, **more: Any) -> Item:
    """A calendar day."""
    return Item(name, label, printed, ItemType.DATE, **more)


def instant(name: str, label: str, printed: str, **more: Any) -> Item:
    """A moment, printed to the minute in 24 hours."""
    return Item(name, label, printed, ItemType.DATETIME, **more)


def choice(name: str, label: str, printed: str, words: Mapping[str, str], **more: Any) -> Item:
    """One of a list of codes."""
    return Item(name, label, printed, ItemType.CHOICE, words=words, **more)


def choices(name: str, label: str, printed: str, words: Mapping[str, str], **more: Any) -> Item:
    """Several of a list of codes."""
    return Item(name, label, printed, ItemType.CHOICES, words=words, **more)


def lines(name: str, label: str, printed: str, **more: Any) -> Item:
    """A list of names or short lines."""
    return Item(name, label, printed, ItemType.LIST, **more)


def table(name: str, label: str, printed: str, *columns: Column, **more: Any) -> Item:
    """A list of rows with these columns."""
    return Item(name, label, printed, ItemType.TABLE, columns=columns, **more)
