"""转类, 移交, 延期, 督办, past the school: what was owed stays owed, whoever handles it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Invalid, NotAllowed, NotFound, Refused
from casework.models import Approval, Case, Clock, Flag, Message, Party, Unit
from casework.permissions import SYSTEM
from casework.services import approvals, filing, handling, timeline
from casework.services import sweep as sweeping
from casework.services.scope import load_case
from casework.services.views import case_view, facts, linked_cases
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, report
from tests.integration.doors import HttpDoor, ServiceDoor
from tests.integration.storytelling import Teller
from tests.integration.test_crossings import ACCEPT, rows, running
from tests.integration.test_story_emergency import ACCIDENT

pytestmark = pytest.mark.one_database

RETYPE = {"case_type": "emergency", "reason": "实为校外人员持械"}
SUPERVISE = {"matter": "限期完成调查"}
REPLY = {"measures": "已完成", "evidence": "材料一份"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def with_second(
    session: Session, county: County, case: Case, who: str, second: str, name: str, **fields: object
) -> None:
    """One person asks, the other approves."""
    asked = act(session, county[who], case, name, **fields)
    assert asked.approval is not None
    approvals.decide(session, county[second], asked.approval.id, approve=True)


def sweep(session: Session) -> None:
    while ids := sweeping.due_clocks(session, clock.now()):
        sweeping.fire_due(session, ids, None)


def events(session: Session, case: Case, action: str) -> list[dict[str, object]]:
    return [body for body in timeline.bodies(session, case.chain) if body["action"] == action]


# ------------------------------------------------------------------------------------- 转类


def retyped(session: Session, county: County, case: Case, **fields: object) -> Case:
    with_second(session, county, case, "principal1", "officer1", "retype", **{**RETYPE, **fields})
    [other] = [one for one in linked_cases(session, case.id) if not one.final]
    return other


def test_a_retyped_case_keeps_times_level_flags_and_people(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county, weapon=True)
    frozen.forward(hours=3)
    sweep(session)
    raised = set(session.scalars(select(Flag.id).where(Flag.case_id == case.id)))
    assert raised
    other = retyped(session, county, case)
    assert (case.state, case.final) == ("retyped", True)
    assert running(session, case) == {}
    same = ("known_at", "filed_at", "occurred_at", "received_at", "filed_by", "unit_id", "title")
    assert {n: getattr(other, n) for n in same} == {n: getattr(case, n) for n in same}
    assert other.level >= case.level >= 2
    assert raised <= set(session.scalars(select(Flag.id).where(Flag.case_id == other.id)))
    [event] = events(session, other, "carried_on")
    assert event["data"]["earlier"] == case.number  # type: ignore[index]
    filed = timeline.bodies(session, other.chain)[0]["data"]
    assert filed["fields"]["weapon"] is True
    assert len(filed["core"]["people"]) == 2
    timeline.verify(session)


def test_what_was_stricter_before_stays_so(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county, weapon=True)
    before = running(session, case)
    due = before["bullying.external_report"].target_at
    frozen.forward(minutes=5)
    other = retyped(session, county, case)
    told = {row.recipient: row for row in rows(session, other, "emergency.initial_report")}
    assert due is not None
    assert set(told) >= {"bureau", "police"}
    for row in told.values():
        assert row.target_at is not None
        assert row.target_at <= due
    video = rows(session, other, "evidence.video")[0]
    assert video.target_at == before["evidence.video"].target_at


def test_a_duty_the_new_type_does_not_know_runs_on_and_can_be_met(
    session: Session, county: County
) -> None:
    case = file_bullying(session, county, weapon=True)
    old = running(session, case)["bullying.external_report"]
    other = retyped(session, county, case, case_type="opinion")
    kept = running(session, other)["bullying.external_report"]
    assert (kept.target_at, kept.limit_at) == (old.target_at, old.limit_at)
    for recipient in ("police", "bureau"):
        now = clock.now()
        fields = {"recipient": recipient, "called_at": now, "contact": "值班员", "phone": "110"}
        act(session, county["lead1"], other, "record_report", **fields)
    assert "bullying.external_report" not in running(session, other)


@pytest.mark.parametrize("told", [True, False])
def test_guardians_told_of_the_hurt_child_before_are_not_asked_for_again(
    session: Session, county: County, frozen: Frozen, told: bool
) -> None:
    case = file_bullying(session, county, injury="serious")
    known, child = case.known_at, case_view(session, case).parts("victim")[0].id
    if told:
        call = {"person_id": child, "outcome": "reached", "channel": "phone"}
        act(session, county["lead1"], case, "notify_guardians", told_at=clock.now(), **call)
    frozen.forward(hours=5)
    other = retyped(session, county, case)
    found = rows(session, other, "emergency.guardians")
    assert [row.started_at for row in found] == ([] if told else [known])
    late = session.scalars(select(Flag.at).where(Flag.rule_id == "emergency.guardians")).all()
    assert len(late) == len(found)
    assert facts(case_view(session, other))["hurt"] is True


def test_retyping_needs_the_bureau(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    asked = act(session, county["principal1"], case, "retype", **RETYPE)
    assert asked.approval is not None
    assert asked.approval.approver_roles == ["bureau_officer"]
    assert case.state == "reported"
    with pytest.raises(Invalid):
        act(session, county["principal1"], case, "retype", case_type="bullying", reason="x")


# ------------------------------------------------------------------------------------- 移交


def test_a_case_handed_to_another_school(session: Session, county: County, frozen: Frozen) -> None:
    case = file_bullying(session, county)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    before = {n: (r.target_at, r.limit_at) for n, r in running(session, case).items()}
    frozen.forward(minutes=1)
    units = county.units
    fields = {"unit_id": units["S2"], "joining": [units["S1"]], "reason": "主要涉事学生在二小"}
    act(session, county["officer1"], case, "reassign", **fields)
    after = {n: (r.target_at, r.limit_at) for n, r in running(session, case).items()}
    assert after == before
    assert (case.unit_id, case.lead_id) == (units["S2"], None)
    assert handling.hand_overs(session, case.id) == 1
    assert handling.scene_of(session, case).code == "K1"
    told = set(session.scalars(select(Message.user_id).where(Message.template == "handed_over")))
    assert {county["lead2"].user_id, county["lead1"].user_id} == told
    # The joining school helps, the new one moves the case.
    act(session, county["lead1"], case, "add_note", text="我校学生情况")
    with pytest.raises(NotAllowed):
        act(session, county["lead1"], case, "open_investigation", investigators=[1, 2])
    act(session, county["lead2"], case, "accept_reassignment")
    assert case.lead_id == county["lead2"].user_id
    row = session.scalars(select(Party).where(Party.kind == "lead")).one()
    assert row.accepted_by == county["lead2"].user_id
    with pytest.raises(Refused):
        act(session, county["lead2"], case, "accept_reassignment")


def test_without_a_part_the_first_school_no_longer_sees_it(
    session: Session, county: County
) -> None:
    case = file_bullying(session, county)
    fields = {"unit_id": county.units["B1"], "reason": "学校负责人涉及其中"}
    act(session, county["officer1"], case, "reassign", **fields)
    for login in ("lead1", "principal1", "lead2"):
        with pytest.raises(NotFound):
            load_case(session, county[login], case.number)
    assert load_case(session, county["teacher1"], case.number)  # who filed it
    assert load_case(session, county["officer1"], case.number)


def test_only_the_city_hands_over_across_counties(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    fields = {"unit_id": county.units["S3"], "reason": "学生已转学"}
    with pytest.raises(Invalid) as refused:
        act(session, county["officer1"], case, "reassign", **fields)
    assert set(refused.value.errors) == {"unit_id"}
    act(session, county["city1"], case, "reassign", **fields)
    assert load_case(session, county["officer2"], case.number)
    with pytest.raises(NotFound):
        load_case(session, county["officer1"], case.number)


@pytest.mark.parametrize("code", ["K1", "G1", "C"])
def test_a_case_is_handled_by_schools_and_bureaus_in_reach(
    session: Session, county: County, code: str
) -> None:
    case = file_bullying(session, county)
    fields = {"unit_id": county.units[code], "reason": "理由"}
    with pytest.raises(Invalid):
        act(session, county["officer1"], case, "reassign", **fields)


# ------------------------------------------------------------------------------------- past school


def test_past_the_school_nobody_of_it_sees_or_hears(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = filing.file_case(
        session, county["teacher1"], replace(bullying(county, weapon=True), past_school=True)
    )
    assert session.get_one(Unit, case.unit_id).code == "B1"
    assert case.source == "past_school"
    for login in ("lead1", "principal1", "deputy1", "staff1", "officer2"):
        with pytest.raises(NotFound):
            load_case(session, county[login], case.number)
    frozen.forward(hours=3)
    sweep(session)
    heard = set(session.scalars(select(Message.user_id).where(Message.case_id == case.id)))
    above = {county[who].user_id for who in ("officer1", "officer1b", "leader1", "city1")}
    assert heard
    assert heard <= above | {county["teacher1"].user_id}
    # The bureau may drive it, and hand it to the school after all.
    act(session, county["officer1"], case, "accept", **ACCEPT)
    fields = {"unit_id": county.units["S1"], "reason": "核实后交学校办理"}
    act(session, county["officer1"], case, "reassign", **fields)
    assert load_case(session, county["lead1"], case.number)


def test_a_linked_case_stays_past_the_school(session: Session, county: County) -> None:
    first = replace(report(county, "opinion"), past_school=True)
    case = filing.file_case(session, county["teacher1"], first)
    other = retyped_by_bureau(session, county, case)
    assert other.unit_id == case.unit_id
    assert handling.scene_of(session, other).code == "K1"
    with pytest.raises(NotFound):
        load_case(session, county["lead1"], other.number)


def retyped_by_bureau(session: Session, county: County, case: Case) -> Case:
    with_second(session, county, case, "officer1", "officer1b", "retype", **RETYPE)
    [other] = [one for one in linked_cases(session, case.id) if not one.final]
    return other


# ------------------------------------------------------------------------------------- 延期


def investigated(database: Database, county: County, frozen: Frozen) -> str:
    """The accident's story up to its investigation."""
    teller = Teller(ServiceDoor(database, county), frozen)
    for name, behind in ACCIDENT.behind.items():
        teller.numbers[name] = teller.file(behind)
    number = teller.numbers["own"] = teller.file(ACCIDENT.report)
    sight = teller.door.sight(number)
    for step in ACCIDENT.steps:
        frozen.move_to(clock.now() + step.wait)
        sight = teller.step(number, step, sight)
        if sight.state == "investigating":
            break
    return number


