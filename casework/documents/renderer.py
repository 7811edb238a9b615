"""From a paper to the bytes of a Word file; the only place that knows python-docx.

The base — page, grid, styles, footers, settings — is built once for each set of fonts and taken
apart into its entries; a document then is its own body and properties in that base. The same paper
and fonts give the same bytes.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from docx import Document
from docx.document import Document as WordDocument
from docx.opc.constants import RELATIONSHIP_TYPE as RELATION
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Twips

from casework.documents import layout
from casework.documents.fonts import Fonts
from casework.documents.paper import Paper, Picture
from casework.documents.word import sheets
from casework.documents.word.archive import packed, unpacked
from casework.documents.word.body import body
from casework.documents.word.pictures import drawing
from casework.documents.word.properties import DECLARATION, core_xml
from casework.documents.word.styles import font_table_xml, styles_xml

VERSION = 1
"""Raised whenever the same paper gives other bytes, as it may with another python-docx."""
DOCUMENT, RELATIONS = "word/document.xml", "word/_rels/document.xml.rels"
CONTENT_TYPES, CORE, APP = "[Content_Types].xml", "docProps/core.xml", "docProps/app.xml"
FONT_TABLE = "word/fontTable.xml"
NEEDED = frozenset({RELATION.STYLES, RELATION.SETTINGS, RELATION.FONT_TABLE})
"""Of what python-docx's own template holds, a document needs only these."""
PNG_TYPE = '<Default Extension="png" ContentType="image/png"/>'
BODY = "<w:body>"


def render(paper: Paper, fonts: Fonts | None = None) -> bytes:
    """The Word file of a paper. The same paper and fonts give the same bytes."""
    base = _base(fonts or Fonts(), paper.draft)
    pictures = _Pictures()
    content = body(paper, pictures.place)
    entries = dict(base.entries)
    entries[DOCUMENT] = f"{base.before}{content}{base.after}".encode()
    entries[CORE] = core_xml(paper.properties).encode()
    pictures.put_into(entries)
    return packed(entries)


@dataclass(frozen=True, slots=True)
class _Base:
    """What all documents share: the entries of the zip, and the document around its body."""

    entries: dict[str, bytes]
    before: str
    after: str


@dataclass(slots=True)
class _Pictures:
    """The pictures of one document, in the order of their appearance."""

    found: list[bytes] = field(default_factory=list)

    def place(self, picture: Picture) -> str:
        """Take a picture into the file; the XML that shows it."""
        self.found.append(picture.png)
        number = len(self.found)
        return drawing(picture.png, number, f"picture{number}", picture.alt)

    def put_into(self, entries: dict[str, bytes]) -> None:
        """Add the pictures and how the document refers to them."""
        relations = ""
        for number, png in enumerate(self.found, start=1):
            entries[f"word/media/picture{number}.png"] = png
            relations += (
                f'<Relationship Id="picture{number}" Type="{RELATION.IMAGE}"'
                f' Target="media/picture{number}.png"/>'
            )
        if relations:
            end = "</Relationships>"
            known = entries[RELATIONS].decode()
            entries[RELATIONS] = known.replace(end, relations + end).encode()


@lru_cache(maxsize=8)
def _base(fonts: Fonts, draft: bool) -> _Base:
    document = Document()
    _drop_needless(document)
    _fill(document.styles.element, styles_xml(fonts))
    _fill(document.settings.element, sheets.SETTINGS)
    _page(document.sections[0], draft)
    out = io.BytesIO()
    document.save(out)
    entries = unpacked(out.getvalue())
    types = entries[CONTENT_TYPES].decode()
    entries[CONTENT_TYPES] = types.replace("<Override", f"{PNG_TYPE}<Override", 1).encode()
    entries[FONT_TABLE] = (DECLARATION + font_table_xml(fonts)).encode()
    entries[APP] = sheets.APP.encode()
    before, after = entries.pop(DOCUMENT).decode().split(BODY)
    return _Base(entries, before + BODY, after)


def _drop_needless(document: WordDocument) -> None:
    for relations, kept in (
        (document.part.rels, NEEDED),
        (
            document.part.package.rels,
            {RELATION.OFFICE_DOCUMENT, RELATION.CORE_PROPERTIES, RELATION.EXTENDED_PROPERTIES},
        ),
    ):
        for name, relation in list(relations.items()):
            if relation.reltype not in kept:
                del relations[name]


def _fill(root: Any, xml: str) -> None:
    """Put the children of this XML in the place of the root's own."""
    for child in list(root):
        root.remove(child)
    root.extend(list(parse_xml(xml)))


def _page(section: Section, draft: bool) -> None:
    section.page_width, section.page_height = Twips(layout.WIDTH), Twips(layout.HEIGHT)
    section.top_margin, section.bottom_margin = Twips(layout.TOP), Twips(layout.BOTTOM)
    section.left_margin, section.right_margin = Twips(layout.LEFT), Twips(layout.RIGHT)
    section.header_distance = Twips(layout.HEADER)
    section.footer_distance = Twips(layout.FOOTER)
    grid = section._sectPr.find(qn("w:docGrid"))
    for name, value in sheets.GRID.items():
        grid.set(qn(f"w:{name}"), value)
    stories: list[tuple[Any, str]] = [
        (section.footer, sheets.ODD_FOOTER),
        (section.even_page_footer, sheets.EVEN_FOOTER),
    ]
    if draft:
        stories += [
            (section.header, sheets.DRAFT_HEADER),
            (section.even_page_header, sheets.DRAFT_HEADER),
        ]
    for story, xml in stories:
        story.is_linked_to_previous = False
        _fill(story._element, xml)
