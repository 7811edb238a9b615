"""GB/T 9704-2012 in numbers: the sheet, the type area, its grid, and the styles of the text.

Lengths are in twips (1/20 pt) unless their name says otherwise; sizes in points.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum


def twips(mm: float) -> int:
    """Millimetres in twips."""
    return round(mm * 1440 / 25.4)


SHEET_MM = (210, 297)
TYPE_AREA_MM = (156, 225)
TOP_MM, LEFT_MM = 37, 28
"""天头 and 订口; what is left makes the bottom and the right margin."""
WIDTH, HEIGHT = (twips(side) for side in SHEET_MM)
TOP, LEFT = twips(TOP_MM), twips(LEFT_MM)
BOTTOM = twips(SHEET_MM[1] - TOP_MM - TYPE_AREA_MM[1])
RIGHT = WIDTH - LEFT - twips(TYPE_AREA_MM[0])
TEXT_WIDTH = WIDTH - LEFT - RIGHT

LINES, SIGNS = 22, 28
"""Lines on a page, signs on a line."""
SIZE = 16.0
"""3号, the size of the body."""
LINE = twips(TYPE_AREA_MM[1]) // LINES
"""The pitch of the grid, rounded down so that the 22nd line still fits."""
SIGN = TEXT_WIDTH / SIGNS
CHAR_SPACE = int((SIGN / 20 - SIZE) * 4096)
"""How much narrower than its size a sign is set, in 4096ths of a point."""
CONDENSED = math.floor((SIGN / 20 - SIZE) * 20) - 1
"""The same in twips; one is spared for how LibreOffice rounds, so that the 28th sign still fits."""
FOOTER = twips(24.3)
"""From the lower edge of the sheet, so that the dashes stand 7 mm below the type area."""
HEADER = twips(20)
RED, BLACK, GREY = "FF0000", "000000", "7F7F7F"
RULE_BELOW_NUMBER_PT = 5
"""Below the line of the number, whose signs end 2 mm above its lower edge: 4 mm in all."""
HEAD_BELOW_TOP = 35 * LINES / TYPE_AREA_MM[1]
"""The red head begins 35 mm below the upper edge of the type area, in lines."""


class Style(StrEnum):
    """The styles of a document, by their ids in the file."""

    BODY = "Normal"
    TITLE = "Title"
    LEVEL_1 = "Heading1"
    LEVEL_2 = "Heading2"
    LEVEL_3 = "Heading3"
    LEVEL_4 = "Heading4"
    PLAIN = "Plain"
    HEAD = "RedHead"
    NUMBER = "DocumentNumber"
    MARK = "Mark"
    CELL = "Cell"
    CELL_HEAD = "CellHead"
    SMALL = "CellSmall"
    SMALL_HEAD = "CellHeadSmall"
    TABLE_TITLE = "TableTitle"
    CAPTION = "Caption"
    GAP = "Gap"
    SIGNATURE = "Signature"
    IMPRINT = "Imprint"
    FOOTER = "Footer"
    HEADER = "Header"
    LEAD = "Lead"
    WIDE = "Wide"
    RARE = "Rare"
    SIGNER = "Signer"


@dataclass(frozen=True, slots=True)
class Look:
    """How a style looks. ``face`` is an attribute of ``Fonts``; ``indent`` is the first line's, in
    signs; ``before`` and ``after`` are lines of the grid; ``exact`` is the height of a line in
    points, 0 for as high as what stands in it; ``outline`` the level in the navigation pane.
    """

    name: str
    face: str
    size: float = SIZE
    indent: int = 0
    align: str = "both"
    before: float = 0
    after: float = 0
    exact: float = LINE / 20
    keep: bool = False
    color: str = ""
    outline: int | None = None
    character: bool = False


LOOKS: dict[Style, Look] = {
    Style.BODY: Look("Normal", "body", indent=2),
    Style.TITLE: Look("Title", "title", 22, align="center", exact=33, keep=True),
    Style.LEVEL_1: Look("heading 1", "hei", indent=2, keep=True, outline=0),
    Style.LEVEL_2: Look("heading 2", "kai", indent=2, keep=True, outline=1),
    Style.LEVEL_3: Look("heading 3", "body", indent=2, keep=True, outline=2),
    Style.LEVEL_4: Look("heading 4", "body", indent=2, keep=True, outline=3),
    Style.PLAIN: Look("Plain", "body"),
    Style.HEAD: Look("Red Head", "title", 40, align="center", exact=56, color=RED, keep=True),
    Style.NUMBER: Look("Document Number", "body", align="center", keep=True),
    Style.MARK: Look("Mark", "hei", align="left", keep=True),
    Style.CELL: Look("Cell", "body", 12, align="left", exact=18),
    Style.CELL_HEAD: Look("Cell Head", "hei", 12, align="center", exact=18),
    Style.SMALL: Look("Cell Small", "body", 10.5, align="left", exact=16),
    Style.SMALL_HEAD: Look("Cell Head Small", "hei", 10.5, align="center", exact=16),
    Style.TABLE_TITLE: Look(
        "Table Title", "hei", 14, align="center", before=0.4, exact=28, keep=True
    ),
    Style.CAPTION: Look("caption", "kai", 12, align="center", after=0.4, exact=0),
    Style.GAP: Look("Gap", "body", 5, align="left", exact=9),
    Style.SIGNATURE: Look("Signature", "body", align="right", keep=True),
    Style.IMPRINT: Look("Imprint", "body", 14, align="left", exact=28),
    Style.FOOTER: Look("footer", "song", 14, align="left", exact=18),
    Style.HEADER: Look("header", "hei", 18, align="center", exact=24, color=GREY),
    Style.LEAD: Look("Lead", "kai", character=True),
    Style.WIDE: Look("Wide", "wide", character=True),
    Style.RARE: Look("Rare", "rare", character=True),
    Style.SIGNER: Look("Signer", "kai", character=True),
}
"""Every style; 3号仿宋 is the body, 一级 黑体, 二级 楷体, 三四级 仿宋, the title 2号小标宋."""
HEADING_STYLES = (Style.LEVEL_1, Style.LEVEL_2, Style.LEVEL_3, Style.LEVEL_4)
