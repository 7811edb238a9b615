"""Tables and slips: fixed widths, a head that is repeated, rows that do not break while short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from casework.documents.layout import BLACK, LEFT, TEXT_WIDTH, Style, twips
from casework.documents.paper import Receipt, Signature, Table
from casework.documents.printing import day
from casework.documents.word.widths import (
    CELL_SIGN,
    PADDING,
    SMALL_SIGN,
    crowded,
    fitted,
    lines_of,
    needs,
    shared,
)
from casework.documents.word.wordml import paragraph, rule, run, width

WHOLE_ROW_LINES = 12
"""A row of more lines may break over pages."""
CENTRED_SIGNS = 9
"""Columns whose cells are all at most this long are centred."""
EDGES = "".join(rule(e, 4, BLACK) for e in ("top", "left", "bottom", "right", "insideH", "insideV"))
AT_LEAST, HAND_ROW, HAND_ROW_WIDE = twips(8.5), twips(12), twips(22)
"""Heights of printed rows, and of rows that are filled in by hand."""
THICK, THIN = 8, 6
"""Rules of 0.35 mm and 0.25 mm, in eighths of a point."""
SLIP = (3, 8)
SIGNED = (2, 6, 2, 3, 2, 5)
ABOVE, BELOW = paragraph(Style.GAP, "", keep=True), paragraph(Style.GAP, "")
"""Air around a table; Word joins tables that touch."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """What all rows of a table share."""

    widths: Sequence[int]
    aligns: Sequence[str]
    labels: frozenset[int]
    cell: Style = Style.CELL
    head: Style = Style.CELL_HEAD


def table(block: Table, keep: bool = False) -> Iterator[str]:
    """The title and the table; ``keep`` holds the last row on one page with what follows."""
    yield paragraph(Style.TABLE_TITLE, run(block.title)) if block.title else ABOVE
    shape = _form(block) if block.labels else _list(block)
    rows = [_head(block.head, shape)] if block.head else []
    for index, cells in enumerate(block.rows):
        rows.append(_row(cells, shape, keep=keep and index == len(block.rows) - 1))
    yield _framed(shape.widths, rows)
    yield BELOW


def receipt(block: Receipt) -> Iterator[str]:
    """A slip: what is known is printed, the rest is left for the hand."""
    yield paragraph(Style.TITLE, run(block.title), new_page=True)
    yield paragraph(Style.CELL, run(block.intro), before=0.5)
    yield ABOVE
    shape = _Shape(shared(SLIP), ("center", "left"), frozenset({0}))
    rows = [_row(pair, shape, keep=True) for pair in block.known]
    for index, label in enumerate(block.lines):
        height = HAND_ROW_WIDE if index in block.wide else HAND_ROW
        rows.append(_row((label, ""), shape, index < len(block.lines) - 1, height))
    yield _framed(shape.widths, rows)
    yield BELOW


def signed(signature: Signature) -> Iterator[str]:
    """The signature of a form: one row for unit, signer and day."""
    cells = signed_cells(signature)
    widths = fitted(SIGNED, needs((), (cells,), CELL_SIGN))
    shape = _Shape(widths, ("center",) * len(cells), frozenset({0, 2, 4}))
    yield ABOVE
    yield _framed(widths, [_row(cells, shape, False, HAND_ROW)])
    yield BELOW


def signed_cells(signature: Signature) -> tuple[str, ...]:
    """Labels and values of that row in turn."""
    on = day(signature.on) if signature.on else ""
    return ("单位（盖章）", signature.office, "签发人", signature.person, "日期", on)


def at_foot(lines: Sequence[str]) -> str:
    """Paragraphs between rules at the foot of the page: a table of its own, outside the text.

    LibreOffice takes a table out of the text only if one of its edges is the page's.
    """
    edges = rule("top", THICK, BLACK) + rule("bottom", THICK, BLACK) + rule("insideH", THIN, BLACK)
    place = (
        '<w:tblpPr w:leftFromText="0" w:rightFromText="0" w:topFromText="284"'
        f' w:vertAnchor="margin" w:horzAnchor="page" w:tblpX="{LEFT}" w:tblpYSpec="bottom"/>'
    )
    rows = [
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cell(line, TEXT_WIDTH)}</w:tr>" for line in lines
    ]
    return _framed([TEXT_WIDTH], rows, edges=edges, place=place, padding=0)


def _framed(
    widths: Sequence[int],
    rows: Sequence[str],
    *,
    edges: str = EDGES,
    place: str = "",
    padding: int = PADDING,
) -> str:
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    aligned = "" if place else '<w:jc w:val="center"/>'
    return (
        f'<w:tbl><w:tblPr>{place}<w:tblW w:w="{sum(widths)}" w:type="dxa"/>{aligned}'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar>'
        f'<w:left w:w="{padding}" w:type="dxa"/><w:right w:w="{padding}" w:type="dxa"/>'
        f"</w:tblCellMar></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _form(block: Table) -> _Shape:
    return _Shape(shared(block.shares), ("left",) * len(block.shares), block.labels)


def _list(block: Table) -> _Shape:
    small = crowded(block.head, block.rows)
    sign = SMALL_SIGN if small else CELL_SIGN
    aligns = tuple(
        "center" if all(width(cell) <= CENTRED_SIGNS for cell in column) else "left"
        for column in zip(*block.rows, strict=True)
    )
    widths = fitted(block.shares, needs(block.head, block.rows, sign))
    if small:
        return _Shape(widths, aligns, frozenset(), Style.SMALL, Style.SMALL_HEAD)
    return _Shape(widths, aligns, frozenset())


def _head(words: Sequence[str], shape: _Shape) -> str:
    cells = "".join(
        _cell(paragraph(shape.head, run(word), keep=True), own)
        for word, own in zip(words, shape.widths, strict=True)
    )
    return (
        f'<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="{AT_LEAST}" w:hRule="atLeast"/>'
        f"<w:tblHeader/></w:trPr>{cells}</w:tr>"
    )


def _row(cells: Sequence[str], shape: _Shape, keep: bool, height: int = AT_LEAST) -> str:
    """One row; the last cell of a row with fewer cells than columns takes what is left."""
    written, longest = [], 0
    for index, words in enumerate(cells):
        span = len(shape.widths) - index if index == len(cells) - 1 else 1
        own = sum(shape.widths[index : index + span])
        longest = max(longest, lines_of(words, own))
        label = index in shape.labels
        align = "center" if not label and shape.aligns[index] == "center" else ""
        content = "".join(
            paragraph(shape.head if label else shape.cell, run(line), align=align, keep=keep)
            for line in words.splitlines() or [""]
        )
        written.append(_cell(content, own, span))
    whole = "<w:cantSplit/>" if longest <= WHOLE_ROW_LINES else ""
    return (
        f'<w:tr><w:trPr>{whole}<w:trHeight w:val="{height}" w:hRule="atLeast"/></w:trPr>'
        f"{''.join(written)}</w:tr>"
    )


def _cell(content: str, own: int, span: int = 1) -> str:
    spanned = f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{own}" w:type="dxa"/>{spanned}<w:vAlign w:val="center"/>'
        f"</w:tcPr>{content}</w:tc>"
    )