def test_an_extension_is_a_row_of_its_own_and_only_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    number = investigated(database, county, frozen)
    ask = {"rule": "emergency.investigate", "basis": "493号令第29条", "reason": "鉴定未完成"}
    with database.transaction() as session:
        case = load_case(session, SYSTEM, number)
        old = running(session, case)["emergency.investigate"]
        with pytest.raises(Refused):
            act(session, county["principal1"], case, "extend", amount=61, **ask)
        with_second(session, county, case, "principal1", "leader1", "extend", amount=60, **ask)
        new = running(session, case)["emergency.investigate"]
        assert (old.stopped_by, new.previous_id) == ("extended", old.id)
        assert old.limit_at is not None
        assert new.limit_at == old.limit_at + timedelta(days=60)
        assert new.derivation[-1] != old.derivation[-1]
        assert len(events(session, case, "clock_extended")) == 1
        with pytest.raises(Refused):
            act(session, county["principal1"], case, "extend", amount=1, **ask)
        longer = new.limit_at
        assert longer is not None
        # An event that turns out earlier moves the extended row as well, by as much.
        earlier = (case.occurred_at or case.known_at) - timedelta(days=2)
        fields = {"field": "occurred_at", "old": "当日", "new_time": earlier, "reason": "核实"}
        act(session, county["lead1"], case, "amend_fact", **fields)
        again = running(session, case)["emergency.investigate"]
        assert again.limit_at == longer - timedelta(days=2)
        timeline.verify(session)


