"""How wide the columns of a table are: as wide as their words ask for, as far as there is room."""

from __future__ import annotations

from collections.abc import Sequence

from casework.documents.layout import TEXT_WIDTH
from casework.documents.word.wordml import width

CELL_SIGN = 240
"""Twips that a sign of a cell takes."""
PADDING = 100
"""Twips between the words and the edge of a cell."""
SPARE = 0.6
"""Signs that a column is wider than its longest line: Latin letters differ in width."""


def shared(shares: Sequence[int]) -> list[int]:
    """The width of the type area divided by shares, to the last twip."""
    edges = [TEXT_WIDTH * sum(shares[:index]) // sum(shares) for index in range(len(shares) + 1)]
    return [after - before for before, after in zip(edges, edges[1:], strict=False)]


def fitted(shares: Sequence[int], head: Sequence[str], rows: Sequence[Sequence[str]]) -> list[int]:
    """Columns of few words get what they need; the others divide the rest by their shares."""
    needs = [
        _need([row[i] for row in rows] + ([head[i]] if head else [])) for i in range(len(shares))
    ]
    widths: dict[int, int] = {}
    while len(widths) < len(shares):
        left = TEXT_WIDTH - sum(widths.values())
        unmet = [i for i in range(len(shares)) if i not in widths]
        whole = sum(shares[i] for i in unmet)
        met = {i: needs[i] for i in unmet if needs[i] <= left * shares[i] // whole}
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


def _need(cells: Sequence[str]) -> int:
    longest = max((width(line) for words in cells for line in words.splitlines()), default=1)
    return round((longest + SPARE) * CELL_SIGN) + 2 * PADDING
