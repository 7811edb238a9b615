"""Two persons: asked for by one, decided by another who is not named in the case."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound, Refused
from casework.models import Approval, Case, Clock, Event, Membership, Message, Person, User
from casework.services import approvals, filing
from casework.services import sweep as sweeping
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, report
from tests.integration.doors import HttpDoor
from tests.integration.test_crossings import ACCEPT

pytestmark = pytest.mark.one_database

UNPROVEN = {"steps": "已询问在场者", "reporter_asked": "known", "finding": "unproven"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


@pytest.fixture
def case(session: Session, county: County) -> Case:
    """A case in its first verification."""
    found = file_bullying(session, county)
    act(session, county["lead1"], found, "accept", **ACCEPT)
    return found


def asked(session: Session, county: County, case: Case, by: str = "lead1") -> Approval:
    """The lead would close it as unproven, for which the bureau must approve."""
    outcome = act(session, county[by], case, "close_unproven", **UNPROVEN)
    assert outcome.approval is not None
    return outcome.approval


def decide(
    session: Session,
    county: County,
    login: str,
    approval: Approval,
    approve: bool = True,
    **more: str,
) -> None:
    """Decide in somebody's name."""
    approvals.decide(session, county[login], approval.id, approve=approve, **more)


def clocks(session: Session, approval: Approval) -> list[tuple[str, str, str | None]]:
    """The clocks of a request: rule, owner, and what stopped them."""
    query = select(Clock).where(Clock.subject_kind == "approval", Clock.subject_id == approval.id)
    return [(row.rule_id, row.owner, row.stopped_by) for row in session.scalars(query)]


def heard(session: Session, approval: Approval) -> set[tuple[str, str]]:
    """Who heard what of a request."""
    query = select(User.login, Message.template).join(Message, Message.user_id == User.id)
    return {tuple(row) for row in session.execute(query.where(Message.approval_id == approval.id))}


def events(session: Session, case: Case, beyond: int) -> list[tuple[str, int | None, str]]:
    """The events after a place of the chain: action, actor, role."""
    query = select(Event).where(Event.case_key == case.chain, Event.seq > beyond)
    found = session.scalars(query.order_by(Event.seq))
    return [(event.action, event.actor_id, event.actor_role) for event in found]


def test_a_request_changes_nothing_but_asks(session: Session, county: County, case: Case) -> None:
    before, seq = (case.state, case.version), case.head_seq
    running = select(Clock.id).where(Clock.subject_kind == "case", Clock.stopped_at.is_(None))
    duties = set(session.scalars(running))
    approval = asked(session, county, case)
    assert (case.state, case.version) == before
    assert set(session.scalars(running)) == duties, "no clock stops for a request"
    assert events(session, case, seq) == [
        ("approval_requested", county["lead1"].user_id, "safety_lead")
    ]
    assert clocks(session, approval) == [("approval.decide", "bureau_officer", None)]
    assert heard(session, approval) == {("officer1", "approval"), ("officer1b", "approval")}
    row = session.scalar(select(Clock).where(Clock.subject_kind == "approval"))
    assert row is not None
    assert (row.started_at, row.next_rung_at is not None) == (clock.now(), True)


def test_approval_performs_the_step(
    session: Session, county: County, case: Case, frozen: Frozen
) -> None:
    approval, seq, version = asked(session, county, case), case.head_seq, case.version
    frozen.forward(hours=1)
    decide(session, county, "officer1", approval)
    assert (case.state, case.version) == ("disposing", version + 1)
    assert (approval.decision, approval.decided_by) == ("approved", county["officer1"].user_id)
    officer = county["officer1"].user_id
    assert [event[:2] for event in events(session, case, seq)] == [
        ("approval_approved", officer),
        ("close_unproven", officer),
    ]
    query = select(Event.body).where(Event.case_key == case.chain).order_by(Event.seq.desc())
    body = session.scalars(query).first() or ""
    assert f'"requested_by":{county["lead1"].user_id}' in body
    assert clocks(session, approval) == [("approval.decide", "bureau_officer", "approved")]
    assert ("lead1", "approval_approved") in heard(session, approval)


