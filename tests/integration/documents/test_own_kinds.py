"""A bureau's own kinds: from a Word template to an issued document, without a line of code."""

from __future__ import annotations

import io
import zipfile

import pytest
from sqlalchemy.orm import Session

from casework.demo.papers import word_file
from casework.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.models import Case, DocumentTemplate, Unit
from casework.services import timeline
from casework.services.documents import (
    detail,
    drafting,
    issuing,
    kinds,
    offering,
    own_kinds,
    previewing,
    proving,
    reviewing,
)
from casework.services.documents.drafting import Begun
from casework.services.documents.own_kinds import NewKind
from casework.services.documents.press import Press
from casework.services.documents.proving import Proof
from tests.factories import County
from tests.integration.documents import arranging as d

pytestmark = pytest.mark.one_database

PROMISE = (
    "家校共育承诺书",
    "案件：{{ 案件编号 }}",
    "{{ 案件编号 }}号案：{{ 承诺内容 }}",
    "{{ office }}",
)


def added(
    session: Session,
    press: Press,
    county: County,
    *paragraphs: str,
    name: str = "",
    series: str = "",
) -> DocumentTemplate:
    """A kind of the first county's bureau, made of these paragraphs."""
    given = NewKind(county.units["B1"], "家校共育承诺书", name=name, series=series)
    file = io.BytesIO(word_file(paragraphs or PROMISE))
    return own_kinds.add(session, press, county["leader1"], given, file)


def begun(session: Session, press: Press, county: County, case: Case, name: str) -> int:
    """A draft of the teacher with its one open entry written, handed in."""
    teacher = county["teacher1"]
    given = Begun(fields={"承诺内容": "每天与孩子谈一次话。"})
    document = drafting.begin(session, press, teacher, case.number, name, given)
    reviewing.submit(session, press, *d.step(teacher, document))
    return document.id


def text_of(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read("word/document.xml").decode()


def test_a_template_becomes_a_kind_that_schools_can_issue(
    session: Session, county: County, press: Press, case: Case
) -> None:
    row = added(session, press, county, series="诺")
    offered = {one.name: one for one in offering.offers(session, county["teacher1"], case)}
    assert row.name in offered
    assert offered[row.name].title.msgid == "家校共育承诺书"

    document_id = begun(session, press, county, case, row.name)
    document = issuing.issue(session, press, county["principal1"], document_id, 2)

    said = text_of(press.store.path(document.sha256 or "").read_bytes())
    assert f"{case.number}号案：每天与孩子谈一次话。" in said
    assert "东山县第一中学" in said
    assert document.symbol == "东山县第一中学诺〔2026〕1号"
    assert proving.prove(session, press, document).proof is Proof.SAME


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ 案件编号", "无法识别"),
        ("{% for x in y %}", "无法识别"),
        ("{{ 事由.名称 }}", "{{ row.name }}"),
        ("{% if 人数 > 3 %}多{% endif %}", "=="),
        ("{{ 事由|length(3) }}", "length"),
        ("{% for a in 'xx' %}{{ a.b }}{% endfor %}", "表格"),
        ("{% for a in 案件编号 %}{{ a.b }}{% endfor %}", "案件编号"),
    ],
)
def test_a_bad_template_is_refused_with_its_place_and_reason(
    session: Session, county: County, press: Press, text: str, reason: str
) -> None:
    with pytest.raises(Invalid) as refused:
        added(session, press, county, "标题", text)
    told = [press.say(fault) for fault in refused.value.errors["file"]]
    assert all("第2段" in one and reason in one for one in told), told
    assert own_kinds.of_unit(session, session.get_one(Unit, county.units["B1"])) == []


def test_the_rows_of_a_table_are_asked_for_and_printed(
    session: Session, county: County, press: Press, case: Case
) -> None:
    rows = "{% for row in 谈话 %}{{ row.日期 }}：{{ row.内容 }}；{% endfor %}"
    row = added(session, press, county, "{{ 案件编号 }}", rows)
    assert row.fields[1] == {
        "name": "谈话",
        "label": "谈话",
        "type": "table",
        "required": True,
        "columns": ["日期", "内容"],
    }
    told = {"谈话": {"label": "谈话记录", "type": "date", "required": True}}
    row = own_kinds.describe(session, county["leader1"], row.id, told)
    assert (row.fields[1]["type"], row.fields[1]["label"]) == ("table", "谈话记录")

    teacher = county["teacher1"]
    document = drafting.begin(session, press, teacher, case.number, row.name, Begun())
    shown = previewing.preview(
        session, press, teacher, detail.detail(session, press, teacher, document.id)
    )
    assert any("谈话记录" in piece.text for piece in shown)

    given = Begun(
        fields={"谈话": [{"日期": "9月1日", "内容": "家访"}, {"日期": "9月2日", "内容": "回访"}]}
    )
    document = drafting.begin(session, press, teacher, case.number, row.name, given)
    reviewing.submit(session, press, *d.step(teacher, document))
    issuing.issue(session, press, *d.step(county["principal1"], document))
    said = text_of(press.store.path(document.sha256 or "").read_bytes())
    assert "9月1日：家访；9月2日：回访；" in said

    changed = added(session, press, county, "{{ 案件编号 }}", "{{ 谈话 }}", name=row.name)
    assert changed.fields[1]["type"] == "text"
    assert "columns" not in changed.fields[1]


