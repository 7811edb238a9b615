"""The order of a paper: marks, head, number, title, body, signature, annexes, imprint."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from casework.documents import printing
from casework.documents.layout import (
    HEAD_BELOW_TOP,
    HEADING_STYLES,
    LOOKS,
    RED,
    RULE_BELOW_NUMBER_PT,
    SIGN,
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
from casework.documents.word.tables import at_foot, receipt, signed, table
from casework.documents.word.titles import title_lines
from casework.documents.word.wordml import BREAK, paragraph, rule, run, width

TAB = "<w:r><w:tab/></w:r>"
AT_EDGE = f'<w:tab w:val="right" w:pos="{TEXT_WIDTH - round(SIGN)}"/>'
"""A tab that ends one sign before the edge."""
UNBROKEN = re.compile("[!-~]{20}")
"""A hash or an address: justified, the line before it would be pulled apart."""
SHORT = 8 * SIGNS
"""A longer last paragraph is not held with the signature: LibreOffice would move it as a whole."""
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
    yield from signed(paper.signature) if paper.form else _signature(paper.signature)
    for block in paper.after:
        yield from _block(block, place, False)
    yield from _imprint(paper.imprint)


def _masthead(paper: Paper) -> Iterator[str]:
    """The red head and the rule: over the number, or as a newsletter, over issue and office."""
    red = rule("bottom", 18, RED, RULE_BELOW_NUMBER_PT)
    signer = run("签发人：") + run(paper.signer, Style.SIGNER) if paper.signer else ""
    if paper.newsletter:
        yield paragraph(Style.HEAD, run(paper.head, size=fitting(paper.head)), before=0.5)
        yield paragraph(Style.NUMBER, run(paper.number), before=0.5)
        right = signer or run(printing.day_or_room(paper.signature.on))
        content, before = run(paper.signature.office) + TAB + right, 0.5
    else:
        head = run(paper.head, size=fitting(paper.head))
        yield paragraph(Style.HEAD, head, before=HEAD_BELOW_TOP)
        if not signer:
            yield paragraph(Style.NUMBER, run(paper.number), rule=red, before=2)
            return
        content, before = run(paper.number) + TAB + signer, 2.0
    yield paragraph(
        Style.NUMBER, content, rule=red, tabs=AT_EDGE, before=before, first=1, align="left"
    )


def fitting(head: str) -> float:
    """The size in points at which a red head fits on one line; 0 for the usual one."""
    room = TEXT_WIDTH / 20 / (width(head) + 0.2)
    return 0 if room >= LOOKS[Style.HEAD].size else int(room * 2) / 2


def _title(title: str, ending: str, before: float) -> str:
    lines = [run(line) for line in title_lines(title, ending)]
    return paragraph(Style.TITLE, BREAK.join(lines), before=before)


def _block(block: Block, place: Place, last: bool) -> Iterator[str]:
    match block:
        case Heading():
            yield paragraph(HEADING_STYLES[block.level - 1], run(block.text))
        case Paragraph():
            lead = run(block.lead, Style.LEAD) if block.lead else ""
            align = "left" if UNBROKEN.search(block.text) else ""
            keep = last and len(block.text) <= SHORT
            yield paragraph(Style.BODY, lead + run(block.text), keep=keep, align=align)
        case Table():
            yield from table(block, keep=last)
        case Receipt():
            yield from receipt(block)
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
    day = printing.day_or_room(signature.on)
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
        on = printing.day(imprint.printed_on) + "印发" if imprint.printed_on else ""
        content = run(imprint.printed_by) + TAB + run(on)
        lines.append(paragraph(Style.IMPRINT, content, tabs=AT_EDGE, left=1))
    if lines:
        yield at_foot(lines)
        yield paragraph(Style.CELL, "")
