"""The form of a document: from its values to what is typed, and back to raw values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from werkzeug.datastructures import MultiDict

from casework.clock import LOCAL
from casework.documents.kinds import UNKNOWN, Item, ItemType
from casework.services.documents.values import Values
from casework.web import forms

BLANK_ROWS = 2
"""How many empty lines follow the lines of a table."""
MOST_ROWS = 60
"""More lines than this are shown and not written: they come from elsewhere."""


def typed(items: Iterable[Item], values: Values) -> forms.Typed:
    """The values as a browser would send them, so that a form is shown the same way twice."""
    found: MultiDict[str, str] = MultiDict()
    for item in items:
        value = values.get(item.name)
        if value == UNKNOWN and item.unknown and UNKNOWN not in item.words:
            found.add(f"{item.name}.unknown", UNKNOWN)
        elif value is not None:
            _WRITE.get(item.type, _plain)(found, item, value)
    return found


def read(
    items: Iterable[Item], given: Mapping[str, str], locked: Iterable[str]
) -> dict[str, object]:
    """The raw values of a whole form; what was left empty is None."""
    sent = given if isinstance(given, MultiDict) else MultiDict(given)
    closed = frozenset(locked)
    return {item.name: _value(item, sent) for item in items if item.name not in closed}


def rows(item: Item, sent: forms.Typed) -> list[dict[str, str]]:
    """The lines of a table as they were typed, with empty ones after them."""
    found = _rows(item, sent)
    return [*found, *({column.name: "" for column in item.columns} for _ in range(BLANK_ROWS))]


def _value(item: Item, sent: forms.Typed) -> object:
    if sent.get(f"{item.name}.unknown"):
        return UNKNOWN
    if item.type is ItemType.TABLE:
        lines = [row for row in _rows(item, sent) if any(row.values())]
        return lines or ([] if item.none else None)
    if item.type is ItemType.CHOICES:
        chosen = sent.getlist(item.name)
        return chosen or ([] if item.none else None)
    text = sent.get(item.name, "")
    if item.type is ItemType.LIST:
        return [line for line in text.splitlines() if line.strip()] or None
    return _READ.get(item.type, str)(text) if text.strip() else None


def _rows(item: Item, sent: forms.Typed) -> list[dict[str, str]]:
    count = min(forms.whole(sent.get(f"{item.name}.rows")) or 0, 500)
    return [
        {
            column.name: sent.get(f"{item.name}.{place}.{column.name}", "").strip()
            for column in item.columns
        }
        for place in range(count)
    ]


def _plain(found: forms.Typed, item: Item, value: object) -> None:
    found.add(item.name, str(value))


def _boolean(found: forms.Typed, item: Item, value: object) -> None:
    found.add(item.name, str(value).lower())


def _instant(found: forms.Typed, item: Item, value: object) -> None:
    if isinstance(value, datetime):
        found.add(item.name, f"{value.astimezone(LOCAL):%Y-%m-%dT%H:%M}")


def _day(found: forms.Typed, item: Item, value: object) -> None:
    if isinstance(value, date):
        found.add(item.name, value.isoformat())


def _lines(found: forms.Typed, item: Item, value: object) -> None:
    if isinstance(value, list):
        found.add(item.name, "\n".join(map(str, value)))


def _chosen(found: forms.Typed, item: Item, value: object) -> None:
    if isinstance(value, list):
        found.setlist(item.name, [str(one) for one in value])


def _table(found: forms.Typed, item: Item, value: object) -> None:
    lines = value if isinstance(value, list) else []
    found.add(f"{item.name}.rows", str(len(lines)))
    for place, row in enumerate(lines):
        for column in item.columns:
            found.add(f"{item.name}.{place}.{column.name}", str(row.get(column.name, "")))


def _at(text: str) -> object:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)


def _number(text: str) -> object:
    number = forms.whole(text)
    return text if number is None else number


_WRITE: dict[ItemType, Callable[[forms.Typed, Item, object], None]] = {
    ItemType.BOOLEAN: _boolean,
    ItemType.DATETIME: _instant,
    ItemType.DATE: _day,
    ItemType.LIST: _lines,
    ItemType.CHOICES: _chosen,
    ItemType.TABLE: _table,
}
_READ: dict[ItemType, Callable[[str], object]] = {
    ItemType.BOOLEAN: lambda text: {"true": True, "false": False}.get(text, text),
    ItemType.INTEGER: _number,
    ItemType.DATETIME: _at,
}
