"""The values of a document: checked when somebody enters them, kept as canonical JSON."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from casework.documents.kinds import UNKNOWN, Item, ItemType
from casework.errors import Invalid
from casework.text import N_, Text
from casework.workflows.forms import (
    NOT_BOOLEAN,
    NOT_DATE,
    NOT_INSTANT,
    NOT_LIST,
    NOT_TEXT,
    checked_text,
    one_line,
)

Values = dict[str, object]
NOT_CHOICE = N_("Choose one of the answers that are offered.")
NOT_NUMBER = N_("Enter a whole number.")
NOT_OF_KIND = N_("This entry does not belong to this document.")
MOST_ROWS = 500
TOO_MANY_ROWS = N_("At most %(most)s lines fit here.")
LARGEST = 10**12


def check(items: Iterable[Item], raw: Mapping[str, object]) -> Values:
    """The checked values of what was entered, without blanks. Raises Invalid, by name."""
    known = {item.name: item for item in items}
    errors: dict[str, list[Text]] = {name: [Text(NOT_OF_KIND)] for name in raw if name not in known}
    values: Values = {}
    for name, given in raw.items():
        if name in errors or given is None:
            continue
        try:
            value = _checked(known[name], given)
        except Invalid as fault:
            errors |= fault.errors
            continue
        if not blank(value) or (value == [] and known[name].none):
            values[name] = value
    if errors:
        raise Invalid(errors)
    return values


def blank(value: object) -> bool:
    """True when nothing is said."""
    return value is None or value in ("", [], ())


def encoded(values: Mapping[str, object]) -> dict[str, Any]:
    """The values as JSON holds them."""
    return {name: _plain(value) for name, value in values.items()}


def decoded(items: Iterable[Item], data: Mapping[str, Any]) -> Values:
    """The values back as the types of their items; what the kind no longer asks is left out."""
    types = {item.name: item.type for item in items}
    return {name: _typed(types[name], value) for name, value in data.items() if name in types}


def _plain(value: object) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(kind: ItemType, value: Any) -> object:
    if not isinstance(value, str) or value == UNKNOWN:
        return value
    if kind is ItemType.DATETIME:
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if kind is ItemType.DATE else value


def _checked(item: Item, value: object) -> object:
    if value == UNKNOWN and item.unknown:
        return UNKNOWN
    return _CHECKS[item.type](item, value)


def _fail(item: Item, sentence: str, **params: object) -> Invalid:
    return Invalid({item.name: [Text(sentence, params)]})


def _line(item: Item, value: object) -> object:
    return checked_text(item.name, one_line(value))


def _text(item: Item, value: object) -> object:
    return checked_text(item.name, value)


def _integer(item: Item, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST:
        return value
    raise _fail(item, NOT_NUMBER)


def _boolean(item: Item, value: object) -> object:
    if isinstance(value, bool):
        return value
    raise _fail(item, NOT_BOOLEAN)


def _date(item: Item, value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _fail(item, NOT_DATE) from None


def _datetime(item: Item, value: object) -> object:
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise _fail(item, NOT_INSTANT) from None
    if at.tzinfo is None:
        raise _fail(item, NOT_INSTANT)
    return at


def _choice(item: Item, value: object) -> object:
    if isinstance(value, str) and value in item.words:
        return value
    raise _fail(item, NOT_CHOICE)


def _choices(item: Item, value: object) -> object:
    return list(dict.fromkeys(_choice(item, one) for one in _listed(item, value)))


def _list(item: Item, value: object) -> object:
    lines = (checked_text(item.name, one_line(one)) for one in _listed(item, value))
    return [line for line in lines if line]


def _table(item: Item, value: object) -> object:
    """Rows by the names of the columns; a row without any word is no row."""
    rows = []
    for row in _listed(item, value):
        if not isinstance(row, Mapping) or set(row) - {column.name for column in item.columns}:
            raise _fail(item, NOT_TEXT)
        cells = {
            column.name: checked_text(item.name, row.get(column.name) or "")
            for column in item.columns
        }
        if any(cells.values()):
            rows.append(cells)
    return rows


def _listed(item: Item, value: object) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise _fail(item, NOT_LIST)
    if len(value) > MOST_ROWS:
        raise _fail(item, TOO_MANY_ROWS, most=MOST_ROWS)
    return list(value)


_CHECKS: dict[ItemType, Callable[[Item, object], object]] = {
    ItemType.LINE: _line,
    ItemType.TEXT: _text,
    ItemType.INTEGER: _integer,
    ItemType.DATE: _date,
    ItemType.DATETIME: _datetime,
    ItemType.BOOLEAN: _boolean,
    ItemType.CHOICE: _choice,
    ItemType.CHOICES: _choices,
    ItemType.LIST: _list,
    ItemType.TABLE: _table,
}
