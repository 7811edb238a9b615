"""Tables and slips: fixed widths, a head that is repeated, rows that do not break while short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.documents.layout import TEXT_WIDTH, Style, twips
from casework.documents.paper import Receipt, Table
from casework.documents.word.wordml import paragraph, run, width

CELL_SIGN = 240
"""Twips that a sign of a cell takes."""
PADDING = 110
WHOLE_ROW_LINES = 12
"""A row of more lines may break over pages."""
CENTRED_SIGNS = 9
"""Columns whose cells are all at most this long are centred."""
EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
HAND_ROW, HAND_ROW_WIDE = twips(12), twips(22)
"""Heights of rows that are filled in by hand."""
AT_LEAST = twips(8.5)


def table(block: Table, keep: bool = False) -> Iterator[str]:
    """The title and the table; ``keep`` holds the last row on one page with what follows."""
    if block.title:
        yield paragraph(Style.TABLE_TITLE, run(block.title))
    widths = shared(block.shares)
    rows = [_head(block.head, widths)] if block.head else []
    aligns = _aligns(block)
    for index, cells in enumerate(block.rows):
        last = keep and index == len(block.rows) - 1
        rows.append(_row(cells, widths, aligns, block.labels, last))
    yield _framed(widths, rows)
    yield GAP


def receipt(block: Receipt, new_page: bool = False) -> Iterator[str]:
    """A slip: what is known is printed, the rest is left for the hand."""
    yield paragraph(Style.TITLE, run(block.title), new_page=new_page)
    yield paragraph(Style.CELL, run(block.intro), before=0.5)
    widths = shared((3, 8))
    labels, aligns = frozenset({0}), ("center", "left")
    rows = [_row(pair, widths, aligns, labels, True) for pair in block.known]
    for index, label in enumerate(block.lines):
        height = HAND_ROW_WIDE if index in block.wide else HAND_ROW
        last = index == len(block.lines) - 1
        rows.append(_row((label, ""), widths, aligns, labels, not last, height))
    yield _framed(widths, rows)
    yield GAP


GAP = paragraph(Style.CELL, "")
"""Word joins tables that touch."""


def shared(shares: Sequence[int]) -> list[int]:
    """The width of the type area divided by shares, to the last twip."""
    whole, widths = sum(shares), []
    edge = 0
    for index in range(len(shares)):
        next_edge = TEXT_WIDTH * sum(shares[: index + 1]) // whole
        widths.append(next_edge - edge)
        edge = next_edge
    return widths


def _framed(widths: Sequence[int], rows: Sequence[str]) -> str:
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{EDGES}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{PADDING}" w:type="dxa"/><w:right w:w="{PADDING}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _head(words: Sequence[str], widths: Sequence[int]) -> str:
    cells = "".join(
        _cell(paragraph(Style.CELL_HEAD, run(word)), one)
        for word, one in zip(words, widths, strict=True)
    )
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{AT_LEAST}" w:hRule="atLeast"/>'
        f"<w:tblHeader/></w:trPr>{cells}</w:tr>"
    )


def _row(
    cells: Sequence[str],
    widths: Sequence[int],
    aligns: Sequence[str],
    labels: frozenset[int],
    keep: bool,
    height: int = AT_LEAST,
) -> str:
    whole = all(
        _lines(words, one) <= WHOLE_ROW_LINES for words, one in zip(cells, widths, strict=True)
    )
    written = []
    for index, (words, one) in enumerate(zip(cells, widths, strict=True)):
        style = Style.CELL_HEAD if index in labels else Style.CELL
        align = "" if index in labels else aligns[index]
        lines = words.splitlines() or [""]
        content = "".join(
            paragraph(style, run(line), align=align if align != "left" else "", keep=keep)
            for line in lines
        )
        written.append(_cell(content, one))
    return (
        f"<w:tr><w:trPr>{'<w:cantSplit/>' if whole else ''}"
        f'<w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr>{"".join(written)}</w:tr>'
    )


def _cell(content: str, one: int) -> str:
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{one}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>'
        f"{content}</w:tc>"
    )


def _lines(words: str, one: int) -> float:
    signs = max((one - 2 * PADDING) // CELL_SIGN, 1)
    return sum(max(1, -(-width(line) // signs)) for line in words.splitlines() or [""])


def _aligns(block: Table) -> list[str]:
    return [
        "center" if all(width(row[i]) <= CENTRED_SIGNS for row in block.rows) else "left"
        for i in range(len(block.shares))
    ]
