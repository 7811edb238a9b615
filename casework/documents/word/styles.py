"""The styles and the font table of a file: East Asian faces on every style, no theme, zh-CN."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import quoteattr

from casework.documents.fonts import Face, Fonts
from casework.documents.layout import CONDENSED, LOOKS, SIZE, Look, Style
from casework.documents.word.wordml import indent, styled_spacing

NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
# In zh-CN, LibreOffice would break Latin words and figures anywhere.
LANG = '<w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/>'
OFF_GRID = '<w:snapToGrid w:val="0"/>'
"""Lines and signs have the pitch of the grid themselves: see docs/documents.md."""
PLAIN_LATIN = frozenset({"song", "rare", "wide"})
"""Faces that also set Latin letters and figures, such as the half-width figures of page numbers."""


def styles_xml(fonts: Fonts) -> str:
    """The whole of ``word/styles.xml``."""
    body = LOOKS[Style.BODY]
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{_fonts(fonts, body.face)}{_size(body.size)}{LANG}"
        "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr/></w:pPrDefault></w:docDefaults>"
    )
    written = "".join(_style(fonts, style, look) for style, look in LOOKS.items())
    return f"<w:styles {NS}>{defaults}{_NONE}{written}</w:styles>"


_NONE = (
    '<w:style w:type="character" w:default="1" w:styleId="DefaultParagraphFont">'
    '<w:name w:val="Default Paragraph Font"/><w:uiPriority w:val="1"/><w:semiHidden/></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
    '<w:uiPriority w:val="99"/><w:semiHidden/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>'
    '<w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/>'
    '<w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>'
    '</w:style><w:style w:type="numbering" w:default="1" w:styleId="NoList">'
    '<w:name w:val="No List"/><w:uiPriority w:val="99"/><w:semiHidden/></w:style>'
)


def _style(fonts: Fonts, style: Style, look: Look) -> str:
    kind = "character" if look.character else "paragraph"
    default = ' w:default="1"' if style == Style.BODY else ""
    based = "" if style == Style.BODY or look.character else f'<w:basedOn w:val="{Style.BODY}"/>'
    follows = f'<w:next w:val="{Style.BODY}"/>' if look.outline is not None else ""
    props = "" if look.character else f"<w:pPr>{''.join(_paragraph(look))}</w:pPr>"
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{style}"><w:name w:val="{look.name}"/>'
        f"{based}{follows}<w:qFormat/>{props}"
        f"<w:rPr>{_fonts(fonts, look.face)}{_letters(look)}</w:rPr></w:style>"
    )


def _letters(look: Look) -> str:
    """What a style says of its signs beside their face."""
    color = f'<w:color w:val="{look.color}"/>' if look.color else ""
    if look.character:
        return color
    condensed = f'<w:spacing w:val="{CONDENSED}"/>' if look.size == SIZE else ""
    return f"{OFF_GRID}{color}{condensed}{_size(look.size)}"


def _paragraph(look: Look) -> Iterator[str]:
    yield "<w:keepNext/>" if look.keep else '<w:keepNext w:val="0"/>'
    yield '<w:widowControl w:val="0"/>'
    yield '<w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/>'
    yield OFF_GRID
    yield styled_spacing(look.before, look.after, round(look.exact * 20))
    yield indent(0, 0, look.indent)
    yield f'<w:jc w:val="{look.align}"/>'
    if look.outline is not None:
        yield f'<w:outlineLvl w:val="{look.outline}"/>'


def _fonts(fonts: Fonts, name: str) -> str:
    face: Face = getattr(fonts, name)
    latin = face if name in PLAIN_LATIN else fonts.latin
    return (
        f"<w:rFonts w:ascii={quoteattr(latin.name)} w:hAnsi={quoteattr(latin.name)}"
        f" w:eastAsia={quoteattr(face.name)} w:cs={quoteattr(fonts.latin.name)}/>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def font_table_xml(fonts: Fonts) -> str:
    """``word/fontTable.xml``: each face with what may stand in for it."""
    written = "".join(
        f"<w:font w:name={quoteattr(face.name)}>"
        + (f"<w:altName w:val={quoteattr(','.join(face.instead))}/>" if face.instead else "")
        + '<w:charset w:val="86"/><w:family w:val="auto"/><w:pitch w:val="variable"/></w:font>'
        for face in fonts.faces()
    )
    return f"<w:fonts {NS}>{written}</w:fonts>"
