"""A paper as plain data for a page: the same words in the same order as in the Word file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from casework.documents.paper import (
    Annex,
    Block,
    Heading,
    Paper,
    Paragraph,
    Picture,
    Receipt,
    Table,
)
from casework.documents.printing import day, day_or_room
from casework.documents.word.sheets import DRAFT
from casework.documents.word.tables import signed_cells


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell; a ``label`` is a head of its row or column, ``span`` the columns it takes."""

    text: str
    label: bool = False
    span: int = 1


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of a page.

    ``kind`` is one of draft, mark, head, number, office, day, signer, title, addressee, heading,
    paragraph, table, picture, caption, annex, attachment, slip, signature, imprint. ``lead`` stands
    before ``text``. A table and a slip have ``head`` and ``rows``; the place of a picture in
    :func:`pictures` is ``picture``, its words are ``text``.
    """

    kind: str
    text: str = ""
    lead: str = ""
    level: int = 0
    head: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    picture: int = -1


def outline(paper: Paper) -> list[Shown]:
    """Everything the Word file of this paper says, in its order."""
    return list(_pieces(paper))


def pictures(paper: Paper) -> list[bytes]:
    """The PNG pictures of a paper in the order of its outline."""
    return [one.png for one in (*paper.blocks, *paper.after) if isinstance(one, Picture)]


def _pieces(paper: Paper) -> Iterator[Shown]:
    if paper.draft:
        yield Shown("draft", DRAFT)
    yield from (Shown("mark", mark) for mark in (paper.secrecy, paper.urgency) if mark)
    if paper.head:
        yield from _masthead(paper)
    yield Shown("title", paper.title)
    if paper.number and not paper.head:
        yield Shown("number", paper.number)
    if paper.addressee:
        yield Shown("addressee", f"{paper.addressee}：")
    number = iter(range(len(paper.blocks) + len(paper.after)))
    for block in paper.blocks:
        yield from _block(block, number)
    many = len(paper.attachments) > 1
    for index, name in enumerate(paper.attachments):
        lead = "附件：" if index == 0 else ""
        yield Shown("attachment", f"{index + 1}.{name}" if many else name, lead=lead)
    yield from _signature(paper)
    for block in paper.after:
        yield from _block(block, number)
    yield from _imprint(paper)


def _masthead(paper: Paper) -> Iterator[Shown]:
    yield Shown("head", paper.head)
    yield Shown("number", paper.number)
    if paper.newsletter:
        yield Shown("office", paper.signature.office)
        if not paper.signer:
            yield Shown("day", day_or_room(paper.signature.on))
    if paper.signer:
        yield Shown("signer", paper.signer, lead="签发人：")


def _block(block: Block, number: Iterator[int]) -> Iterator[Shown]:
    match block:
        case Heading():
            yield Shown("heading", block.text, level=block.level)
        case Paragraph():
            yield Shown("paragraph", block.text, lead=block.lead)
        case Table():
            rows = tuple(_cells(row, block) for row in block.rows)
            yield Shown("table", block.title, head=block.head, rows=rows)
        case Picture():
            yield Shown("picture", block.alt, picture=next(number))
            yield Shown("caption", block.caption)
        case Annex():
            yield Shown("annex", block.title, lead=block.mark)
        case Receipt():
            pairs = (*block.known, *((line, "") for line in block.lines))
            rows = tuple((Cell(label, label=True), Cell(value)) for label, value in pairs)
            yield Shown("slip", block.intro, lead=block.title, rows=rows)


def _cells(row: tuple[str, ...], table: Table) -> tuple[Cell, ...]:
    last = len(row) - 1
    rest = len(table.shares) - last
    return tuple(
        Cell(text, index in table.labels, rest if index == last else 1)
        for index, text in enumerate(row)
    )


def _signature(paper: Paper) -> Iterator[Shown]:
    signature = paper.signature
    if paper.form:
        cells = signed_cells(signature)
        row = tuple(Cell(text, label=index % 2 == 0) for index, text in enumerate(cells))
        yield Shown("table", rows=(row,))
        return
    if signature.person:
        yield Shown("signature", signature.person, lead="签发人：")
    yield Shown("signature", signature.office)
    yield Shown("signature", day_or_room(signature.on))


def _imprint(paper: Paper) -> Iterator[Shown]:
    imprint = paper.imprint
    if imprint.copies_to:
        yield Shown("imprint", f"{'，'.join(imprint.copies_to)}。", lead="抄送：")
    if imprint.printed_by:
        on = f"{day(imprint.printed_on)}印发" if imprint.printed_on else ""
        yield Shown("imprint", on, lead=imprint.printed_by)
