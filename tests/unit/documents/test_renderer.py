"""The Word file: the layout of GB/T 9704-2012 as declared, the same bytes, nothing foreign."""

from __future__ import annotations

import hashlib
import io
from dataclasses import fields, replace
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm

from casework.documents.catalogue import KINDS
from casework.documents.compose import compose
from casework.documents.fonts import Fonts
from casework.documents.layout import Style
from casework.documents.paper import Paragraph
from casework.documents.renderer import render
from config.settings import FACES as FACES_OF_SETTINGS
from tests.unit.documents import schema, words_of
from tests.unit.documents.pages import PAGES
from tests.unit.documents.samples import frame_for
from tests.unit.documents.samples_more import SAMPLES

FACES = {
    "Normal": ("仿宋_GB2312", 16),
    "Title": ("方正小标宋简体", 22),
    "Heading1": ("黑体", 16),
    "Heading2": ("楷体_GB2312", 16),
    "Heading3": ("仿宋_GB2312", 16),
    "Heading4": ("仿宋_GB2312", 16),
    "RedHead": ("方正小标宋简体", 40),
    "Footer": ("宋体", 14),
    "Imprint": ("仿宋_GB2312", 14),
}
"""3号仿宋, 2号小标宋, 黑体, 楷体, 4号宋体: as the standard and its practice have them."""


def file_of(name: str, **frame: object) -> bytes:
    kind = KINDS[name]
    return render(compose(kind, SAMPLES[name], frame_for(kind, **frame)))


@pytest.mark.parametrize("name", KINDS)
def test_the_same_paper_gives_the_same_bytes(name: str) -> None:
    assert file_of(name) == file_of(name)


def test_another_instant_or_word_gives_other_bytes() -> None:
    later = datetime(2026, 3, 4, tzinfo=UTC)
    hashes = {
        hashlib.sha256(data).hexdigest()
        for data in (
            file_of("class_log"),
            file_of("class_log", made_at=later),
            file_of("class_log", signer="他人"),
            file_of("class_log", draft=True),
        )
    }
    assert len(hashes) == 4


@pytest.mark.parametrize("name", [*KINDS, "levels", "draft"])
def test_elements_stand_where_word_wants_them(name: str) -> None:
    data = file_of(name) if name in KINDS else render(PAGES[name])
    for part in words_of.names(data):
        if part.startswith("word/") and part.endswith(".xml"):
            assert list(schema.faults(words_of.part(data, part))) == [], part


@pytest.mark.parametrize("name", KINDS)
def test_every_part_is_declared_and_every_relation_leads_somewhere(name: str) -> None:
    data = file_of(name)
    names = set(words_of.names(data))
    assert words_of.names(data)[0] == "[Content_Types].xml"
    for rels in (one for one in names if one.endswith(".rels")):
        folder = rels.replace("_rels/", "").rpartition("/")[0]
        for relation in words_of.part(data, rels):
            target = relation.get("Target")
            assert f"{folder}/{target}".removeprefix("/").lstrip("/") in names
    assert not [one for one in names if "theme" in one or "custom" in one or "thumbnail" in one]


def test_the_sheet_and_its_grid() -> None:
    document = Document(io.BytesIO(file_of("supervision_notice")))
    section = document.sections[0]
    assert abs(section.page_width - Mm(210)) < Mm(0.1)
    assert abs(section.page_height - Mm(297)) < Mm(0.1)
    assert abs(section.top_margin - Mm(37)) < Mm(0.1)
    assert abs(section.left_margin - Mm(28)) < Mm(0.1)
    type_area = section.page_width - section.left_margin - section.right_margin
    assert abs(type_area - Mm(156)) < Mm(0.1)
    height = section.page_height - section.top_margin - section.bottom_margin
    assert abs(height - Mm(225)) < Mm(0.1)
    grid = words_of.part(file_of("class_log"), "word/document.xml").find(f".//{qn('w:docGrid')}")
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert grid.get(qn("w:linePitch")) == "579"
    assert grid.get(qn("w:charSpace")) == "-848"


def test_the_faces_are_declared_for_chinese_on_the_styles() -> None:
    styles = words_of.part(file_of("supervision_notice"), "word/styles.xml")
    for name, (face, size) in FACES.items():
        style = styles.find(f"w:style[@w:styleId='{name}']", styles.nsmap)
        fonts = style.find(f".//{qn('w:rFonts')}")
        assert fonts.get(qn("w:eastAsia")) == face, name
        assert style.find(f".//{qn('w:sz')}").get(qn("w:val")) == str(size * 2), name
    for fonts in styles.iter(qn("w:rFonts")):
        assert not [name for name in fonts.attrib if name.endswith("Theme")]
        assert fonts.get(qn("w:eastAsia"))


