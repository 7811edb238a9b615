"""The words of a Word file in their order, as a reader of the file sees them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from lxml import etree


def document(data: bytes) -> list[str]:
    """The paragraphs of the body, those of tables included, each without its empty ones."""
    body = Document(io.BytesIO(data)).element.body
    return [words for paragraph in body.iter(qn("w:p")) if (words := _words(paragraph))]


def _words(paragraph: Any) -> str:
    return "".join(_signs(paragraph))


def _signs(paragraph: Any) -> Iterator[str]:
    for node in paragraph.iter(qn("w:t"), qn("w:tab")):
        yield node.text or "" if node.tag == qn("w:t") else " "


def part(data: bytes, name: str) -> Any:
    """One part of the file as a tree."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return etree.fromstring(archive.read(name))


def names(data: bytes) -> list[str]:
    """The names of the parts."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.namelist()


def read(data: bytes, name: str) -> bytes:
    """One part of the file as it is."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return archive.read(name)
