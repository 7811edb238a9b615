"""What tests of documents arrange with: a press, cases far enough, and drafts that are complete."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.i18n import render
from casework.models import Case, Document
from casework.permissions import Actor
from casework.services import filing
from casework.services.documents import drafting, issuing, reviewing
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from casework.services.evidence.store import Store
from casework.services.reported import NewPerson
from tests.factories import MONDAY, County, act, report

LATER = MONDAY + timedelta(days=1)

NOTICE: Mapping[str, Any] = {
    "frame_addressee": "学生甲的父母（监护人）",
    "pupil": "学生甲",
    "reason": "课间发生推搡。",
    "measures": "已安排老师陪护。",
    "guidance": "请多与孩子沟通。",
    "contact": "德育处",
    "contact_phone": "000-0000000",
    "appeal_office": "东山县教育局",
    "appeal_phone": "000-1111111",
    "appeal_within": "收到之日起30日内",
}
"""A complete notice to guardians."""
SUPERVISION: Mapping[str, Any] = {
    "matter": "按时完成调查",
    "basis": "教督〔2017〕10号",
    "problems": "调查超过时限。",
    "demands": "限期完成调查并书面报告。",
    "due_on": "2026-10-09",
    "feedback": "书面报送县教育局。",
    "contact": "督导室",
    "contact_phone": "000-2222222",
}
"""A complete supervision notice, besides whom it is about."""


def press(folder: Path) -> Press:
    """A press that keeps its files in this folder."""
    return Press(Store(folder), lambda text: render(text, "zh_CN"))


def filed_emergency(session: Session, county: County, by: str = "lead1") -> Case:
    """An emergency with its initial report made."""
    case = filing.file_case(session, county[by], report(county, "emergency"))
    act(
        session,
        county["principal1"],
        case,
        "submit_initial_report",
        category="injury",
        statutory_grade="general",
        school_grade="general",
        dead=0,
        injured=1,
        missing=0,
        weapon=False,
        summary="体育课上一名学生受伤",
        measures="已送医",
        place="操场",
    )
    return case


def filed_absence(session: Session, county: County) -> Case:
    """An absence with one contact made."""
    pupil = county.pupils["2026001"]
    new = filing.NewCase(
        case_type="absence",
        unit_id=county.units["K1"],
        title="缺课",
        known_at=clock.now() - timedelta(minutes=5),
        people=(NewPerson("", "absent", student_id=pupil),),
        fields={"student_id": pupil, "period": "morning"},
    )
    case = filing.file_case(session, county["teacher1"], new)
    act(session, county["teacher1"], case, "start_contact")
    act(
        session,
        county["teacher1"],
        case,
        "log_contact",
        whom="first",
        number="1234",
        channel="phone",
        outcome="reached",
    )
    return case


def issued(
    session: Session,
    made_by: Press,
    county: County,
    case: Case,
    name: str,
    fields: Mapping[str, Any],
    *,
    people: tuple[str, str, str] = ("teacher1", "lead1", "principal1"),
    about: Begun | None = None,
) -> Document:
    """A document that was drafted, reviewed and issued by these three."""
    writer, reviewer, leader = (county[login] for login in people)
    given = about or Begun()
    begun = Begun(given.person_id, given.about_seq, given.on, fields)
    document = drafting.begin(session, made_by, writer, case.number, name, begun)
    reviewing.submit(session, made_by, writer, document.id, document.version)
    if document.reviewed_by is None:
        reviewing.review(session, reviewer, document.id, document.version)
    return issuing.issue(session, made_by, leader, document.id, document.version)


def step(actor: Actor, document: Document) -> tuple[Actor, int, int]:
    """The actor with the document at its present version."""
    return actor, document.id, document.version
