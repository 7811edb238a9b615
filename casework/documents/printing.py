"""How a value is printed in Chinese, and when it counts as missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from casework.documents.kinds import UNKNOWN, Item, ItemType, Kind
from casework.documents.words import YES_NO

UNKNOWN_WORDS = frozenset({UNKNOWN, "未知"})
Values = Mapping[str, Any]


def missing(kind: Kind, values: Values) -> list[Item]:
    """The required items without a value; 未知 is a value only where the item allows it."""
    return [i for i in kind.items if i.required and not i.of and not filled(i, values.get(i.name))]


def filled(item: Item, value: object) -> bool:
    """Whether this value may be printed for the item."""
    if isinstance(value, str):
        word = value.strip()
        return item.unknown if word in UNKNOWN_WORDS else bool(word)
    if isinstance(value, (list, tuple)):
        return bool(value) or bool(item.none)
    return value is not None


def day(value: date) -> str:
    """A day in Arabic figures, months and days without leading zeros."""
    return f"{value.year}年{value.month}月{value.day}日"


def day_or_room(value: date | None) -> str:
    """A day; in a draft that has none yet, the room for it."""
    return day(value) if value else "    年  月  日"


def moment(value: datetime, timezone: ZoneInfo) -> str:
    """A moment to the minute, in 24 hours."""
    if value.tzinfo is None:
        raise ValueError("only aware instants are printed")
    local = value.astimezone(timezone)
    return f"{day(local.date())}{local.hour}时{local.minute:02d}分"


def printed(item: Item, values: Values, timezone: ZoneInfo) -> str:
    """The value of an item in Chinese; empty if there is none."""
    value = values.get(item.of or item.name)
    if isinstance(value, str) and value.strip() in UNKNOWN_WORDS and item.unknown:
        return item.unknown_word
    if value is None or (isinstance(value, str) and not value.strip()):
        return ""
    if isinstance(value, (list, tuple)) and not value:
        return item.none
    return WRITERS[item.type](item, value, timezone)


def _number(item: Item, value: Any, _: ZoneInfo) -> str:
    return f"{value}{item.suffix}"


def _words(item: Item, value: Any, _: ZoneInfo) -> str:
    return item.words.get(value, str(value))


def _several(item: Item, value: Any, _: ZoneInfo) -> str:
    return "；".join(item.words.get(code, str(code)) for code in value)


WRITERS: Mapping[ItemType, Callable[[Item, Any, ZoneInfo], str]] = {
    ItemType.LINE: lambda item, value, zone: str(value).strip(),
    ItemType.TEXT: lambda item, value, zone: str(value).strip(),
    ItemType.INTEGER: _number,
    ItemType.DATE: lambda item, value, zone: day(value),
    ItemType.DATETIME: lambda item, value, zone: moment(value, zone),
    ItemType.BOOLEAN: lambda item, value, zone: YES_NO[bool(value)],
    ItemType.CHOICE: _words,
    ItemType.CHOICES: _several,
    ItemType.LIST: lambda item, value, zone: "、".join(str(one) for one in value),
}
"""How each type is written; tables are no words."""
