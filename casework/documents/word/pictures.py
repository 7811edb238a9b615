"""A PNG picture in the text, as wide as the type area, described for who cannot see it."""

from __future__ import annotations

import struct
from xml.sax.saxutils import quoteattr

from casework.documents.layout import TYPE_AREA_MM

EMU_PER_MM = 36_000
PNG = b"\x89PNG\r\n\x1a\n"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height in pixels. Raises ValueError if it is no PNG."""
    if not png.startswith(PNG):
        raise ValueError("only PNG pictures are printed")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def drawing(png: bytes, number: int, relation: str, alt: str) -> str:
    """The run that shows a picture of the file."""
    width, height = size_of(png)
    across = TYPE_AREA_MM[0] * EMU_PER_MM
    extent = f'cx="{across}" cy="{across * height // width}"'
    name = f"picture{number}.png"
    return (
        "<w:r><w:drawing><wp:inline"
        f' xmlns:wp="{DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent {extent}/><wp:docPr id="{number}" name="{name}" descr={quoteattr(alt)}/>'
        f'<a:graphic xmlns:a="{DRAWING}/main"><a:graphicData uri="{DRAWING}/picture">'
        f'<pic:pic xmlns:pic="{DRAWING}/picture"><pic:nvPicPr>'
        f'<pic:cNvPr id="{number}" name="{name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
        f'<a:blip xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
        f' r:embed="{relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr>'
        f'<a:xfrm><a:off x="0" y="0"/><a:ext {extent}/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
        "</a:graphic></wp:inline></w:drawing></w:r>"
    )
