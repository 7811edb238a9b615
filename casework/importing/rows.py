"""From lines to rows of clean values, with every fault of the file at its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from casework.importing import header as headers
from casework.importing.columns import Column, Kind, Value, plain
from casework.importing.faults import (
    MISSING,
    NO_COLUMN,
    NO_HEADER,
    NO_ROWS,
    SAME_AS,
    TWICE_COLUMN,
    BadCell,
    Fault,
    Place,
    Unreadable,
)
from casework.importing.header import SEARCHED, Header
from casework.importing.sheets import File, Line, Sheet
from casework.text import Text

NOTES = re.compile(
    r"备注|注:|注意|说明|填表|制表|合计|总计|共计|审核|(note|total)s?\b", re.IGNORECASE
)
"""How the first words of a note or a total begin."""
EXAMPLE = "示例"
"""Marks the code or login of an example line, which could never begin like this."""
SENTENCE = 12


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its place, the value of every column the sheet has, and its headings for faults.

    ``bad`` names the columns whose cells are faulty: they have no value, and nobody looks them up.
    """

    place: Place
    values: Mapping[str, Value]
    headings: Mapping[str, str]
    bad: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """The value of a column as text, empty when there is no such column or a faulty cell."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def fault(self, name: str, text: Text) -> Fault:
        """A fault of this row at a column."""
        at = list(self.headings).index(name) if name in self.headings else 0
        return Fault(self.place, self.headings.get(name, ""), text, at)


@dataclass(frozen=True, slots=True)
class Read:
    """A file that was read: its rows, its faults, and the headings that nothing was read from.

    A row with faulty cells is a row: what else is wrong with it is found in the same pass.
    """

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    ignored: tuple[str, ...]


def read(kind: Kind, file: File) -> Read:
    """The rows of every sheet that has headings. Raises Unreadable when none has."""
    found = [(sheet, headers.find(kind, sheet.lines)) for sheet in file.sheets]
    known = [(sheet, header) for sheet, header in found if header is not None]
    if not known:
        columns = Text("、".join(c.heading for c in kind.required))
        raise Unreadable(Text(NO_HEADER, {"most": SEARCHED, "columns": columns}))
    rows: list[Row] = []
    faults: list[Fault] = []
    if len(known) == 1:  # the name of an only sheet tells nobody anything
        known = [(Sheet("", known[0][0].lines), known[0][1])]
    for sheet, header in known:
        missing = _header_faults(kind, sheet, header)
        faults += missing
        if not missing:
            rows += _rows(kind, sheet, header, faults)
    if not rows and not faults:
        faults.append(Fault(Place(), "", Text(NO_ROWS)))
    faults += _repeated(kind, rows)
    ignored = dict.fromkeys(word for _, header in known for word in header.ignored)
    return Read(tuple(rows), tuple(faults), tuple(ignored))


def _header_faults(kind: Kind, sheet: Sheet, header: Header) -> list[Fault]:
    place = Place(sheet.name, header.line)
    missing = [
        Fault(place, c.heading, Text(NO_COLUMN, {"column": c.heading}))
        for c in kind.required
        if c.name not in header.places
    ]
    return missing + [Fault(place, word, Text(TWICE_COLUMN)) for word in header.twice]


def _rows(kind: Kind, sheet: Sheet, header: Header, faults: list[Fault]) -> Iterator[Row]:
    columns = [(c, header.places[c.name]) for c in kind.columns if c.name in header.places]
    for line in sheet.lines:
        if line.number <= header.line or _is_aside(kind, line, columns):
            continue
        place = Place(sheet.name, line.number)
        values, bad = _values(line, columns)
        row = Row(place, values, header.headings, frozenset(bad))
        faults += [row.fault(name, text) for name, text in bad.items()]
        yield row


def _values(
    line: Line, columns: Sequence[tuple[Column, int]]
) -> tuple[dict[str, Value], dict[str, Text]]:
    """What the cells hold, and what is wrong with those that hold nothing usable."""
    values: dict[str, Value] = {}
    faults: dict[str, Text] = {}
    for column, at in columns:
        try:
            value = column.read(_cell(line, at))
            if column.required and not value:
                raise BadCell(Text(MISSING))
            values[column.name] = value
        except BadCell as bad:
            faults[column.name] = bad.text
    return values, faults


def _is_aside(kind: Kind, line: Line, columns: Sequence[tuple[Column, int]]) -> bool:
    """True for what is no row: nothing in known columns, a note, an example, headings again."""
    filled = [(c, words) for c, at in columns if (words := _words(_cell(line, at)))]
    if not filled or any(c is kind.columns[0] and w.startswith(EXAMPLE) for c, w in filled):
        return True
    if sum(c.required for c, _ in filled) == sum(c.required for c, _ in columns):
        again = sum(plain(words) in c.keys for c, words in filled)
        return again > 1 and again == len(filled)
    return len(columns) > 1 and _is_note(line, [words for _, words in filled])


def _is_note(line: Line, known: Sequence[str]) -> bool:
    """True for a line that says something about the sheet.

    Words in a column that nobody reads make no note of a line that has entries beside them: it is
    a row with faults, and those are told.
    """
    first = next(words for cell in line.cells if (words := _words(cell)))
    alone = len(known) == 1
    if NOTES.match(first) and (alone or first == known[0]):
        return True
    return alone and (len(known[0]) > SENTENCE or ":" in known[0])


def _cell(line: Line, at: int) -> object:
    return line.cells[at] if at < len(line.cells) else None


def _words(cell: object) -> str:
    return str(cell).strip().replace("：", ":") if cell is not None else ""


def _repeated(kind: Kind, rows: Sequence[Row]) -> list[Fault]:
    """Rows that stand for the same thing twice; rows without a whole key are compared by nobody."""
    seen: dict[tuple[Value, ...], Row] = {}
    faults = []
    for row in rows:
        key = tuple(row.values.get(name) for name in kind.key)
        if not key[0] or not row.bad.isdisjoint(kind.key):
            continue
        before = seen.setdefault(key, row)
        if before is not row:
            line = before.place.line
            faults.append(row.fault(kind.key[0], Text(SAME_AS, {"line": line})))
    return faults
