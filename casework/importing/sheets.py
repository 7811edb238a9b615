"""A file as lines of raw cells, whatever it was saved by; bounded before anything is unpacked."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.importing import workbook
from casework.importing.faults import (
    BAD_ENCODING,
    NOT_A_SHEET,
    OLD_EXCEL,
    TOO_LARGE,
    TOO_MANY_ROWS,
    Unreadable,
)
from casework.text import Text

MOST_BYTES = 10 * 1024 * 1024
MOST_LINES = 50_000
WIDEST = 60
MEGABYTE = 1024 * 1024
ENCODINGS = ("utf-8-sig", "gb18030")
ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
WIDE = (b"\xff\xfe", b"\xfe\xff")
SEPARATORS = ",\t;"


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not empty: its number in the sheet, from 1, and its raw cells."""

    number: int
    cells: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet with its filled lines; the name of a text file's only sheet is empty."""

    name: str
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class File:
    """What was handed in: its sheets, and the SHA-256 of its bytes."""

    sha256: str
    sheets: tuple[Sheet, ...]


def read(data: bytes) -> File:
    """The sheets of a workbook or text file, told apart by content. Raises Unreadable."""
    if len(data) > MOST_BYTES:
        raise Unreadable(Text(TOO_LARGE, {"most": MOST_BYTES // MEGABYTE}))
    if data.startswith(OLE):
        raise Unreadable(Text(OLD_EXCEL))
    if data.startswith(ZIP):
        found = ((name, lines) for name, lines in workbook.read(data, WIDEST))
    else:
        found = ((name, lines) for name, lines in [("", _text_lines(data))])
    sheets, left = [], MOST_LINES
    for name, lines in found:
        filled = _filled(lines, left)
        left -= len(filled)
        sheets.append(Sheet(name, filled))
    return File(hashlib.sha256(data).hexdigest(), tuple(sheets))


def _filled(lines: Iterator[tuple[object, ...]], most: int) -> list[Line]:
    found: list[Line] = []
    for number, cells in enumerate(lines, start=1):
        if all(c is None or (isinstance(c, str) and not c.strip()) for c in cells):
            continue
        if len(found) >= most:
            raise Unreadable(Text(TOO_MANY_ROWS, {"most": MOST_LINES}))
        found.append(Line(number, cells))
    return found


def _text_lines(data: bytes) -> Iterator[tuple[object, ...]]:
    """The lines of a text file; a quoted line end inside a cell counts as the line it begins on."""
    text = decode(data)
    head = text[:4096].splitlines()[:30]
    separator = max(SEPARATORS, key=lambda mark: sum(line.count(mark) for line in head))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    reached = 0
    try:
        for cells in reader:
            # Empty tuples stand for the further lines a cell with line ends has taken.
            yield tuple(cells[:WIDEST])
            yield from ((),) * (reader.line_num - reached - 1)
            reached = reader.line_num
    except csv.Error:
        raise Unreadable(Text(NOT_A_SHEET)) from None


def decode(data: bytes) -> str:
    """The text of a text file: UTF-8 with or without a mark, GB18030, or UTF-16 with a mark."""
    encodings = ("utf-16",) if data.startswith(WIDE) else ENCODINGS
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            raise Unreadable(Text(NOT_A_SHEET))
        return text
    raise Unreadable(Text(BAD_ENCODING))