def test_styles_that_are_used_exist_and_text_carries_no_faces_of_its_own() -> None:
    for name in KINDS:
        data = file_of(name)
        body = words_of.part(data, "word/document.xml")
        styles = words_of.part(data, "word/styles.xml")
        known = {one.get(qn("w:styleId")) for one in styles.iter(qn("w:style"))}
        used = {
            one.get(qn("w:val"))
            for tag in ("pStyle", "rStyle")
            for one in body.iter(qn(f"w:{tag}"))
        }
        assert used <= known
        assert not list(body.iter(qn("w:rFonts")))


def test_missing_faces_have_named_stand_ins() -> None:
    table = words_of.part(file_of("class_log"), "word/fontTable.xml")
    instead = {
        font.get(qn("w:name")): font.find(qn("w:altName")).get(qn("w:val"))
        for font in table.iter(qn("w:font"))
    }
    assert instead["仿宋_GB2312"].startswith("仿宋,")
    assert "宋体" in instead["方正小标宋简体"]
    assert "SimSun-ExtB" in instead


def test_an_office_may_name_the_faces_it_has() -> None:
    kind = KINDS["class_log"]
    paper = compose(kind, SAMPLES["class_log"], frame_for(kind))
    own = render(paper, Fonts.named({"title": "方正小标宋_GBK", "body": "仿宋"}))
    styles = words_of.part(own, "word/styles.xml")
    faces = {fonts.get(qn("w:eastAsia")) for fonts in styles.iter(qn("w:rFonts"))}
    assert {"方正小标宋_GBK", "仿宋"} <= faces
    assert "仿宋_GB2312" not in faces
    assert set(FACES_OF_SETTINGS) == {one.name for one in fields(Fonts)}


def test_language_and_properties_are_set() -> None:
    data = file_of("supervision_notice")
    lang = words_of.part(data, "word/styles.xml").find(f".//{qn('w:lang')}")
    assert lang.get(qn("w:eastAsia")) == "zh-CN"
    said = Document(io.BytesIO(data)).core_properties
    assert said.title == "关于学生课间踩踏受伤事件整改的督办通知书"
    assert said.author == said.last_modified_by == "东山县教育局"
    assert said.subject == "督办通知书"
    assert said.identifier == "2026-TF-000123"
    assert said.language == "zh-CN"
    assert said.created == said.modified == datetime(2026, 3, 3, 1, 30, tzinfo=UTC)
    assert b"python-docx" not in b"".join(
        words_of.read(data, name) for name in words_of.names(data)
    )


def test_table_heads_are_repeated_and_short_rows_stay_whole() -> None:
    body = words_of.part(file_of("bulletin"), "word/document.xml")
    for table in body.iter(qn("w:tbl")):
        rows = list(table.iter(qn("w:tr")))
        if len(rows) < 3:
            continue
        assert rows[0].find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)


def test_a_very_long_cell_may_break_over_pages() -> None:
    kind = KINDS["opinion_form"]
    values = SAMPLES["opinion_form"] | {"views": "网民观点。" * 800}
    body = words_of.part(render(compose(kind, values, frame_for(kind))), "word/document.xml")
    whole = [
        row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in body.iter(qn("w:tr"))
    ]
    assert whole.count(False) == 1


def test_rare_signs_stand_in_the_face_that_holds_them() -> None:
    body = words_of.part(file_of("absence_register"), "word/document.xml")
    runs = {
        run.findtext(qn("w:t")): run.find(f"{qn('w:rPr')}/{qn('w:rStyle')}")
        for run in body.iter(qn("w:r"))
    }
    assert runs["𠮷"].get(qn("w:val")) == Style.RARE
    assert runs["欧阳"] is None


def test_words_are_words_and_never_markup() -> None:
    paper = replace(PAGES["levels"], blocks=(Paragraph("甲<w:b/>&乙\"'"),))
    assert "甲<w:b/>&乙\"'" in words_of.document(render(paper))


def test_a_draft_differs_from_an_issued_document_on_every_page() -> None:
    draft, issued = file_of("class_log", draft=True), file_of("class_log")
    headers = [name for name in words_of.names(draft) if "header" in name]
    assert len(headers) == 2
    assert all("草　稿" in words_of.read(draft, name).decode() for name in headers)
    assert not [name for name in words_of.names(issued) if "header" in name]
