"""A document from its draft to its withdrawal: who, in which order, on which chain."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import (
    Case,
    Document,
    Event,
    Person,
    Unit,
)
from casework.services import timeline
from casework.services.documents import (
    delivering,
    drafting,
    issuing,
    replacing,
    reviewing,
    scope,
)
from casework.services.documents.delivering import Handed
from casework.services.documents.drafting import Begun
from casework.services.documents.press import Press
from tests.factories import County
from tests.integration.documents import arranging as d

pytestmark = pytest.mark.one_database


def actions(session: Session, key: str) -> list[str]:
    """The actions on a chain that are about documents."""
    query = select(Event.action).where(Event.case_key == key).order_by(Event.seq)
    return [one for one in session.scalars(query) if one.startswith("document_")]


def test_every_step_stands_on_the_chain_of_the_case(
    session: Session, county: County, press: Press
) -> None:
    case = d.disposing(session, county)
    lead, deputy, principal = county["lead1"], county["deputy1"], county["principal1"]
    about = Begun(fields=d.DECISION)
    draft = drafting.begin(session, press, lead, case.number, "bullying_decision", about)
    reviewing.submit(session, press, *d.step(lead, draft))
    reviewing.review(session, *d.step(deputy, draft))
    issuing.issue(session, press, *d.step(principal, draft))
    handed = Handed("in_person", recipient="监护人", receipt="signed")
    delivering.deliver(session, *d.step(lead, draft), handed)

    assert actions(session, case.chain) == [
        "document_drafted",
        "document_submitted",
        "document_reviewed",
        "document_issued",
        "document_delivered",
    ]
    assert (draft.state, draft.number) == ("issued", 1)
    timeline.verify(session)


def test_what_must_be_reviewed_is_not_issued_before(
    session: Session, county: County, press: Press
) -> None:
    case = d.disposing(session, county)
    lead, principal = county["lead1"], county["principal1"]
    about = Begun(fields=d.DECISION)
    draft = drafting.begin(session, press, lead, case.number, "bullying_decision", about)
    with pytest.raises(Conflict):
        issuing.issue(session, press, *d.step(principal, draft))
    reviewing.submit(session, press, *d.step(lead, draft))
    with pytest.raises(NotAllowed):
        reviewing.review(session, *d.step(lead, draft))
    with pytest.raises(Conflict):
        issuing.issue(session, press, *d.step(principal, draft))


def test_who_reviewed_does_not_issue(session: Session, county: County, press: Press) -> None:
    case = d.disposing(session, county)
    lead, principal = county["lead1"], county["principal1"]
    about = Begun(fields=d.DECISION)
    draft = drafting.begin(session, press, lead, case.number, "bullying_decision", about)
    reviewing.submit(session, press, *d.step(lead, draft))
    reviewing.review(session, *d.step(principal, draft))  # in the deputy's place

    with pytest.raises(NotAllowed):
        issuing.issue(session, press, *d.step(principal, draft))


def test_who_could_review_does_not_review_what_they_hand_in(
    session: Session, county: County, press: Press
) -> None:
    case, deputy, principal = d.disposing(session, county), county["deputy1"], county["principal1"]
    about = Begun(fields=d.DECISION)
    draft = drafting.begin(session, press, deputy, case.number, "bullying_decision", about)
    reviewing.submit(session, press, *d.step(deputy, draft))
    assert draft.reviewed_by is None
    with pytest.raises(NotAllowed):
        reviewing.review(session, *d.step(deputy, draft))
    with pytest.raises(Conflict):
        issuing.issue(session, press, *d.step(principal, draft))

    reviewing.send_back(session, *d.step(principal, draft), "由校长送审")
    reviewing.submit(session, press, *d.step(principal, draft))
    reviewing.review(session, *d.step(deputy, draft))
    issuing.issue(session, press, *d.step(principal, draft))
    assert (draft.submitted_by, draft.reviewed_by) == (principal.user_id, deputy.user_id)


def test_what_two_persons_see_is_handed_in_and_issued_by_another(
    session: Session, county: County, press: Press, case: Case
) -> None:
    leader, officer = county["leader1"], county["officer1"]
    about = Begun(fields=d.SUPERVISION)
    draft = drafting.begin(session, press, leader, case.number, "supervision_notice", about)
    with pytest.raises(Conflict):
        issuing.issue(session, press, *d.step(leader, draft))
    reviewing.submit(session, press, *d.step(leader, draft))
    with pytest.raises(NotAllowed):
        issuing.issue(session, press, *d.step(leader, draft))
    with pytest.raises(NotAllowed):
        issuing.issue(session, press, *d.step(officer, draft))
    issuing.issue(session, press, *d.step(county["city1"], draft))

    assert timeline.bodies(session, case.chain)[-1]["actor"]["role"] == "city_officer"


def test_the_database_itself_wants_two_persons(
    session: Session, county: County, press: Press, case: Case
) -> None:
    about = Begun(fields=d.SUPERVISION)
    draft = drafting.begin(
        session, press, county["officer1"], case.number, "supervision_notice", about
    )
    reviewing.submit(session, press, *d.step(county["officer1"], draft))
    document = issuing.issue(session, press, *d.step(county["leader1"], draft))
    document.issued_by = document.submitted_by

    with pytest.raises(IntegrityError):
        session.flush()
    session.rollback()


def test_a_document_of_a_later_state_is_not_begun_before(
    session: Session, county: County, press: Press, case: Case
) -> None:
    with pytest.raises(Conflict):
        drafting.begin(session, press, county["lead1"], case.number, "bullying_decision", Begun())


def test_a_teacher_issues_no_notice(
    session: Session, county: County, press: Press, draft: Document
) -> None:
    with pytest.raises(NotAllowed):
        issuing.issue(session, press, *d.step(county["teacher1"], draft))
    reviewing.submit(session, press, *d.step(county["teacher1"], draft))
    with pytest.raises(NotAllowed):
        issuing.issue(session, press, *d.step(county["teacher1"], draft))
    issuing.issue(session, press, *d.step(county["lead1"], draft))


def test_a_register_needs_no_second_person(session: Session, county: County, press: Press) -> None:
    teacher, case = county["teacher1"], d.filed_absence(session, county)
    document = drafting.begin(session, press, teacher, case.number, "absence_register", Begun())
    issuing.issue(session, press, *d.step(teacher, document))

    assert document.state == "issued"
    assert document.number is None


def test_a_bureaus_draft_is_hidden_from_the_school_until_it_is_delivered(
    session: Session, county: County, press: Press, case: Case
) -> None:
    officer, other, leader = county["officer1"], county["officer1b"], county["leader1"]
    principal = county["principal1"]
    document = drafting.begin(
        session, press, officer, case.number, "supervision_notice", Begun(fields=d.SUPERVISION)
    )
    reviewing.submit(session, press, *d.step(officer, document))
    with pytest.raises(NotFound):
        scope.load(session, principal, document.id)
    assert actions(session, case.chain) == []  # the school reads this chain
    bureau = session.get_one(Unit, county.units["B1"])
    assert actions(session, bureau.chain) == ["document_drafted", "document_submitted"]

    issuing.issue(session, press, *d.step(leader, document))
    with pytest.raises(NotFound):
        scope.load(session, principal, document.id)
    handed = Handed("system", unit_id=county.units["S1"])
    row = delivering.deliver(session, *d.step(other, document), handed)

    assert scope.load(session, principal, document.id) is document
    delivering.receipt(session, principal, row.id, Handed("system", receipt="signed"))
    assert (row.receipt, row.receipt_by) == ("signed", principal.user_id)
    assert actions(session, case.chain) == [
        "document_issued",
        "document_delivered",
        "document_receipt",
    ]
    timeline.verify(session)


def test_nobody_out_of_scope_or_named_learns_of_a_document(
    session: Session, county: County, press: Press, case: Case, draft: Document
) -> None:
    for login in ("lead2", "officer2", "teacher1b", "staff1", "counsellor1", "admin1"):
        with pytest.raises(NotFound):
            scope.load(session, county[login], draft.id)
    act_names(session, case, county["deputy1"].user_id)
    with pytest.raises(NotFound):
        scope.load(session, county["deputy1"], draft.id)


def act_names(session: Session, case: Case, user_id: int | None) -> None:
    """Name an account in the case."""
    session.add(Person(case_id=case.id, name="某", part="staff", user_id=user_id))
    session.flush()


def test_an_issued_document_is_replaced_and_never_just_withdrawn(
    session: Session, county: County, press: Press, case: Case
) -> None:
    old = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    teacher = county["teacher1"]
    new = replacing.replace(session, *d.step(teacher, old), "联系电话有误")
    assert old.state == "issued"
    with pytest.raises(Conflict):
        replacing.replace(session, *d.step(teacher, old), "再次")
    phone = {"contact_phone": "000-3333333"}
    drafting.change(session, press, *d.step(teacher, new), phone, whole=False)
    reviewing.submit(session, press, *d.step(teacher, new))
    issuing.issue(session, press, *d.step(county["principal1"], new))

    assert (old.state, new.state, new.replaces_id) == ("withdrawn", "issued", old.id)
    assert old.sha256 != new.sha256
    assert actions(session, case.chain)[-2:] == ["document_issued", "document_withdrawn"]
    timeline.verify(session)


def test_a_delivery_before_the_issue_is_refused(
    session: Session, county: County, press: Press, case: Case
) -> None:
    document = d.issued(session, press, county, case, "guardian_notice", d.NOTICE)
    early = Handed("in_person", recipient="监护人", delivered_at=clock.now() - timedelta(hours=1))
    with pytest.raises(Invalid) as refused:
        delivering.deliver(session, *d.step(county["teacher1"], document), early)
    assert set(refused.value.errors) == {"delivered_at"}


def test_numbers_run_on_in_each_series_of_each_unit_and_year(
    session: Session, county: County, press: Press
) -> None:
    symbols = []
    for _ in range(3):
        case = d.filed_emergency(session, county)
        document = drafting.begin(
            session, press, county["lead1"], case.number, "emergency_report", Begun()
        )
        given = {"next_steps": "继续救治", "cause": "正在核实"}
        drafting.change(session, press, *d.step(county["lead1"], document), given, whole=False)
        issuing.issue(session, press, *d.step(county["deputy1"], document))
        symbols.append(document.symbol)

    assert symbols == ["第1期", "第2期", "第3期"]
