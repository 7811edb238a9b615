"""What a draft says, who may write it, and what is refused before anybody signs."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, Stale
from casework.models import (
    Case,
    Document,
    Message,
)
from casework.services import timeline
from casework.services.documents import (
    content,
    drafting,
    recording,
    reviewing,
)
from casework.services.documents.drafting import Begun
from casework.services.documents.gathering.codes import Codes
from casework.services.documents.press import Press
from tests.factories import County, act
from tests.integration.documents import arranging as d

pytestmark = pytest.mark.one_database


def test_what_is_missing_is_refused_by_name(
    session: Session, county: County, press: Press, case: Case
) -> None:
    teacher = county["teacher1"]
    given = {k: v for k, v in d.NOTICE.items() if k not in {"guidance", "frame_addressee"}}
    document = drafting.begin(
        session, press, teacher, case.number, "guardian_notice", Begun(fields=given)
    )

    with pytest.raises(Invalid) as refused:
        reviewing.submit(session, press, *d.step(teacher, document))

    assert set(refused.value.errors) == {"guidance", "frame_addressee"}
    assert document.state == "draft"


def test_a_stale_form_changes_nothing(
    session: Session, county: County, press: Press, draft: Document
) -> None:
    teacher = county["teacher1"]
    drafting.change(session, press, teacher, draft.id, 1, {"guidance": "甲"}, whole=False)
    with pytest.raises(Stale):
        drafting.change(session, press, teacher, draft.id, 1, {"guidance": "乙"}, whole=False)


def test_a_submitted_document_stands_still_and_comes_back_with_the_reason(
    session: Session, county: County, press: Press, case: Case, draft: Document
) -> None:
    teacher, lead = county["teacher1"], county["lead1"]
    reviewing.submit(session, press, *d.step(teacher, draft))
    with pytest.raises(Conflict):
        drafting.change(session, press, *d.step(teacher, draft), {"guidance": "甲"}, whole=False)
    reviewing.send_back(session, *d.step(lead, draft), "请写明陪护安排")

    assert draft.state == "draft"
    reasons = [words.get("reason") for words in timeline.texts(session, case.chain).values()]
    assert "请写明陪护安排" in reasons
    told = session.scalars(select(Message.user_id).where(Message.template == "document_returned"))
    assert list(told) == [teacher.user_id]
    held = recording.hold(session, teacher, draft.id)
    standing = drafting.effective(session, press, teacher, held)
    assert standing.values["guidance"] == d.NOTICE["guidance"]


def test_a_draft_says_what_is_known_now_until_it_is_submitted(
    session: Session, county: County, press: Press, case: Case, draft: Document
) -> None:
    teacher = county["teacher1"]
    drafting.change(session, press, *d.step(teacher, draft), {"measures": None}, whole=False)
    held = recording.hold(session, teacher, draft.id)
    assert "measures" not in drafting.effective(session, press, teacher, held).values

    act(
        session,
        county["lead1"],
        case,
        "accept",
        discovered_by="值周老师",
        stopped_by="值周老师",
        stopped_at=clock.now().isoformat(),
        protection="专人陪护",
    )
    standing = drafting.effective(session, press, teacher, held)

    assert "专人陪护" in str(standing.values["measures"])


def test_what_comes_from_the_records_is_nobodys_to_write(
    session: Session, county: County, press: Press
) -> None:
    teacher = county["teacher1"]
    case = d.filed_absence(session, county)
    with pytest.raises(Invalid) as refused:
        drafting.begin(
            session,
            press,
            teacher,
            case.number,
            "absence_register",
            Begun(fields={"contacts": [{"at": "昨天"}]}),
        )
    assert set(refused.value.errors) == {"contacts"}


def test_a_pupils_name_is_refused_where_only_codes_belong(
    session: Session, county: County, press: Press, case: Case, draft: Document
) -> None:
    teacher = county["teacher1"]
    words = {"reason": "学生1被推倒。"}
    drafting.change(session, press, *d.step(teacher, draft), words, whole=False)

    with pytest.raises(Invalid) as refused:
        reviewing.submit(session, press, *d.step(teacher, draft))
    assert set(refused.value.errors) == {"reason"}
    reviewing.submit(session, press, *d.step(teacher, draft), names_checked=True)


@pytest.mark.parametrize("written", ["学 生1", "学\u3000生1", "学·生1", "生1被推倒"])
def test_a_name_that_is_written_apart_or_in_part_is_found(
    session: Session, county: County, press: Press, draft: Document, written: str
) -> None:
    teacher = county["teacher1"]
    drafting.change(
        session, press, *d.step(teacher, draft), {"reason": f"{written}。"}, whole=False
    )
    with pytest.raises(Invalid) as refused:
        reviewing.submit(session, press, *d.step(teacher, draft))
    assert set(refused.value.errors) == {"reason"}


def test_what_only_stands_after_a_surname_is_no_name() -> None:
    known = Codes({}, {"王小明": "学生甲", "张同学": "学生乙", "李老师": "报告人"})
    assert known.left_in(["小明与同学告诉老师"]) == {"王小明": "学生甲"}
    assert known.left_in(["李 老师"]) == {"李老师": "报告人"}


def test_emoji_are_left_out_and_told(
    session: Session, county: County, press: Press, draft: Document
) -> None:
    teacher = county["teacher1"]
    words = {"guidance": "多沟通😀"}
    drafting.change(session, press, *d.step(teacher, draft), words, whole=False)
    held = recording.hold(session, teacher, draft.id)

    standing = drafting.effective(session, press, teacher, held)

    assert standing.values["guidance"] == "多沟通"
    assert [(one.name, one.signs) for one in standing.stripped] == [("guidance", "😀")]


def test_a_draft_is_given_up_with_a_reason_and_its_words_go(
    session: Session, county: County, press: Press, draft: Document
) -> None:
    teacher = county["teacher1"]
    with pytest.raises(Invalid):
        drafting.drop(session, *d.step(teacher, draft), " ")
    drafting.drop(session, *d.step(teacher, draft), "改为电话告知")

    assert draft.state == "dropped"
    assert content.read(session, draft) == {"own": {}}
