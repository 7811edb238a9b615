"""Forms as data: from the fields of a definition to checked values, the same for page and API.

A form is turned into a marshmallow schema once. Errors are :class:`casework.text.Text`, one list
per field, so that each door shows them at the field and in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from marshmallow import Schema, ValidationError, fields

from casework.clock import LOCAL
from casework.errors import Invalid
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN
from casework.workflows.definition import Field, FieldType

MAX_TEXT = 20_000
TOLERANCE = timedelta(minutes=2)
"""How far a phone's clock may run ahead before an instant counts as the future."""

REQUIRED = N_("This entry is missing.")
NOT_TEXT = N_("Write words here.")
TOO_LONG = N_("At most %(most)s characters fit here.")
CONTROL = N_(
    "There are invisible control characters in this text (at place %(place)s). Remove them."
)
NOT_CHOICE = N_("“%(value)s” is not one of the choices: %(choices)s.")
NOT_BOOLEAN = N_("Answer yes or no.")
NOT_INTEGER = N_("Enter a whole number from %(least)s to %(most)s.")
NOT_INSTANT = N_("Enter a date and a time with its offset, such as 2026-09-21T10:20:00+08:00.")
NOT_DATE = N_("Enter a date, such as 2026-09-21.")
FUTURE = N_("This time lies in the future.")
NOT_LIST = N_("Give a list here.")
NOT_NUMBER = N_("This is not a case number.")
UNEXPECTED = N_("This entry does not belong to this step.")

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""What cannot be seen but changes what is read: control codes, writing directions, half pairs."""
_NUMBER = re.compile(r"[0-9]{4}-[A-Z]{2}-[0-9]{6,}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def clean_text(value: object) -> str:
    """Check one text: words without control characters, line ends unified, ends trimmed.

    Raises marshmallow's ValidationError carrying a Text.
    """
    if not isinstance(value, str):
        raise ValidationError([Text(NOT_TEXT)])
    text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
    found = _CONTROL.search(text)
    if found:
        raise ValidationError([Text(CONTROL, {"place": found.start() + 1})])
    if len(text) > MAX_TEXT:
        raise ValidationError([Text(TOO_LONG, {"most": MAX_TEXT})])
    return text


def one_line(value: object) -> object:
    """A heading has no line ends or tabs: each becomes a space."""
    return re.sub(r"[\r\n\t]+", " ", value) if isinstance(value, str) else value


def checked_text(name: str, value: object) -> str:
    """One text outside a form, checked like any other. Raises Invalid at ``name``."""
    try:
        return clean_text(value)
    except ValidationError as fault:
        raise Invalid({name: _texts(fault.messages)}) from None


def _fail(text: Text) -> ValidationError:
    return ValidationError([text])


def _text(field: Field, value: object) -> object:
    return clean_text(value)


def _choice(field: Field, value: object) -> object:
    for choice in field.choices:
        if str(choice.value) == str(value) and not isinstance(value, bool):
            return choice.value
    allowed = ", ".join(str(choice.value) for choice in field.choices)
    raise _fail(Text(NOT_CHOICE, {"value": str(value)[:40], "choices": allowed}))


def _many(field: Field, value: object, one: Callable[[Field, object], object]) -> object:
    if not isinstance(value, list | tuple):
        raise _fail(Text(NOT_LIST))
    unique = dict.fromkeys(one(field, item) for item in value)
    return list(unique)


def _multichoice(field: Field, value: object) -> object:
    return _many(field, value, _choice)


def _boolean(field: Field, value: object) -> object:
    if isinstance(value, bool):
        return value
    raise _fail(Text(NOT_BOOLEAN))


def _integer(field: Field, value: object) -> object:
    number = value if isinstance(value, int) and not isinstance(value, bool) else None
    if number is not None and field.minimum <= number <= field.maximum:
        return number
    raise _fail(Text(NOT_INTEGER, {"least": field.minimum, "most": field.maximum}))


def _datetime(field: Field, value: object) -> object:
    try:
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)  # type: ignore[arg-type]
    except (ValueError, TypeError):
        raise _fail(Text(NOT_INSTANT)) from None
    if instant.tzinfo is None or not 1900 < instant.year < 2200:
        raise _fail(Text(NOT_INSTANT))
    return instant


def _date(field: Field, value: object) -> object:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        raise _fail(Text(NOT_DATE))
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise _fail(Text(NOT_DATE)) from None


def _id(field: Field, value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**53:
        return value
    raise _fail(Text(NOT_INTEGER, {"least": 1, "most": 2**53 - 1}))


def _ids(field: Field, value: object) -> object:
    return _many(field, value, _id)


def _ids_or_one(field: Field, value: object) -> object:
    return _ids(field, value) if field.many else _id(field, value)


def _case(field: Field, value: object) -> object:
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return value.strip()
    raise _fail(Text(NOT_NUMBER))


_PARSE: dict[FieldType, Callable[[Field, object], object]] = {
    FieldType.TEXT: _text,
    FieldType.CHOICE: _choice,
    FieldType.MULTICHOICE: _multichoice,
    FieldType.BOOLEAN: _boolean,
    FieldType.INTEGER: _integer,
    FieldType.DATETIME: _datetime,
    FieldType.DATE: _date,
    FieldType.PERSON: _id,
    FieldType.PEOPLE: _ids,
    FieldType.UNIT: _ids_or_one,
    FieldType.CASE: _case,
    FieldType.USER: _ids_or_one,
    FieldType.FILE: _id,
}


class _Entry(fields.Field):  # type: ignore[type-arg]
    """A marshmallow field that reads one :class:`Field` of a definition."""

    def __init__(self, field: Field) -> None:
        super().__init__(required=False, allow_none=True)
        self.entry = field

    def _deserialize(self, value: object, attr: Any, data: Any, **kwargs: Any) -> object:
        if self.entry.unknown and value == UNKNOWN:
            return UNKNOWN
        return _PARSE[self.entry.type](self.entry, value)


@lru_cache(maxsize=256)
def schema(form: tuple[Field, ...]) -> Schema:
    """The marshmallow schema of a form; unknown keys are errors."""
    made = Schema.from_dict({field.name: _Entry(field) for field in form})
    instance = made(unknown="raise")
    instance.error_messages = {**instance.error_messages, "unknown": Text(UNEXPECTED)}  # type: ignore[dict-item]
    return instance


def load(form: tuple[Field, ...], raw: Mapping[str, object], now: datetime) -> dict[str, object]:
    """The checked values of a form without its blanks. Raises Invalid, every fault by field."""
    errors: dict[str, list[Text]] = {}
    given = {name: value for name, value in raw.items() if not _blank(value)}
    try:
        values: dict[str, object] = dict(schema(form).load(given))
    except ValidationError as fault:
        messages: Mapping[str, Any] = fault.normalized_messages()  # type: ignore[no-untyped-call]
        errors = {str(name): _texts(found) for name, found in messages.items()}
        values = dict(fault.valid_data or {})
    for field in form:
        if field.name in errors:
            continue
        if field.name in values:
            if not field.future and _ahead(values[field.name], now):
                errors[field.name] = [Text(FUTURE)]
        elif field.required and applies(field, values):
            errors[field.name] = [Text(REQUIRED)]
    if errors:
        raise Invalid(errors)
    return {name: value for name, value in values.items() if not _blank(value)}


def applies(field: Field, values: Mapping[str, object]) -> bool:
    """True when the field belongs to the form with these values given."""
    if field.only_if is None:
        return True
    given = values.get(field.only_if.field)
    chosen = given if isinstance(given, list) else [given]
    return any(value in field.only_if.values for value in chosen)


def _blank(value: object) -> bool:
    return value is None or value == "" or (isinstance(value, str) and not value.strip())


def _ahead(value: object, now: datetime) -> bool:
    if isinstance(value, datetime):
        return value > now + TOLERANCE
    return isinstance(value, date) and value > now.astimezone(LOCAL).date()


def _texts(found: object) -> list[Text]:
    items: Iterable[object] = found if isinstance(found, list) else [found]
    return [item if isinstance(item, Text) else Text(str(item)) for item in items]
