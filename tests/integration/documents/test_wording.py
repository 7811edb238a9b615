"""A unit's wording: its own, else what stands above it; and what belongs to one office alone."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from casework.demo.papers import word_file
from casework.documents.catalogue import KINDS
from casework.errors import Invalid, NotFound, Refused
from casework.models import Case, DocumentSeries, Unit
from casework.services import timeline
from casework.services.documents import keeping, own_kinds, wording
from casework.services.documents.own_kinds import NewKind
from casework.services.documents.press import Press
from casework.services.documents.wording import Wording
from tests.factories import County
from tests.integration.documents import arranging as d

pytestmark = pytest.mark.one_database

NOTICE = "text.guardian_notice."


def at(session: Session, county: County, code: str) -> Wording:
    return wording.of(session, session.get_one(Unit, county.units[code]))


def keep(session: Session, county: County, login: str, code: str, **texts: str) -> list[str]:
    given = {name.replace("__", "."): text for name, text in texts.items()}
    return keeping.keep(session, county[login], county.units[code], given)


def test_every_setting_of_the_catalogue_can_be_set_and_no_other() -> None:
    asked = {item.setting for kind in KINDS.values() for item in kind.items if item.setting}
    assert asked == set(wording.SETTINGS)


def test_every_fixed_text_of_the_catalogue_can_be_set() -> None:
    names = set(wording.names())
    for kind in KINDS.values():
        assert {f"text.{kind.name}.{one.name}" for one in kind.texts} <= names


def test_a_school_has_what_its_bureau_set_until_it_sets_its_own(
    session: Session, county: County
) -> None:
    keep(session, county, "leader1", "B1", appeal_phone="000-111", copies_to="县政府办\n县公安局")
    assert at(session, county, "S1").settings()["appeal_phone"] == "000-111"
    assert at(session, county, "S3").settings() == {}, "another county"
    keep(session, county, "principal1", "S1", appeal_phone="000-222")
    assert at(session, county, "S1").settings()["appeal_phone"] == "000-222"
    assert at(session, county, "S2").settings()["appeal_phone"] == "000-111"
    assert at(session, county, "S1").copies_to(KINDS["closing_report"]) == ["县政府办", "县公安局"]
    keep(session, county, "principal1", "S1", appeal_phone="")
    assert at(session, county, "S1").settings()["appeal_phone"] == "000-111"


def test_no_school_signs_or_numbers_as_its_bureau_does(session: Session, county: County) -> None:
    keep(session, county, "leader1", "B1", office="东山县教育局督导室", head="东山县教育局文件")
    keep(session, county, "leader1", "B1", mark__school="东教", printed_by="东山县教育局办公室")
    keep(session, county, "leader1", "B1", number__school="{mark}字〔{year}〕{n}号")
    bureau, school = at(session, county, "B1"), at(session, county, "S1")
    assert bureau.office == "东山县教育局督导室"
    assert (school.office, school.mark("school")) == ("东山县第一中学", "东山县第一中学")
    assert school.get("printed_by") == ""
    report = KINDS["closing_report"]
    assert school.head(report) == report.usual_head.format(office="东山县第一中学")
    assert school.pattern(report) == "{mark}字〔{year}〕{n}号", "how numbers look is inherited"


def test_what_was_set_is_printed(
    session: Session, county: County, press: Press, case: Case
) -> None:
    keep(session, county, "leader1", "B1", appeal_office="青云市教育局", appeal_within="60日内")
    fields = {name: text for name, text in d.NOTICE.items() if not name.startswith("appeal_")}
    keep(session, county, "leader1", "B1", appeal_phone="000-111")
    document = d.issued(session, press, county, case, "guardian_notice", fields)
    said = d.printed(press, document)
    assert "青云市教育局" in said
    assert "60日内" in said


def test_a_series_is_numbered_as_its_office_wants(
    session: Session, county: County, press: Press
) -> None:
    keep(session, county, "principal1", "S1", mark__bulletin_fast="东一中信")
    keep(session, county, "principal1", "S1", number__bulletin_fast="{mark}〔{year}〕第{n}期")
    case = d.filed_emergency(session, county)
    given = {"next_steps": "继续救治", "cause": "正在核实"}
    people = ("lead1", "principal1")
    document = d.issued(session, press, county, case, "emergency_report", given, people=people)
    assert document.symbol == "东一中信〔2026〕第1期"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("number.school", "〔{year}〕号"),
        ("nonsense", "x"),
        (f"{NOTICE}nonsense", "x"),
        ("text.nonsense.opening", "x"),
    ],
)
def test_what_could_not_be_printed_is_refused(
    session: Session, county: County, name: str, text: str
) -> None:
    with pytest.raises(Invalid) as refused:
        keeping.keep(session, county["leader1"], county.units["B1"], {name: text})
    assert set(refused.value.errors) == {name}


def test_no_two_series_print_the_same_number(
    session: Session, county: County, press: Press, case: Case
) -> None:
    with pytest.raises(Invalid) as refused:
        keep(session, county, "leader1", "B1", mark__supervision="东教", mark__audit="东教")
    assert set(refused.value.errors) == {"mark.supervision", "mark.audit"}
    keep(session, county, "leader1", "B1", mark__supervision="东教")
    with pytest.raises(Invalid) as refused:
        keep(session, county, "leader1", "B1", mark__audit="东教")
    assert set(refused.value.errors) == {"mark.audit"}
    with pytest.raises(Invalid) as refused:
        keep(session, county, "leader1", "B1", number__supervision="{mark}{n}号")
    assert set(refused.value.errors) == {"number.supervision"}

    bureau, file = county.units["B1"], io.BytesIO(word_file(("标题", "{{ 事由 }}")))
    with pytest.raises(Invalid) as refused:
        own_kinds.add(session, press, county["leader1"], NewKind(bureau, "督", (), "audit"), file)
    assert set(refused.value.errors) == {"series"}
    file.seek(0)
    kind = NewKind(bureau, "督办告知单", series="督")
    assert own_kinds.add(session, press, county["leader1"], kind, file).series == "supervision"


def test_a_number_that_stands_on_a_document_is_not_given_again(
    session: Session, county: County, press: Press, case: Case
) -> None:
    people = ("officer1", "leader1")
    first = d.issued(
        session, press, county, case, "supervision_notice", d.SUPERVISION, people=people
    )
    session.execute(update(DocumentSeries).values(last=0))
    first.number = 99
    session.flush()
    with pytest.raises(Refused):
        d.issued(session, press, county, case, "supervision_notice", d.SUPERVISION, people=people)


def test_a_place_that_stands_for_nothing_is_refused(session: Session, county: County) -> None:
    kind = next(kind for kind in KINDS.values() if kind.texts)
    name = f"text.{kind.name}.{kind.texts[0].name}"
    with pytest.raises(Invalid) as refused:
        keeping.keep(session, county["leader1"], county.units["B1"], {name: "见{nothing}。"})
    assert "nothing" in str(refused.value.errors[name])


def test_only_who_keeps_a_units_wording_changes_it(session: Session, county: County) -> None:
    for login, code in (
        ("teacher1", "S1"),
        ("lead1", "S1"),
        ("principal1", "S2"),
        ("principal1", "B1"),
        ("officer2", "B1"),
        ("leader1", "B2"),
    ):
        with pytest.raises(NotFound):
            keep(session, county, login, code, office="x")


def test_every_change_stands_on_the_chain_old_and_new(session: Session, county: County) -> None:
    bureau = session.get_one(Unit, county.units["B1"])
    assert keep(session, county, "leader1", "B1", office="甲", contact="") == ["office"]
    assert keep(session, county, "leader1", "B1", office="甲") == []
    keep(session, county, "admin1", "B1", office="")
    bodies = [
        body["data"]["texts"]["office"]
        for body in timeline.bodies(session, bureau.chain)
        if body["action"] == "wording_changed"
    ]
    assert bodies == [{"before": "", "after": "甲"}, {"before": "甲", "after": ""}]
    timeline.verify(session)
