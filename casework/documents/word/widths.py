"""How wide the columns of a table are: as wide as their words ask for, as far as there is room."""

from __future__ import annotations

import re
from collections.abc import Sequence

from casework.documents.layout import TEXT_WIDTH
from casework.documents.word.wordml import width

CELL_SIGN, SMALL_SIGN = 240, 210
"""Twips that a sign of a cell takes, in a table of the usual size and in a small one."""
PADDING = 60
"""Twips between the words and the edge of a cell."""
SPARE = 0.6
"""Signs that a column is wider than its longest line: Latin letters differ in width."""
BETWEEN = re.compile("(?<=[!-~])(?=[^ -~])|(?<=[^ -~])(?=[!-~])")
"""Where LibreOffice puts a quarter of a sign between Chinese and Latin."""


def shared(shares: Sequence[int]) -> list[int]:
    """The width of the type area divided by shares, to the last twip."""
    edges = [TEXT_WIDTH * sum(shares[:index]) // sum(shares) for index in range(len(shares) + 1)]
    return [after - before for before, after in zip(edges, edges[1:], strict=False)]


def crowded(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the columns have no room for their words in the usual size."""
    return sum(needs(head, rows, CELL_SIGN)) > TEXT_WIDTH


def fitted(shares: Sequence[int], needed: Sequence[int]) -> list[int]:
    """Columns of few words get what they need; the others divide the rest by their shares."""
    widths: dict[int, int] = {}
    while len(widths) < len(shares):
        left = TEXT_WIDTH - sum(widths.values())
        unmet = [i for i in range(len(shares)) if i not in widths]
        whole = sum(shares[i] for i in unmet)
        met = {i: needed[i] for i in unmet if needed[i] <= left * shares[i] // whole}
        if not met:
            return _with_rest(widths | {i: left * shares[i] // whole for i in unmet}, shares)
        widths |= met
    return _with_rest(widths, shares)


def lines_of(words: str, own: int) -> int:
    """How many lines the words take in a cell of this width."""
    signs = max((own - 2 * PADDING) // CELL_SIGN, 1)
    return sum(max(1, int(-(-width(line) // signs))) for line in words.splitlines() or [""])


def _with_rest(widths: dict[int, int], shares: Sequence[int]) -> list[int]:
    """What is left over divided by shares, to the last twip."""
    left = TEXT_WIDTH - sum(widths.values())
    edges = [left * sum(shares[:index]) // sum(shares) for index in range(len(shares) + 1)]
    return [widths[i] + edges[i + 1] - edges[i] for i in range(len(shares))]


def needs(head: Sequence[str], rows: Sequence[Sequence[str]], sign: int) -> list[int]:
    """What each column needs to hold every line of its cells unbroken."""
    columns = zip(head, *rows, strict=True) if head else zip(*rows, strict=True)
    return [
        round(
            (max(_length(line) for cell in column for line in cell.splitlines() or [""]) + SPARE)
            * sign
        )
        + 2 * PADDING
        for column in columns
    ]


def _length(line: str) -> float:
    return width(line) + len(BETWEEN.findall(line)) / 4
