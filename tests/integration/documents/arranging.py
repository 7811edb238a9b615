"""What tests of documents arrange with: a press, cases far enough, and drafts that are complete."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from casework import clock
from casework.i18n import render
from casework.models import Case, Document
from casework.permissions import Actor
from casework.services import approvals, filing
from casework.services.documents import drafting, issuing, recording, reviewing
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from casework.services.evidence.store import Store
from casework.services.reported import NewPerson
from tests.factories import MONDAY, County, act, file_bullying, report

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
DECISION: Mapping[str, Any] = {
    "frame_addressee": "学生甲的父母（监护人）",
    "meeting_at": "2026-09-21T10:00:00+08:00",
    "entitled": 9,
    "present": 8,
    "vote": "同意8人。",
    "recusals": "无",
    "facts": "双方各执一词，未能查实。",
    "finding": "unproven",
    "clause": "学校学生欺凌防控工作制度第十二条",
    "measures": [],
    "support": "继续关注双方学生。",
    "appeal_office": "东山县教育局",
    "appeal_phone": "000-1111111",
    "appeal_within": "收到之日起30日内",
}
"""A complete decision, besides the pupils."""
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
    people: tuple[str, str] = ("teacher1", "principal1"),
    about: Begun | None = None,
) -> Document:
    """A document that was written by one of these and issued by the other."""
    writer, leader = (county[login] for login in people)
    given = about or Begun()
    begun = Begun(given.person_id, given.about_seq, given.on, fields)
    document = drafting.begin(session, made_by, writer, case.number, name, begun)
    reviewing.submit(session, made_by, writer, document.id, document.version)
    return issuing.issue(session, made_by, leader, document.id, document.version)


def disposing(session: Session, county: County) -> Case:
    """A case of bullying whose end is to be delivered: nothing could be proven."""
    case, lead = file_bullying(session, county), county["lead1"]
    now = clock.now().isoformat()
    told = {"stopped_by": "值周老师", "stopped_at": now, "protection": "专人陪护"}
    act(session, lead, case, "accept", discovered_by="值周老师", **told)
    asked = {"steps": "询问双方和同学", "reporter_asked": "known", "finding": "unproven"}
    asked_for = act(session, lead, case, "close_unproven", **asked).approval
    assert asked_for is not None
    approvals.decide(session, county["officer1"], asked_for.id, approve=True)
    return case


def step(actor: Actor, document: Document) -> tuple[Actor, int, int]:
    """The actor with the document at its present version."""
    return actor, document.id, document.version


def known(session: Session, made_by: Press, actor: Actor, document: Document) -> dict[str, Any]:
    """What a draft says now: gathered, and what somebody wrote."""
    held = recording.hold(session, actor, document.id)
    return dict(drafting.effective(session, made_by, actor, held).values)


def statements(session: Session, do: Callable[[], object]) -> int:
    """How many statements something costs."""
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(str(given[2]))

    bind = session.get_bind()
    event.listen(bind, "before_cursor_execute", note)
    do()
    event.remove(bind, "before_cursor_execute", note)
    return len(asked)


def printed(made_by: Press, document: Document) -> str:
    """The body of an issued file, as its XML."""
    with zipfile.ZipFile(made_by.store.path(document.sha256 or "")) as package:
        return package.read("word/document.xml").decode()
