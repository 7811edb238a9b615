"""One cell made clean: what people type and what Excel makes of it, as text, code or day."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from casework.importing.faults import (
    EXCEL_ERROR,
    LONG,
    NOT_CODE,
    NOT_DAY,
    NOT_LOGIN,
    NOT_REGION,
    ROUNDED,
    BadCell,
)
from casework.text import Text

LONGEST_NAME = 80
EXACT = 10**15
"""From here on Excel keeps no longer every digit of a number."""
EPOCH = date(1899, 12, 30)
SERIALS = range(15_000, 80_000)
"""Excel's numbers for days between 1941 and 2119."""

_ERRORS = re.compile(r"#(?:N/A|REF!|VALUE!|NAME\?|DIV/0!|NUM!|NULL!)")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?[eE]\+\d{1,3}")
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*", re.ASCII)
_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?", re.ASCII)
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+(?: [\u3400-\u9fff·]+)*")
_DAY = re.compile(
    r"(\d{4})\s*[年/.\-]\s*(\d{1,2})\s*[月/.\-]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?"
)
_ORDINARY = re.compile(r"[ -~\u4e00-\u9fff]*")
"""Text in which nothing is hidden and nothing is full-width: most cells by far."""
_REGION = re.compile(r"\d{2}(?:\d{2}){0,2}", re.ASCII)
_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_SPACES = frozenset("\t\n\r\v\f\x85\u2028\u2029")


def text(value: object) -> str:
    """Any cell as one line of text: NFKC, nothing hidden, single spaces. Raises BadCell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, int | float):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return _moment(value)
    words = clean(str(value))
    if _ERRORS.fullmatch(words):
        raise BadCell(Text(EXCEL_ERROR, {"value": words}))
    return words


def clean(raw: str) -> str:
    """Text in its plain form: full-width becomes half-width, hidden characters go."""
    if _ORDINARY.fullmatch(raw):
        return " ".join(raw.split())
    spaced = "".join(" " if c in _SPACES else c for c in raw)
    plain = unicodedata.normalize("NFKC", spaced)
    shown = "".join(c for c in plain if unicodedata.category(c) not in _HIDDEN)
    return " ".join(unicodedata.normalize("NFKC", shown).split())


def name(value: object) -> str:
    """A name; spaces that only align Chinese names go (张　三). Raises BadCell."""
    words = text(value)
    if _HAN.fullmatch(words):
        words = words.replace(" ", "")
    return _bounded(words, LONGEST_NAME)


def code(value: object) -> str:
    """A number or code that identifies something, in capitals. Raises BadCell."""
    return _bounded(_identifier(value).upper(), 64)


def unit_code(value: object) -> str:
    """The code of a unit, letters as they are. Raises BadCell."""
    return _bounded(_identifier(value), 41)


def login(value: object) -> str:
    """A login, in small letters. Raises BadCell."""
    words = _digits(value).lower()
    if words and not _LOGIN.fullmatch(words):
        raise BadCell(Text(NOT_LOGIN, {"value": words[:64]}))
    return words


def region(value: object) -> str:
    """A region code of GB/T 2260. Raises BadCell."""
    words = _digits(value)
    if words and not _REGION.fullmatch(words):
        raise BadCell(Text(NOT_REGION))
    return words


def day(value: object) -> date | None:
    """A day: a date of Excel, its serial number, or one of the usual spellings. Raises BadCell."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    words = text(value)
    if not words:
        return None
    try:
        return _day(words)
    except ValueError:
        raise BadCell(Text(NOT_DAY, {"value": words[:64]})) from None


def _day(words: str) -> date:
    if found := _DAY.fullmatch(words):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if not (words.isascii() and words.isdigit()):
        raise ValueError(words)
    if len(words) == len("20260901"):
        return date(int(words[:4]), int(words[4:6]), int(words[6:]))
    if int(words) in SERIALS:
        return EPOCH + timedelta(days=int(words))
    raise ValueError(words)


def _number(value: float) -> str:
    """A number as it was typed, a whole one without a point. Raises BadCell if digits are lost."""
    if value != value or abs(value) >= EXACT:
        raise BadCell(Text(ROUNDED))
    return str(int(value)) if value == int(value) else str(value)


def _moment(value: datetime | date | time) -> str:
    if isinstance(value, datetime) and value.time() == time(0):
        return value.date().isoformat()
    return value.isoformat()


def _digits(value: object) -> str:
    """Text of an identifier: no inner spaces, no traces of how Excel was made to keep it."""
    words = text(value).replace(" ", "")
    if words.startswith('="') and words.endswith('"'):
        words = words[2:-1]
    words = words.lstrip("'‘’`")
    if _SCIENTIFIC.fullmatch(words):
        raise BadCell(Text(ROUNDED))
    whole, point, zeros = words.partition(".")
    return whole if point and whole.isdigit() and not zeros.strip("0") else words


def _identifier(value: object) -> str:
    words = _digits(value)
    if words and not _CODE.fullmatch(words):
        raise BadCell(Text(NOT_CODE, {"value": words[:64]}))
    return words


def _bounded(words: str, most: int) -> str:
    if len(words) > most:
        raise BadCell(Text(LONG, {"most": most}))
    return words
