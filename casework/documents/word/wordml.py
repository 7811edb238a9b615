"""The words of WordprocessingML that the documents are made of, as text.

Elements stand in the order that the schema demands; a test holds every kind against it.
"""

from __future__ import annotations

from xml.sax.saxutils import escape

from casework.documents.fonts import runs
from casework.documents.layout import LINE, SIGN, Style

BREAK = "<w:r><w:br/></w:r>"
FACES = {"wide": Style.WIDE, "rare": Style.RARE}
RULE = '<w:{edge} w:val="single" w:sz="{size}" w:space="{space}" w:color="{color}"/>'


def run(words: str, style: str = "", size: float = 0) -> str:
    """Words in a character style; signs outside its face get the face that holds them.

    A ``size`` in points stands in for the paragraph's.
    """
    return "".join(_run(one, FACES.get(face, style), size) for one, face in runs(words) if one)


def _run(words: str, style: str, size: float) -> str:
    said = f'<w:rStyle w:val="{style}"/>' if style else ""
    if size:
        said += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    props = f"<w:rPr>{said}</w:rPr>" if said else ""
    return f'<w:r>{props}<w:t xml:space="preserve">{escape(words)}</w:t></w:r>'


def paragraph(
    style: Style,
    content: str,
    *,
    keep: bool = False,
    new_page: bool = False,
    rule: str = "",
    tabs: str = "",
    before: float = 0,
    left: float | None = None,
    right: float | None = None,
    first: float | None = None,
    align: str = "",
) -> str:
    """A paragraph; ``before`` in lines of the grid, ``left``, ``right`` and ``first`` in signs."""
    props = (
        (f'<w:pStyle w:val="{style}"/>' if style != Style.BODY else "")
        + ("<w:keepNext/>" if keep else "")
        + ("<w:pageBreakBefore/>" if new_page else "")
        + (f"<w:pBdr>{rule}</w:pBdr>" if rule else "")
        + (f"<w:tabs>{tabs}</w:tabs>" if tabs else "")
        + (spacing(before) if before else "")
        + indent(left, right, first)
        + (f'<w:jc w:val="{align}"/>' if align else "")
    )
    return f"<w:p><w:pPr>{props}</w:pPr>{content}</w:p>" if props else f"<w:p>{content}</w:p>"


def spacing(before: float) -> str:
    """The space before a paragraph in lines of the grid."""
    return f'<w:spacing w:beforeLines="{round(before * 100)}" w:before="{round(before * LINE)}"/>'


def styled_spacing(before: float, after: float, exact: int) -> str:
    """The space around the paragraphs of a style in lines, and the height of their lines.

    A height of 0 is that of what stands in the line.
    """
    height = f' w:line="{exact or 240}" w:lineRule="{"exact" if exact else "auto"}"'
    return (
        f'<w:spacing w:beforeLines="{round(before * 100)}" w:before="{round(before * LINE)}"'
        f' w:afterLines="{round(after * 100)}" w:after="{round(after * LINE)}"{height}/>'
    )


def indent(left: float | None, right: float | None, first: float | None) -> str:
    """The indents of a paragraph in signs of the grid; None leaves them to the style.

    A first line that stands out to the left has a negative number of signs.
    """
    parts = ""
    for name, signs in (("left", left), ("right", right)):
        if signs is not None:
            parts += f' w:{name}Chars="{round(signs * 100)}" w:{name}="{round(signs * SIGN)}"'
    if first is not None:
        name = "hanging" if first < 0 else "firstLine"
        parts += f' w:{name}Chars="{round(abs(first) * 100)}" w:{name}="{round(abs(first) * SIGN)}"'
    return f"<w:ind{parts}/>" if parts else ""


def rule(edge: str, size: int, color: str, space: int = 0) -> str:
    """A line along one edge; its size in eighths of a point."""
    return RULE.format(edge=edge, size=size, space=space, color=color)


def field(code: str) -> str:
    """A field that the program computes, such as PAGE."""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        "<w:r><w:t>1</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def width(words: str) -> float:
    """How many signs of the grid the words take: Latin letters and figures take half of one."""
    return sum(0.5 if sign.isascii() else 1 for sign in words)
