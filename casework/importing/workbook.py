"""Excel workbooks, read and written (the only importer of openpyxl)."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from casework.importing.faults import BLOWN_UP, BROKEN, NOT_A_SHEET, Unreadable
from casework.text import Text

MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 2_000
MEGABYTE = 1024 * 1024
LAST_LINE = 1_048_576
"""Excel's own; a higher number in a file is forged."""

_MERGED = re.compile(
    rb'<(?:\w+:)?mergeCell [^>]*?ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"'
)
_TAIL = 2 * MEGABYTE
_FAULTS = (
    *(ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError),
    *(SyntaxError, RuntimeError, OSError, EOFError, zlib.error, zipfile.BadZipFile),
)
"""What reading damaged parts raises; an XML parser's error is a SyntaxError."""

Cells = tuple[object, ...]


def read(data: bytes, widest: int) -> Iterator[tuple[str, Iterator[Cells]]]:
    """The visible sheets: name and lines of values (formulas as last computed). Raises Unreadable.

    A cell merged over several lines holds its value in each of them.
    """
    _check_parts(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    except _FAULTS as error:
        raise Unreadable(Text(BROKEN)) from error
    try:
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                yield sheet.title, _lines(data, sheet, widest)
    finally:
        book.close()


def _check_parts(data: bytes) -> None:
    """Refuse what would unpack beyond measure; zipfile never reads more than the sizes it tells."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            names = {part.filename for part in parts}
    except _FAULTS as error:
        raise Unreadable(Text(BROKEN)) from error
    if "[Content_Types].xml" not in names:
        raise Unreadable(Text(NOT_A_SHEET))
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Unreadable(Text(BLOWN_UP, {"most": MOST_UNPACKED // MEGABYTE}))


def _lines(data: bytes, sheet: Any, widest: int) -> Iterator[Cells]:
    try:
        spans = _upright(data, getattr(sheet, "_worksheet_path", ""))
        sheet.reset_dimensions()
        held: dict[int, tuple[int, object]] = {}
        for number, cells in enumerate(
            sheet.iter_rows(max_col=widest, max_row=LAST_LINE, values_only=True), start=1
        ):
            yield _filled_down(cells, number, spans, held)
    except _FAULTS as error:
        raise Unreadable(Text(BROKEN)) from error


def _filled_down(
    cells: Cells,
    number: int,
    spans: dict[tuple[int, int], int],
    held: dict[int, tuple[int, object]],
) -> Cells:
    """The line, with what cells merged from above hold."""
    if not spans:
        return cells
    filled = list(cells)
    for column, value in enumerate(cells):
        last = spans.get((column, number))
        if last is not None:
            held[column] = (last, value)
    for column, (last, value) in list(held.items()):
        if number > last:
            del held[column]
        elif any(cell is not None for cell in cells):
            filled.extend([None] * (column + 1 - len(filled)))
            filled[column] = value
    return tuple(filled)


def _upright(data: bytes, path: str) -> dict[tuple[int, int], int]:
    """Cells merged downwards in one column: (column from 0, first line) -> last line."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        part = packed.read(path.lstrip("/")) if path.lstrip("/") in packed.namelist() else b""
    found = {}
    for left, first, right, last in _MERGED.findall(part[-_TAIL:]):
        if left == right and first != last:
            found[_index(left), int(first)] = int(last)
    return found


def _index(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def write(sheets: Iterable[tuple[str, Sequence[Sequence[str]]]]) -> bytes:
    """A workbook of text: the first line of each sheet stands out and stays in view."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, lines in sheets:
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(list(line))
        _dress(sheet, lines)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _dress(sheet: Any, lines: Sequence[Sequence[str]]) -> None:
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E8EEF6")
    for place in range(len(lines[0])):
        letter = get_column_letter(place + 1)
        longest = max(len(line[place]) for line in lines if place < len(line))
        sheet.column_dimensions[letter].width = min(60, max(12, longest * 1.8))
        # As text, so that Excel neither rounds long numbers nor turns 3-1 into a day.
        sheet.column_dimensions[letter].number_format = "@"
        for cell in sheet[letter]:
            cell.number_format = "@"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"
