"""What used to be dodged: each story tries the way around and must be turned back at it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import NotAllowed, Refused, WrongState
from casework.models import Case, Clock
from casework.services import approvals, filing
from casework.services.options import options
from casework.services.reported import NewPerson
from casework.services.signals import disposing, receiving
from casework.services.signals.receiving import NewSignal
from casework.workflows.registry import WORKFLOWS
from tests.factories import County, act, bullying, file_bullying, report
from tests.integration.test_crossings import ACCEPT, SCREEN

pytestmark = pytest.mark.one_database

REPORT = {
    **dict.fromkeys(("victim_statement", "actor_statement", "witness_statement"), "taken"),
    "evidence_list": "监控一段",
    "report": "事实清楚",
}
CALL = {"contact": "值班员", "phone": "110"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def told(session: Session, county: County, case: Case, *recipients: str) -> None:
    """Outside recipients are called."""
    for recipient in recipients:
        fields = {"recipient": recipient, "called_at": clock.now(), **CALL}
        act(session, county["lead1"], case, "record_report", **fields)


def heard_of(session: Session, county: County, case: Case) -> None:
    """A call to the hotline turns out to be about the case."""
    officer = county["officer1"]
    heard = NewSignal("hotline", county.units["S1"], "孩子在学校被打了")
    signal = receiving.receive(session, officer, heard)
    disposing.match(session, officer, signal.id, case.number, reason="同一件事")


def guardians(session: Session, county: County, case: Case) -> None:
    for side in ("victim", "actor"):
        fields = {"side": side, "outcome": "reached", "told_at": clock.now(), "channel": "phone"}
        act(session, county["teacher1"], case, "notify_guardians", **fields)


def investigated(session: Session, county: County, case: Case, **screen: Any) -> None:
    """Accepted, screened, guardians told, investigation opened."""
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **{**SCREEN, **screen})
    guardians(session, county, case)
    team = [county["lead1"].user_id, county["grade1"].user_id]
    act(session, county["lead1"], case, "open_investigation", investigators=team)


def refusals(session: Session, county: County, case: Case, who: str, action: str) -> list[str]:
    """What speaks against an action whatever is entered."""
    found = {one.action: one for one in options(session, county[who], case)}
    return [str(text.msgid) for text in found[action].refusals] if action in found else ["absent"]


def test_sexual_harm_never_reaches_the_committee(session: Session, county: County) -> None:
    case = file_bullying(session, county, sexual_harm=True)
    act(session, county["lead1"], case, "escalate", reason="涉及性侵害")
    told(session, county, case, "police", "bureau")
    team = [county["lead1"].user_id, county["grade1"].user_id]
    with pytest.raises(Refused):
        act(session, county["lead1"], case, "resume", investigators=team)
    for action in ("open_investigation", "submit_report", "determine"):
        assert WORKFLOWS["bullying"].action(action).dest(case.state) is None  # type: ignore[union-attr]
    transfer = WORKFLOWS["bullying"].action("transfer")
    assert transfer is not None
    given = {field.name: "如实记录" for field in transfer.fields if field.required}
    act(session, county["principal1"], case, "transfer", **given)
    assert case.state == "transferred"


def test_sexual_harm_found_later_stops_the_investigation(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    investigated(session, county, case)
    act(session, county["lead1"], case, "screen", **{**SCREEN, "sexual_harm": True})
    told(session, county, case, "police", "bureau")
    with pytest.raises(Refused):
        act(session, county["lead1"], case, "submit_report", **REPORT)


def test_a_serious_case_is_not_determined_without_both_reports(
    session: Session, county: County
) -> None:
    case = file_bullying(session, county)
    investigated(session, county, case)
    act(session, county["lead1"], case, "screen", **{**SCREEN, "severity": "serious"})
    told(session, county, case, "police")
    assert refusals(session, county, case, "lead1", "submit_report")
    told(session, county, case, "bureau")
    assert refusals(session, county, case, "lead1", "submit_report") == []


def test_the_worst_severity_counts_though_it_is_screened_down(
    session: Session, county: County
) -> None:
    case = file_bullying(session, county)
    investigated(session, county, case)
    act(session, county["lead1"], case, "screen", **{**SCREEN, "severity": "serious"})
    with pytest.raises(NotAllowed):
        act(session, county["lead1"], case, "screen", **SCREEN)
    done = act(session, county["principal1"], case, "screen", **SCREEN)
    assert done.approval is not None
    assert done.approval.approver_roles == ["bureau_officer"]
    approvals.decide(session, county["officer1"], done.approval.id, approve=True)
    with pytest.raises(Refused):  # what was ever seen still counts
        act(session, county["lead1"], case, "submit_report", **REPORT)


PLAY = {
    "heard_alone": True,
    **dict.fromkeys(("bodily_harm", "mental_harm", "property_harm", "objection"), False),
    "earlier_case": False,
    "finding": "not_bullying",
}


@pytest.mark.parametrize(
    ("more", "second"),
    [
        ({}, []),
        ({"injury": "minor"}, ["bureau_officer"]),
        ({"source": "anonymous"}, ["bureau_officer"]),
        ({"staff": True}, ["bureau_officer"]),
        ({"signal": True}, ["bureau_officer"]),
    ],
)
def test_play_needs_the_bureau_unless_it_is_plain(
    session: Session, county: County, more: dict[str, Any], second: list[str]
) -> None:
    new = bullying(county, **({"injury": more["injury"]} if "injury" in more else {}))
    if more.get("staff"):
        new = replace(new, people=(*new.people, NewPerson("某老师", "staff")))
    case = filing.file_case(
        session, county["teacher1"], replace(new, source=more.get("source", "staff"))
    )
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    guardians(session, county, case)
    if more.get("signal"):
        heard_of(session, county, case)
    done = act(session, county["principal1"], case, "dismiss_as_play", **PLAY)
    assert (done.approval.approver_roles if done.approval else []) == second
    assert case.state == ("verifying" if second else "disposing")


def test_what_was_heard_from_outside_stays_so_through_every_merger(
    session: Session, county: County
) -> None:
    first = filing.file_case(
        session, county["teacher1"], replace(bullying(county), source="anonymous")
    )
    second, third = (file_bullying(session, county) for _ in range(2))
    for case, into in ((first, second), (second, third)):
        fields = {"other_case": into.number, "same_event": "同一件事"}
        done = act(session, county["lead1"], case, "merge_duplicate", **fields)
        assert done.approval is not None
        assert done.approval.approver_roles == ["bureau_officer"]
        approvals.decide(session, county["officer1"], done.approval.id, approve=True)


def test_play_with_harm_is_no_play(session: Session, county: County) -> None:
    case = file_bullying(session, county)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    guardians(session, county, case)
    for name in ("bodily_harm", "mental_harm", "property_harm", "objection"):
        with pytest.raises(Refused):
            act(session, county["principal1"], case, "dismiss_as_play", **PLAY | {name: True})


@pytest.mark.parametrize(
    ("more", "second"),
    [
        ({"injured": 0}, "principal"),
        ({"injured": 1}, "bureau_officer"),
        ({"injured": 0, "missing": 1}, "bureau_officer"),
        ({"injured": "unknown"}, "bureau_officer"),
        ({"injured": 0, "emergency_call": True}, "bureau_officer"),
        ({"injured": 0, "signal": True}, "bureau_officer"),
    ],
)
def test_a_not_event_with_a_hurt_child_needs_the_bureau(
    session: Session, county: County, more: dict[str, Any], second: str
) -> None:
    known = {name: value for name, value in more.items() if name != "signal"}
    case = filing.file_case(session, county["teacher1"], report(county, "emergency", **known))
    if more.get("signal"):
        heard_of(session, county, case)
    call = more.get("emergency_call", False)
    fields = {"reason": "误报", "witness": "值班教师", "emergency_call": call}
    done = act(session, county["lead1"], case, "mark_not_event", **fields)
    assert done.approval is not None
    assert done.approval.approver_roles == [second]
    assert case.state == "received"


def test_an_opinion_about_a_pupil_is_not_graded_without_its_case(
    session: Session, county: County
) -> None:
    about = report(county, "opinion", about_pupil=True)
    case = filing.file_case(session, county["lead1"], about)
    act(session, county["officer1"], case, "start_verification")
    grade = {
        "truth": "true",
        "level": "yellow",
        "spread": 300,
        "level_inputs": "转发 300",
        "responsible_unit_id": county.units["S1"],
    }
    with pytest.raises(Refused):
        act(session, county["officer1"], case, "grade", **grade)
    behind = file_bullying(session, county)
    act(session, county["officer1"], case, "grade", **grade, linked_case=behind.number)
    assert case.state == "graded"


def test_a_bullying_case_does_not_close_over_an_open_opinion(
    session: Session, county: County
) -> None:
    close = WORKFLOWS["bullying"].action("close")
    assert close is not None
    assert any("opinion" in guard.name for guard in close.guards)


@pytest.mark.parametrize("case_type", WORKFLOWS)
def test_a_final_state_always_ends_its_clocks(
    session: Session, county: County, case_type: str
) -> None:
    """Whatever the type: carried on as another one, nothing of it runs and nothing is possible."""
    if case_type == "bullying":
        case = file_bullying(session, county)
    elif case_type == "absence":
        pupil = county.pupils["2026001"]
        new = filing.NewCase("absence", county.units["K1"], "未到校", fields={"student_id": pupil})
        case = filing.file_case(session, county["teacher1"], new)
    else:
        case = filing.file_case(session, county["teacher1"], report(county, case_type))
    other = "opinion" if case_type != "opinion" else "emergency"
    fields = {"case_type": other, "reason": "性质不符"}
    asked = act(session, county["principal1"], case, "retype", **fields)
    assert asked.approval is not None
    approvals.decide(session, county["officer1"], asked.approval.id, approve=True)
    running = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    assert case.final
    assert session.scalars(running).all() == []
    with pytest.raises(WrongState):
        act(session, county["lead1"], case, "add_note", text="补充")
