"""What every page carries, and what the file tells the program: page numbers, draft, settings."""

from __future__ import annotations

from casework.documents.layout import CHAR_SPACE, GREY, LINE, Style
from casework.documents.word.properties import DECLARATION
from casework.documents.word.styles import NS
from casework.documents.word.wordml import field, paragraph, run

DASH = "—"
DRAFT = "草　稿（未经签发，不得使用）"


def _numbered(align: str, left: float, right: float) -> str:
    content = run(f"{DASH} ") + field("PAGE") + run(f" {DASH}")
    line = paragraph(Style.FOOTER, content, align=align, left=left, right=right)
    return _rooted("ftr", line)


def _rooted(name: str, content: str) -> str:
    return f"<w:{name} {NS}>{content}</w:{name}>"


ODD_FOOTER = _numbered("right", 0, 1)
EVEN_FOOTER = _numbered("left", 1, 0)
"""Page numbers stand at the outer side: odd pages right, even left, one sign from the edge."""
DRAFT_HEADER = _rooted("hdr", paragraph(Style.HEADER, run(DRAFT)))
DRAFT_PARAGRAPH = (
    '<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:rPr><w:b/>'
    f'<w:color w:val="{GREY}"/></w:rPr><w:t>{DRAFT}</w:t></w:r></w:p>'
)
"""The same for files in which our styles do not exist."""
GRID = {"type": "linesAndChars", "linePitch": str(LINE), "charSpace": str(CHAR_SPACE)}
_COMPATIBILITY = "".join(
    f'<w:compatSetting w:name="{name}" w:uri="http://schemas.microsoft.com/office/word"'
    f' w:val="{value}"/>'
    for name, value in (
        ("compatibilityMode", 15),
        ("overrideTableStyleFontSizeAndJustification", 1),
        ("enableOpenTypeFeatures", 1),
        ("doNotFlipMirrorIndents", 1),
        ("differentiateMultirowTableHeaders", 1),
    )
)
SETTINGS = (
    f'<w:settings {NS}><w:zoom w:percent="100"/><w:bordersDoNotSurroundHeader/>'
    '<w:bordersDoNotSurroundFooter/><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:drawingGridVerticalSpacing w:val="156"/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:spaceForUL/>'
    "<w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
    f"<w:doNotExpandShiftReturn/><w:useFELayout/>{_COMPATIBILITY}</w:compat>"
    '<w:themeFontLang w:val="zh-CN" w:eastAsia="zh-CN"/><w:decimalSymbol w:val="."/>'
    '<w:listSeparator w:val=","/></w:settings>'
)
"""Word 2013 and later, so that it opens without 兼容模式; Chinese punctuation may be compressed."""
APP = (
    f"{DECLARATION}"
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    "<Application>Casework</Application></Properties>"
)