def test_one_that_was_kept_unchecked_is_refused_in_words(
    session: Session, county: County, press: Press, case: Case
) -> None:
    row = added(session, press, county)
    bad = io.BytesIO(word_file(("{{ 承诺内容.名称 }}",)))
    with press.store.temporary() as path:
        received = press.store.receive(bad, path)
        press.store.keep(path, received.sha256, None)
    row.sha256 = received.sha256
    document_id = begun(session, press, county, case, row.name)
    with pytest.raises(Refused) as refused:
        issuing.issue(session, press, county["principal1"], document_id, 2)
    assert [press.say(one) for one in refused.value.refusals][0].startswith("整个文件")


def test_the_preview_says_all_that_the_file_says() -> None:
    def part(words: str) -> str:
        return f"<w:x><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:x>"

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, words in (
            ("document", "正文"),
            ("footer1", "页脚"),
            ("footnotes", "脚注"),
            ("header2", "页眉"),
            ("settings", "别的"),
        ):
            archive.writestr(f"word/{name}.xml", part(words))
    shown = [piece.text for piece in previewing.plainly(out.getvalue())]
    assert shown == ["页眉", "正文", "页脚", "脚注"]


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 not a package", b"%PDF-1.7"])
def test_what_is_no_word_file_is_refused(
    session: Session, county: County, press: Press, data: bytes
) -> None:
    given = NewKind(county.units["B1"], "承诺书")
    with pytest.raises(Invalid) as refused:
        own_kinds.add(session, press, county["leader1"], given, io.BytesIO(data))
    assert set(refused.value.errors) == {"file"}


def test_a_template_that_is_too_large_is_refused(
    session: Session, county: County, press: Press
) -> None:
    given = NewKind(county.units["B1"], "承诺书")
    large = io.BytesIO(b"0" * (own_kinds.MOST + 1))
    with pytest.raises(Invalid) as refused:
        own_kinds.add(session, press, county["leader1"], given, large)
    assert set(refused.value.errors) == {"file"}


def test_only_a_bureau_adds_kinds_and_only_for_itself(
    session: Session, county: County, press: Press, case: Case
) -> None:
    for login, unit, error in (
        ("principal1", "S1", NotAllowed),
        ("principal1", "B1", NotFound),
        ("teacher1", "S1", NotFound),
        ("officer2", "B1", NotFound),
    ):
        given = NewKind(county.units[unit], "承诺书")
        with pytest.raises(error):
            own_kinds.add(session, press, county[login], given, io.BytesIO(word_file(PROMISE)))
    row = added(session, press, county)
    other = session.get_one(Unit, county.units["S3"])
    assert row not in kinds.templates_at(session, other)
    assert row in kinds.templates_at(session, case.unit)


def test_what_is_written_keeps_the_version_it_was_made_from(
    session: Session, county: County, press: Press, case: Case
) -> None:
    leader, principal = county["leader1"], county["principal1"]
    first = added(session, press, county)
    issued = begun(session, press, county, case, first.name)
    document = issuing.issue(session, press, principal, issued, 2)

    told = {"承诺内容": {"label": "承诺的日期", "type": "date", "required": True}}
    second = own_kinds.describe(session, leader, first.id, told)
    third = added(session, press, county, *PROMISE, "{{ 家长 }}", name=first.name)

    assert [second.version, third.version] == [2, 3]
    assert {field["name"]: field["type"] for field in third.fields} == {
        "案件编号": "text",
        "承诺内容": "date",
        "家长": "text",
    }
    assert kinds.templates_at(session, case.unit) == [third]
    assert proving.prove(session, press, document).proof is Proof.SAME
    with pytest.raises(Conflict):
        own_kinds.end(session, leader, first.id)
    own_kinds.end(session, leader, third.id)
    assert kinds.templates_at(session, case.unit) == []
    timeline.verify(session)


def test_an_entry_has_the_type_that_was_said(
    session: Session, county: County, press: Press, case: Case
) -> None:
    row = added(session, press, county)
    told = {"承诺内容": {"label": "承诺的日期", "type": "date", "required": True}}
    own_kinds.describe(session, county["leader1"], row.id, told)
    teacher = county["teacher1"]
    given = Begun(fields={"承诺内容": "明天"})
    with pytest.raises(Invalid) as refused:
        drafting.begin(session, press, teacher, case.number, row.name, given)
    assert set(refused.value.errors) == {"承诺内容"}

    given = Begun(fields={"承诺内容": "2026-10-01"})
    document = drafting.begin(session, press, teacher, case.number, row.name, given)
    reviewing.submit(session, press, *d.step(teacher, document))
    issuing.issue(session, press, *d.step(county["principal1"], document))
    assert "2026年10月1日" in text_of(press.store.path(document.sha256 or "").read_bytes())
