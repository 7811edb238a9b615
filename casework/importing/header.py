"""Finds the line with the headings: under title lines, in any order, in any of the usual words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework.importing.columns import Column, Kind, spellings
from casework.importing.sheets import Line

SEARCHED = 30
"""Among so many filled lines the headings must stand."""


@dataclass(frozen=True, slots=True)
class Header:
    """The line of headings: which cell holds which column, as it is called there."""

    line: int
    places: dict[str, int]
    headings: dict[str, str]
    twice: tuple[str, ...]
    ignored: tuple[str, ...]

    @property
    def width(self) -> int:
        """How many columns are known."""
        return len(self.places)


def find(kind: Kind, lines: Sequence[Line]) -> Header | None:
    """The first line that names the most columns, at least two; None without one."""
    found = [recognise(kind, line) for line in lines[:SEARCHED]]
    wide = [header for header in found if header.width > 1]
    return max(wide, key=lambda header: header.width, default=None)


def recognise(kind: Kind, line: Line) -> Header:
    """What a line names, read as headings."""
    places: dict[str, int] = {}
    headings: dict[str, str] = {}
    twice, ignored = [], []
    for place, cell in enumerate(line.cells):
        words = " ".join(str(cell).split()) if cell is not None else ""
        column = _column(kind, words) if words else None
        if column is None:
            ignored += [words] if words else []
        elif column.name in places:
            twice.append(words)
        else:
            places[column.name], headings[column.name] = place, words
    return Header(line.number, places, headings, tuple(twice), tuple(ignored))


def _column(kind: Kind, words: str) -> Column | None:
    """A heading that is exactly a column's own word comes before other columns' synonyms."""
    for spelling in spellings(words):
        own = [c for c in kind.columns if spelling in spellings(c.heading)]
        also = [c for c in kind.columns if spelling and spelling in c.keys]
        if own or also:
            return (own or also)[0]
    return None