def test_other_duties_cannot_be_extended(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    ask = {"rule": "emergency.investigate", "amount": 1, "basis": "无", "reason": "来不及"}
    with pytest.raises(Refused):
        act(session, county["principal1"], case, "extend", **ask)


# ------------------------------------------------------------------------------------- 督办


def test_a_supervision_runs_to_its_day_and_climbs_to_the_city(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    others = {n: (r.target_at, r.limit_at) for n, r in running(session, case).items()}
    due = clock.now() + timedelta(days=3)
    act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)
    row = running(session, case)["supervise.reply"]
    assert (row.target_at, row.owner) == (due, "principal")
    now = {n: (r.target_at, r.limit_at) for n, r in running(session, case).items()}
    assert {n: now[n] for n in others} == others  # it never rewinds a legal clock
    with pytest.raises(Refused):
        act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)
    with pytest.raises(Refused):
        act(session, county["officer1"], case, "accept_supervision", verified="现场")
    frozen.move_to(due)
    sweep(session)
    assert case.level >= 3
    act(session, county["principal1"], case, "reply_supervision", **REPLY)
    frozen.forward(days=5)
    sweep(session)
    assert case.level == 4
    act(session, county["officer1"], case, "accept_supervision", verified="现场核查")
    assert "supervise.reply" not in running(session, case)


