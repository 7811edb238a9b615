"""The order of a paper: marks, head, number, title, body, signature, annexes, imprint."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casework.documents import printing
from casework.documents.layout import (
    BLACK,
    HEADING_STYLES,
    RED,
    RULE_BELOW_NUMBER_PT,
    SIGNS,
    TEXT_WIDTH,
    Style,
)
from casework.documents.paper import (
    Annex,
    Block,
    Heading,
    Imprint,
    Paper,
    Paragraph,
    Picture,
    Receipt,
    Signature,
    Table,
)
from casework.documents.word.tables import receipt, table
from casework.documents.word.titles import title_lines
from casework.documents.word.wordml import BREAK, paragraph, rule, run, width

Place = Callable[[Picture], str]
"""Puts a picture into the file and gives back the XML that shows it."""


def body(paper: Paper, place: Place) -> str:
    """The content of ``w:body`` without the section's properties."""
    return "".join(_pieces(paper, place))


def _pieces(paper: Paper, place: Place) -> Iterator[str]:
    for mark in (paper.secrecy, paper.urgency):
        if mark:
            yield paragraph(Style.MARK, run(mark))
    if paper.head:
        yield from _masthead(paper)
    yield _title(paper.title, paper.word, 2 if paper.head else 0)
    if paper.number and not paper.head:
        yield paragraph(Style.NUMBER, run(paper.number))
    yield paragraph(Style.PLAIN, "", keep=True)
    if paper.addressee:
        yield paragraph(Style.PLAIN, run(f"{paper.addressee}："))
    for index, block in enumerate(paper.blocks):
        yield from _block(block, place, index == len(paper.blocks) - 1)
    yield from _attachments(paper.attachments)
    yield from _signature(paper.signature)
    for block in paper.after:
        yield from _block(block, place, False)
    yield from _imprint(paper.imprint)


def _masthead(paper: Paper) -> Iterator[str]:
    yield paragraph(Style.HEAD, run(paper.head), before=1)
    red = rule("bottom", 18, RED, RULE_BELOW_NUMBER_PT)
    if not paper.signer:
        yield paragraph(Style.NUMBER, run(paper.number), rule=red, before=2)
        return
    signer = run("签发人：") + run(paper.signer, Style.SIGNER)
    tab = f'<w:tab w:val="right" w:pos="{TEXT_WIDTH - round(TEXT_WIDTH / SIGNS)}"/>'
    content = run(paper.number) + "<w:r><w:tab/></w:r>" + signer
    yield paragraph(Style.NUMBER, content, rule=red, tabs=tab, before=2, left=1, align="left")


def _title(title: str, ending: str, before: float) -> str:
    lines = [run(line) for line in title_lines(title, ending)]
    return paragraph(Style.TITLE, BREAK.join(lines), before=before)


def _block(block: Block, place: Place, last: bool) -> Iterator[str]:
    match block:
        case Heading():
            yield paragraph(HEADING_STYLES[block.level - 1], run(block.text))
        case Paragraph():
            lead = run(block.lead, Style.LEAD) if block.lead else ""
            yield paragraph(Style.BODY, lead + run(block.text), keep=last)
        case Table():
            yield from table(block, keep=last)
        case Receipt():
            yield from receipt(block, new_page=True)
        case Picture():
            yield paragraph(Style.CAPTION, place(block), keep=True)
            yield paragraph(Style.CAPTION, run(block.caption), keep=last)
        case Annex():
            yield paragraph(Style.MARK, run(block.mark), new_page=True)
            yield _title(block.title, "", 1)


def _attachments(names: tuple[str, ...]) -> Iterator[str]:
    """附件：below the body after an empty line; several are numbered, one under the other."""
    for index, name in enumerate(names):
        number = f"{index + 1}." if len(names) > 1 else ""
        lead = "附件：" if index == 0 else ""
        hanging = width(lead + number) if lead else width(number)
        left = 5 + width(number)
        yield paragraph(
            Style.PLAIN,
            run(f"{lead}{number}{name}"),
            keep=True,
            before=0 if index else 1,
            left=left,
            first=-hanging,
        )


def _signature(signature: Signature) -> Iterator[str]:
    """The office centred over the date, which ends four signs before the edge; with the body."""
    day = printing.day(signature.on) if signature.on else "    年  月  日"
    date_right = 4.0
    office_right = date_right + (width(day) - width(signature.office)) / 2
    if office_right < 0:
        date_right, office_right = date_right - office_right, 0.0
    before = 2.0
    if signature.person:
        yield paragraph(
            Style.SIGNATURE, run(f"签发人：{signature.person}"), before=before, right=date_right
        )
        before = 0
    yield paragraph(Style.SIGNATURE, run(signature.office), before=before, right=office_right)
    yield paragraph(Style.PLAIN, run(day), right=date_right, align="right")


def _imprint(imprint: Imprint) -> Iterator[str]:
    """版记: at the foot of the last page, between rules."""
    lines = []
    if imprint.copies_to:
        copies = f"抄送：{'，'.join(imprint.copies_to)}。"
        lines.append(paragraph(Style.IMPRINT, run(copies), left=4, right=1, first=-3))
    if imprint.printed_by:
        tab = f'<w:tab w:val="right" w:pos="{TEXT_WIDTH - round(TEXT_WIDTH / SIGNS)}"/>'
        on = printing.day(imprint.printed_on) + "印发" if imprint.printed_on else ""
        content = run(imprint.printed_by) + "<w:r><w:tab/></w:r>" + run(on)
        lines.append(paragraph(Style.IMPRINT, content, tabs=tab, left=1))
    if lines:
        yield _at_foot(lines)
        yield paragraph(Style.CELL, "")


def _at_foot(lines: list[str]) -> str:
    edges = rule("top", 8, BLACK) + rule("bottom", 8, BLACK) + rule("insideH", 6, BLACK)
    rows = "".join(
        f'<w:tr><w:trPr><w:cantSplit/></w:trPr><w:tc><w:tcPr><w:tcW w:w="{TEXT_WIDTH}"'
        f' w:type="dxa"/></w:tcPr>{line}</w:tc></w:tr>'
        for line in lines
    )
    return (
        '<w:tbl><w:tblPr><w:tblpPr w:leftFromText="0" w:rightFromText="0" w:topFromText="284"'
        ' w:vertAnchor="margin" w:horzAnchor="margin" w:tblpXSpec="center" w:tblpYSpec="bottom"/>'
        f'<w:tblW w:w="{TEXT_WIDTH}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="0" w:type="dxa"/>'
        '<w:right w:w="0" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>'
        f'<w:gridCol w:w="{TEXT_WIDTH}"/></w:tblGrid>{rows}</w:tbl>'
    )
