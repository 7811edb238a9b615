"""Merging a duplicate: nothing that was owed or known may be lost on the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import NotFound, Refused
from casework.models import Case
from casework.services import approvals, filing, timeline
from casework.services.reported import NewPerson
from casework.services.scope import load_case
from casework.services.views import case_view, facts, linked_cases
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, report
from tests.integration.test_crossings import ACCEPT, SCREEN, rows, running

pytestmark = pytest.mark.one_database

RETYPE = {"case_type": "emergency", "reason": "实为突发事件"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def merge(session: Session, county: County, duplicate: Case, target: Case) -> None:
    """The lead asks for the merging, the principal approves."""
    asked = act(
        session,
        county["lead1"],
        duplicate,
        "merge_duplicate",
        other_case=target.number,
        same_event="同一事件",
    )
    assert asked.approval is not None
    approvals.decide(session, county["principal1"], asked.approval.id, approve=True)
    assert duplicate.state == "merged"


def test_merging_leaves_the_stricter_due_instants(
    session: Session, county: County, frozen: Frozen
) -> None:
    duplicate = file_bullying(session, county)
    strict = {
        name: (row.target_at, row.limit_at) for name, row in running(session, duplicate).items()
    }
    frozen.forward(minutes=30)
    target = file_bullying(session, county)
    loose = running(session, target)["bullying.accept"].target_at
    assert loose is not None
    merge(session, county, duplicate, target)
    assert running(session, duplicate) == {}
    assert {row.stopped_by for row in rows(session, duplicate, "bullying.accept")} == {"merged"}
    kept = running(session, target)
    assert {name: (kept[name].target_at, kept[name].limit_at) for name in strict} == strict
    assert kept["bullying.accept"].target_at < loose
    assert target.known_at == duplicate.known_at
    reasons = rows(session, duplicate, "bullying.accept")[0].derivation
    assert kept["bullying.accept"].derivation[-len(reasons) :] == reasons


def test_merging_revives_no_duty_that_was_met(session: Session, county: County) -> None:
    target = file_bullying(session, county)
    act(session, county["lead1"], target, "accept", **ACCEPT)
    act(session, county["lead1"], target, "screen", **SCREEN)
    duplicate = file_bullying(session, county)
    merge(session, county, duplicate, target)
    assert "bullying.accept" not in running(session, target)
    assert "bullying.screen" not in running(session, target)


def test_merging_carries_a_duty_the_other_case_never_had(session: Session, county: County) -> None:
    """A knife in the duplicate: its report to the police cannot be merged away."""
    target = file_bullying(session, county)
    duplicate = file_bullying(session, county, weapon=True)
    due = running(session, duplicate)["bullying.external_report"]
    merge(session, county, duplicate, target)
    moved = running(session, target)["bullying.external_report"]
    assert (moved.target_at, moved.limit_at) == (due.target_at, due.limit_at)
    assert moved.next_rung_at is not None
    for recipient in ("police", "bureau"):
        fields = {"recipient": recipient, "called_at": clock.now(), "contact": "值班", "phone": "1"}
        act(session, county["lead1"], target, "record_report", **fields)
    assert "bullying.external_report" not in running(session, target)


def test_merging_carries_what_is_known_and_linked(session: Session, county: County) -> None:
    """Sexual harm stays a matter of the police, and open talk online still bars the closing."""
    target, duplicate = file_bullying(session, county), file_bullying(session, county)
    third = file_bullying(session, county, sexual_harm=True)
    talk = filing.file_case(session, county["officer1"], report(county, "opinion"))
    act(session, county["officer1"], talk, "start_verification")
    graded = {"truth": "partly", "level": "blue", "spread": 1, "level_inputs": "少"}
    graded |= {"responsible_unit_id": county.units["S1"], "linked_case": third.number}
    act(session, county["officer1"], talk, "grade", **graded)
    merge(session, county, third, duplicate)
    merge(session, county, duplicate, target)
    assert set(linked_cases(session, target.id)) == {duplicate, third, talk}
    known = facts(case_view(session, target))
    assert (known["sexual_harm"], known["forced"]) == (True, True)
    assert {"bullying.external_report"} <= set(running(session, target))


def test_merging_starts_no_clock_that_nobody_could_stop(session: Session, county: County) -> None:
    """The target was escalated unaccepted: a first check that it never had cannot end there."""
    target = file_bullying(session, county)
    act(session, county["lead1"], target, "escalate", reason="报告")
    duplicate = file_bullying(session, county)
    act(session, county["lead1"], duplicate, "accept", **ACCEPT)
    merge(session, county, duplicate, target)
    assert "bullying.verify" not in running(session, target)
    assert {"bullying.guardians", "bullying.investigate"} <= set(running(session, target))


def test_merging_leaves_requests_of_the_other_case_alone(
    session: Session, county: County, frozen: Frozen
) -> None:
    target, duplicate = file_bullying(session, county), file_bullying(session, county)
    unproven = {"steps": "已询问", "reporter_asked": "known", "finding": "unproven"}
    for case in (duplicate, target):
        act(session, county["lead1"], case, "accept", **ACCEPT)
        frozen.forward(minutes=5)
        act(session, county["lead1"], case, "close_unproven", **unproven)
    (before,) = [row.target_at for row in rows(session, target, "approval.decide")]
    merge(session, county, duplicate, target)
    (after,) = rows(session, target, "approval.decide")
    assert (after.target_at, after.stopped_at) == (before, None)
    assert all(row.stopped_by == "void" for row in rows(session, duplicate, "approval.decide")[:1])


def test_whom_one_case_names_neither_shows(session: Session, county: County) -> None:
    target, new = file_bullying(session, county), bullying(county)
    accused = NewPerson("校长", "staff", user_id=county["principal1"].user_id)
    accusing = replace(new, people=(*new.people, accused))
    duplicate = filing.file_case(session, county["teacher1"], accusing)
    assert load_case(session, county["principal1"], target.number)
    waiting = act(session, county["principal1"], target, "retype", **RETYPE).approval
    fields = {"other_case": target.number, "same_event": "同一件事"}
    approval = act(session, county["lead1"], duplicate, "merge_duplicate", **fields).approval
    assert approval is not None
    approvals.decide(session, county["officer1"], approval.id, approve=True)
    assert waiting is not None
    assert waiting.decision == "void", "who asked for it may no longer see the case"
    for case in (target, duplicate):
        with pytest.raises(NotFound):
            load_case(session, county["principal1"], case.number)
    assert load_case(session, county["lead1"], target.number)
    timeline.verify(session)


def test_who_has_acted_in_the_duplicate_has_acted_in_the_target(
    session: Session, county: County
) -> None:
    """An officer screened the duplicate: the review of the target is for another one to answer."""
    target, duplicate = file_bullying(session, county), file_bullying(session, county)
    act(session, county["officer1"], duplicate, "screen", **SCREEN)
    act(session, county["lead1"], target, "accept", **ACCEPT)
    assert not case_view(session, target).acted(county["officer1"].user_id)
    merge(session, county, duplicate, target)
    assert case_view(session, target).acted(county["officer1"].user_id)
    assert not case_view(session, target).acted(county["officer1b"].user_id)
    unproven = {"steps": "已询问", "reporter_asked": "known", "finding": "unproven"}
    asked = act(session, county["lead1"], target, "close_unproven", **unproven).approval
    assert asked is not None
    approvals.decide(session, county["leader1"], asked.id, approve=True)
    asking = {"requested_by": "victim", "requested_at": clock.now(), "grounds": "不服"}
    act(session, county["lead1"], target, "request_review", **asking)
    refusal = {"reasons": "无新情况", "told_at": clock.now()}
    with pytest.raises(Refused):
        act(session, county["officer1"], target, "refuse_review", **refusal)
    act(session, county["officer1b"], target, "refuse_review", **refusal)


def test_two_merged_into_each_other_in_turn_are_still_read(
    session: Session, county: County
) -> None:
    one, other = file_bullying(session, county), file_bullying(session, county)
    merge(session, county, one, other)
    again = {"reason": "并错", "new_fact": "另一件事", "known_at": clock.now()}
    act(session, county["lead1"], one, "reopen", **again)
    merge(session, county, other, one)
    assert case_view(session, one).acted(county["principal1"].user_id)
    assert [record.action for record in case_view(session, one).before].count("merge_duplicate")
    timeline.verify(session)
