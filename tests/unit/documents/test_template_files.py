"""What is hidden in an uploaded file by prefix, entity, encoding, letter case or name is found."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from casework.documents.templates import BadTemplate, fill_template
from tests.unit.documents.test_templates import FRAME, GOOD, changed, refused, word

RELS = "word/_rels/document.xml.rels"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "[Content_Types].xml"
Change = Callable[[dict[str, bytes]], None]


def put(name: str, before: bytes, new: str) -> Change:
    """Set words before others in one part."""

    def change(entries: dict[str, bytes]) -> None:
        assert before in entries[name]
        entries[name] = entries[name].replace(before, new.encode() + before, 1)

    return change


def link(kind: str, target: str, more: str = "") -> Change:
    """One more relationship of the document."""
    tag = f'<Relationship Id="x9" Type="{OFFICE}/{kind}" Target="{target}" {more}/>'
    return put(RELS, b"</Relationships>", tag)


def field(*pieces: str) -> Change:
    """A field whose instruction stands in these runs."""
    runs = "".join(f"<w:r><w:instrText>{one}</w:instrText></w:r>" for one in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{one}"/></w:r>' for one in ("begin", "end"))
    return put("word/document.xml", b"<w:p>", f"<w:p>{begin}{runs}{end}</w:p>")


def titled(title: str) -> Change:
    """The file with a title in its properties."""

    def change(entries: dict[str, bytes]) -> None:
        core = entries["docProps/core.xml"].decode()
        found = re.sub(r"<dc:title>.*?</dc:title>|<dc:title/>", "", core)
        said = f"<dc:title>{title}</dc:title></cp:coreProperties>"
        entries["docProps/core.xml"] = found.replace("</cp:coreProperties>", said).encode()

    return change


def _renamed(entries: dict[str, bytes]) -> None:
    for name in (TYPES, RELS):
        entries[name] = entries[name].replace(b"footer1.xml", b"fuss.xml")
    entries["word/fuss.xml"] = entries.pop("word/footer1.xml")


def _decoy(entries: dict[str, bytes]) -> None:
    entries["word/kopf.xml"] = entries["word/document.xml"]
    entries["_rels/.rels"] = entries["_rels/.rels"].replace(b"word/document.xml", b"word/kopf.xml")


def _sixteen(entries: dict[str, bytes]) -> None:
    text = entries[RELS].decode().split("?>", 1)[1]
    entries[RELS] = ('<?xml version="1.0" encoding="UTF-16"?>' + text).encode("utf-16")


def _seven(entries: dict[str, bytes]) -> None:
    text = entries[RELS].decode().split("?>", 1)[1]
    entries[RELS] = ('<?xml version="1.0" encoding="utf-7"?>' + text).encode()


EXTERNAL = f'Type="{OFFICE}/image" Target="http://evil.example/a.png" TargetMode="External"'
HIDDEN: list[tuple[Change, str]] = [
    (
        put(
            RELS,
            b"</Relationships>",
            f'<q:Relationship xmlns:q="{PACKAGE}" Id="x" {EXTERNAL}/>',
        ),
        "http://evil.example/a.png",
    ),
    (link("image", "http://e.example/", 'TargetMode="&#69;xternal"'), "links to something outside"),
    (_sixteen, "not written in UTF-8"),
    (_seven, "not written in UTF-8"),
    (field(' includepicture "http://e.example/a.png" '), "INCLUDEPICTURE"),
    (field(" INCLUDE", 'PICTURE "http://e.example/a.png" '), "INCLUDEPICTURE"),
    (field(" PAGE {{ 事由 }} "), "field that fetches"),
    (
        put("word/document.xml", b"<w:p>", '<w:p><w:fldSimple w:instr="DDE&#65;UTO x"/></w:p>'),
        "DDEAUTO",
    ),
    (link("vbaProject", "media/a.bin"), "macros"),
    (link("aFChunk", "media/a.html"), "macros"),
    (
        put(
            TYPES,
            b"</Types>",
            '<Override PartName="/word/media/a.bin"'
            ' ContentType="application/vnd.ms-office.vbaProject"/>',
        ),
        "macros",
    ),
    (
        put(
            "word/document.xml",
            b"<w:sectPr",
            '<z:altChunk xmlns:z="http://schemas.openxmlformats.org/wordprocessingml/2006/main"/>',
        ),
        "macros",
    ),
    (_renamed, "name that Word never gives: word/fuss.xml"),
    (_decoy, "name that Word never gives: word/kopf.xml"),
    (titled("{{ ('a'*200000000)|length }}"), "may only stand in"),
    (titled("{{ missing_name }}"), "may only stand in"),
]


@pytest.mark.parametrize(("change", "reason"), HIDDEN)
def test_what_is_hidden_is_found_on_upload_and_never_filled_in(change: Change, reason: str) -> None:
    bad = changed(GOOD, change)
    assert any(reason in found for _, found in refused(bad))
    with pytest.raises(BadTemplate):
        fill_template(bad, {"事由": "甲", "due_on": "", "备注": "", "schools": []}, FRAME)


def test_the_part_of_the_file_is_named() -> None:
    places = [place for place, _ in refused(changed(GOOD, titled("{{ a }}")))]
    assert places == ["Part docProps/core.xml of the file"]


def test_harmless_fields_and_links_stay() -> None:
    good = changed(word("{{ 事由 }}"), field(" PA", "GE "))
    assert fill_template(good, {"事由": "甲"}, FRAME)