def test_a_refusal_needs_its_reason_and_performs_nothing(
    session: Session, county: County, case: Case
) -> None:
    approval, seq, version = asked(session, county, case), case.head_seq, case.version
    for reason in ("", "  ", "字\x00"):
        with pytest.raises(Invalid) as caught, session.begin_nested():
            decide(session, county, "officer1", approval, approve=False, reason=reason)
        assert list(caught.value.errors) == ["reason"]
    assert (approval.decision, case.head_seq) == (None, seq)
    decide(session, county, "officer1", approval, approve=False, reason="还应询问证人")
    assert (case.state, case.version, approval.decision) == ("verifying", version, "refused")
    assert [event[0] for event in events(session, case, seq)] == ["approval_refused"]
    assert clocks(session, approval) == [("approval.decide", "bureau_officer", "refused")]
    assert ("lead1", "approval_refused") in heard(session, approval)
    assert asked(session, county, case).id != approval.id, "it may be asked for again"


def test_a_change_of_the_case_voids_the_request(
    session: Session, county: County, case: Case
) -> None:
    approval = asked(session, county, case)
    seq = case.head_seq
    act(session, county["teacher1"], case, "add_note", text="新情况")
    assert (approval.decision, approval.decided_by, case.state) == ("void", None, "verifying")
    assert events(session, case, seq)[1:] == [("approval_void", None, "system")]
    assert clocks(session, approval) == [("approval.decide", "bureau_officer", "void")]
    assert ("lead1", "approval_void") in heard(session, approval)
    with pytest.raises(Conflict):
        decide(session, county, "officer1", approval)


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ("lead1", NotAllowed),
        ("principal1", NotAllowed),
        ("teacher1", NotAllowed),
        ("officer2", NotFound),
        ("lead2", NotFound),
        ("admin1", NotFound),
    ],
)
def test_who_may_not_decide(
    session: Session, county: County, case: Case, login: str, error: type[Exception]
) -> None:
    approval = asked(session, county, case)
    with pytest.raises(error), session.begin_nested():
        decide(session, county, login, approval)
    assert approval.decision is None


def test_the_requester_never_approves_even_from_above(
    session: Session, county: County, case: Case
) -> None:
    approval = asked(session, county, case, by="officer1")
    with pytest.raises(NotAllowed), session.begin_nested():
        decide(session, county, "officer1", approval)
    assert heard(session, approval) == {("officer1b", "approval")}
    decide(session, county, "officer1b", approval)
    assert case.state == "disposing"


def test_without_another_in_the_post_it_goes_one_level_up(
    session: Session, county: County, case: Case, frozen: Frozen
) -> None:
    """The county's only other officer has left: the leader hears and answers for it."""
    gone = session.scalar(
        select(Membership).where(Membership.user_id == county["officer1b"].user_id)
    )
    session.delete(gone)
    session.flush()
    session.info.pop("memo", None)
    approval = asked(session, county, case, by="officer1")
    assert heard(session, approval) == {("leader1", "approval")}
    assert clocks(session, approval) == [("approval.decide", "bureau_leader", None)]
    frozen.forward(hours=5)
    while ids := sweeping.due_clocks(session, clock.now()):
        sweeping.fire_due(session, ids, None)
    decide(session, county, "leader1", approval)
    assert case.state == "disposing"