def test_the_clocks_own_unit_follows_the_case(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    fields = {"unit_id": county.units["S2"], "reason": "交由二小"}
    act(session, county["officer1"], case, "reassign", **fields)
    units = set(
        session.scalars(
            select(Clock.unit_id).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
        )
    )
    assert units == {county.units["S2"]}


def test_an_extension_is_asked_for_by_its_clock(
    app: Flask, app_county: County, frozen: Frozen
) -> None:
    door = HttpDoor(app, app_county)
    number = investigated(door.db, app_county, frozen)
    clocks = door.wanted("principal1", "GET", f"/cases/{number}/clocks", 200)
    wanted = next(c for c in clocks if c["rule"] == "emergency.investigate" and not c["stopped_at"])
    path, body = f"/clocks/{wanted['id']}/extensions", {"amount": 30, "reason": "鉴定未完成"}
    assert door.call("lead1", "POST", path, body).status_code == 403
    assert door.call("principal2", "POST", path, body).status_code == 404
    refused = door.call("principal1", "POST", path, {**body, "amount": 61})
    assert refused.status_code == 422
    asked = door.wanted("principal1", "POST", path, 202, body=body)
    assert asked["approvers"] == ["bureau_leader"]
    door.approve("leader1", asked["id"])
    rows = door.wanted("principal1", "GET", f"/cases/{number}/clocks", 200)
    longer = [c for c in rows if c["rule"] == "emergency.investigate" and not c["stopped_at"]]
    assert [c["id"] for c in longer] != [wanted["id"]]


@pytest.mark.parametrize("days", [-1, 0, 367])
def test_a_supervision_is_due_ahead_within_a_year(
    session: Session, county: County, days: int
) -> None:
    case = file_bullying(session, county)
    due = clock.now() + timedelta(days=days)
    with pytest.raises(Refused):
        act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)


def test_a_supervision_moves_along_and_can_be_ended_there(session: Session, county: County) -> None:
    case, due = file_bullying(session, county), clock.now() + timedelta(days=3)
    act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)
    other = retyped(session, county, case)
    assert running(session, other)["supervise.reply"].target_at == due
    with pytest.raises(Refused):
        act(session, county["officer1"], other, "accept_supervision", verified="现场")
    act(session, county["principal1"], other, "reply_supervision", **REPLY)
    act(session, county["officer1"], other, "accept_supervision", verified="现场核查")
    assert "supervise.reply" not in running(session, other)
    timeline.verify(session)


