"""Reading requests: strict JSON and query strings, faults as sentences at their field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser

from casework.services.timeline import instant_text
from casework.text import N_, Text
from casework.workflows.forms import (
    NOT_BOOLEAN,
    NOT_INSTANT,
    NOT_INTEGER,
    NOT_LIST,
    NOT_TEXT,
    REQUIRED,
)

LARGEST = 2**53 - 1
ID = f"<int(min=1, max={LARGEST}):"
NOT_EXPECTED = N_("There is no such entry here.")
NOT_WHOLE = N_("Give a whole number here.")
NOT_OBJECT = N_("Give a JSON object here.")
CONTROLS = N_("There are control characters in this text.")

SENTENCES = {
    "Missing data for required field.": REQUIRED,
    "Field may not be null.": REQUIRED,
    "Unknown field.": NOT_EXPECTED,
    "Not a valid string.": NOT_TEXT,
    "Not a valid integer.": NOT_WHOLE,
    "Not a valid boolean.": NOT_BOOLEAN,
    "Not a valid list.": NOT_LIST,
    "Not a valid datetime.": NOT_INSTANT,
    "Not a valid aware datetime.": NOT_INSTANT,
    "Not a valid mapping type.": NOT_OBJECT,
    "Invalid input type.": NOT_OBJECT,
}
"""What marshmallow says, as sentences of ours, which are translated."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


class StrictParser(FlaskParser):
    """Unknown keys are faults in the query string, too."""

    DEFAULT_UNKNOWN_BY_LOCATION = {**FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION, "query": RAISE}


class StrictBlueprint(Blueprint):
    """A blueprint whose arguments are read strictly."""

    ARGUMENTS_PARSER = StrictParser()


class Strict(Schema):
    """A request: unknown keys are faults; what is wrong is said in our words."""

    class Meta:
        unknown = RAISE

    def handle_error(self, error: ValidationError, data: Any, **kwargs: Any) -> None:
        """Put marshmallow's words into ours."""
        error.messages = _ours(error.messages)


class Instant(fields.AwareDateTime):
    """An instant with its offset; written as UTC with ``Z``."""

    def _serialize(self, value: datetime | None, attr: Any, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else instant_text(value)


def whole(**options: Any) -> fields.Integer:
    """A row id or another number that fits the database."""
    least, most = options.pop("least", 1), options.pop("most", LARGEST)

    def within(value: int) -> None:
        if not least <= value <= most:
            raise ValidationError([Text(NOT_INTEGER, {"least": least, "most": most})])

    return fields.Integer(strict=options.pop("strict", True), validate=within, **options)


def no_controls(value: str) -> None:
    """Refuse what no database and no person can read."""
    if _CONTROL.search(value):
        raise ValidationError([Text(CONTROLS)])


def _ours(messages: Any) -> Any:
    if isinstance(messages, Mapping):
        return {name: _ours(inner) for name, inner in messages.items()}
    if isinstance(messages, list):
        return [_ours(one) for one in messages]
    known = isinstance(messages, str) and messages in SENTENCES
    return Text(SENTENCES[messages]) if known else messages