def test_an_approver_named_in_the_case_is_passed_over(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    for login in ("officer1", "officer1b"):
        who = county[login].user_id
        session.add(Person(case_id=case.id, name="某人", part="witness", user_id=who))
    session.flush()
    session.info.pop("memo", None)
    approval = asked(session, county, case)
    assert heard(session, approval) == {("leader1", "approval")}
    assert clocks(session, approval) == [("approval.decide", "bureau_leader", None)]
    with pytest.raises(NotFound), session.begin_nested():
        decide(session, county, "officer1", approval)
    decide(session, county, "leader1", approval)
    last = events(session, case, 0)[-1]
    assert last == ("close_unproven", county["leader1"].user_id, "bureau_leader")


def test_guards_run_again_at_the_approval(session: Session, county: County) -> None:
    """The case it should be merged into was closed in the meantime: nothing is performed."""
    duplicate, target = file_bullying(session, county), file_bullying(session, county)
    fields = {"other_case": target.number, "same_event": "同一事件"}
    approval = act(session, county["lead1"], duplicate, "merge_duplicate", **fields).approval
    third = file_bullying(session, county)
    other = {"other_case": third.number, "same_event": "同一事件"}
    second = act(session, county["lead1"], target, "merge_duplicate", **other).approval
    assert approval is not None
    assert second is not None
    decide(session, county, "principal1", second)
    with pytest.raises(Refused), session.begin_nested():
        decide(session, county, "principal1", approval)
    session.expire_all()
    assert (duplicate.state, approval.decision) == ("reported", None)


def test_one_request_for_one_step(session: Session, county: County, case: Case) -> None:
    asked(session, county, case)
    with pytest.raises(Conflict):
        asked(session, county, case)


def test_a_refused_guard_makes_no_request(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    fields = {"other_case": case.number, "same_event": "同一事件"}
    with pytest.raises(Refused):
        act(session, county["lead1"], case, "merge_duplicate", **fields)
    assert session.scalar(select(Approval.id)) is None


def test_over_http(app: Flask, app_county: County) -> None:
    """202 with the request; the list knows it; the decision needs a reason; a second one is 409."""
    door = HttpDoor(app, app_county)
    number = door.file("teacher1", bullying(app_county))
    door.act("lead1", number, "accept", 1, ACCEPT)
    waiting = door.act("lead1", number, "close_unproven", 2, UNPROVEN)
    for login, may in (("lead1", False), ("officer1", True)):
        (one,) = door.wanted(login, "GET", "/approvals", 200)
        assert (one["id"], one["case"], one["may_decide"]) == (waiting, number, may)
    path = f"/approvals/{waiting}/decision"
    assert door.call("lead1", "POST", path, {"approve": True}).status_code == 403
    assert door.call("officer2", "POST", path, {"approve": True}).status_code == 404
    answer = door.call("officer1", "POST", path, {"approve": False})
    assert (answer.status_code, list(answer.json["errors"])) == (422, ["reason"])  # type: ignore[index]
    door.wanted("officer1", "POST", path, 200, body={"approve": False, "reason": "再查"})
    assert door.call("officer1", "POST", path, {"approve": True}).status_code == 409
    assert door.sight(number).state == "verifying"


def test_a_request_is_void_once_the_step_needs_somebody_else(
    session: Session, county: County
) -> None:
    """An opinion case about the event makes it the bureau's to say that it was none."""
    event = filing.file_case(session, county["teacher1"], report(county, "emergency", injured=0))
    fields = {"reason": "误报", "witness": "值班教师", "emergency_call": False}
    approval = act(session, county["lead1"], event, "mark_not_event", **fields).approval
    assert approval is not None
    assert approval.approver_roles == ["principal"]
    opinion = filing.file_case(session, county["lead1"], report(county, "opinion"))
    act(session, county["officer1"], opinion, "start_verification")
    grade = {
        "truth": "true",
        "level": "yellow",
        "spread": 300,
        "level_inputs": "转发 300",
        "responsible_unit_id": county.units["S1"],
        "linked_case": event.number,
    }
    act(session, county["officer1"], opinion, "grade", **grade)
    decide(session, county, "principal1", approval)
    assert (approval.decision, event.state) == ("void", "received")
    again = act(session, county["lead1"], event, "mark_not_event", **fields).approval
    assert again is not None
    assert again.approver_roles == ["bureau_officer"]