def test_a_reopened_case_can_be_supervised_anew(session: Session, county: County) -> None:
    pupil = county.pupils["2026001"]
    new = filing.NewCase("absence", county.units["K1"], "未到校", fields={"student_id": pupil})
    case, due = filing.file_case(session, county["teacher1"], new), clock.now() + timedelta(days=3)
    act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)
    seen = {"seen_by": "校医", "seen_at": clock.now(), "place": "医务室"}
    act(session, county["teacher1"], case, "correct_roll", **seen)
    fields = {"reason": "认错人", "new_fact": "并非本人", "known_at": clock.now()}
    act(session, county["teacher1"], case, "reopen", **fields)
    assert "supervise.reply" not in running(session, case)
    act(session, county["leader1"], case, "supervise", due_at=due, **SUPERVISE)
    assert "supervise.reply" in running(session, case)


def test_there_and_back_again_makes_no_deadline_later(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county, sexual_harm=True)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    frozen.forward(days=2)
    sweep(session)
    before = {n: (r.target_at, r.limit_at) for n, r in running(session, case).items()}
    assert {"bullying.investigate", "bullying.verify"} <= set(before)
    other = retyped(session, county, case, case_type="opinion")
    assert "bullying.investigate" not in running(session, other)
    frozen.forward(days=1)
    back = retyped(session, county, other, case_type="bullying")
    act(session, county["lead1"], back, "accept", **ACCEPT)
    after = {n: (r.target_at, r.limit_at) for n, r in running(session, back).items()}
    for name, due in before.items():
        assert after[name] <= due, name
    assert facts(case_view(session, back))["sexual_harm"] is True


def test_who_acted_for_the_school_acknowledges_no_other_type_either(
    session: Session, county: County
) -> None:
    case = file_bullying(session, county)
    act(session, county["officer1"], case, "accept", **ACCEPT)
    fields = {**RETYPE, "case_type": "opinion"}
    with_second(session, county, case, "principal1", "officer1b", "retype", **fields)
    [other] = [one for one in linked_cases(session, case.id) if not one.final]
    with pytest.raises(Refused):
        act(session, county["officer1"], other, "acknowledge")
    act(session, county["leader1"], other, "acknowledge")
    assert other.received_at == clock.now()


def test_a_hidden_absence_hinders_no_search_and_is_not_told_of(
    session: Session, county: County
) -> None:
    pupil = county.pupils["2026001"]
    new = filing.NewCase("absence", county.units["K1"], "未到校", fields={"student_id": pupil})
    hidden = filing.file_case(session, county["staff1"], replace(new, past_school=True))
    own = filing.file_case(session, county["teacher1"], new)
    assert own.id != hidden.id
    with pytest.raises(Invalid) as refused:
        filing.file_case(session, county["lead1"], new)
    assert hidden.number not in str(refused.value.errors)
    with pytest.raises(Invalid):  # who knows of it carries on there
        filing.file_case(session, county["staff1"], replace(new, past_school=True))


def test_a_second_open_absence_is_refused_before_anybody_is_asked(
    session: Session, county: County
) -> None:
    """Retyped away and missing again since: the way back leads into the case that is open."""
    pupil = county.pupils["2026001"]
    new = filing.NewCase("absence", county.units["K1"], "未到校", fields={"student_id": pupil})
    other = retyped(session, county, filing.file_case(session, county["teacher1"], new))
    back = {"case_type": "absence", "reason": "确为缺课"}
    waiting = act(session, county["principal1"], other, "retype", **back).approval
    assert waiting is not None
    again = filing.file_case(session, county["teacher1"], new)
    with pytest.raises(Refused, match=again.number), session.begin_nested():  # it came between
        approvals.decide(session, county["officer1"], waiting.id, approve=True)
    approvals.decide(session, county["officer1"], waiting.id, approve=False, reason="另有在办")
    with pytest.raises(Refused, match=again.number):
        act(session, county["principal1"], other, "retype", **back)
    assert session.scalar(select(Approval.id).where(Approval.decision.is_(None))) is None
