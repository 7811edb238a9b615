"""One event in several cases, merged or of another type: met once, late once, never lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Refused
from casework.models import Case, Flag, Person
from casework.services import approvals, filing
from casework.services import sweep as sweeping
from casework.services.merging import _ends
from casework.services.policy import policy
from casework.services.reported import NewPerson
from casework.services.signals import disposing, receiving
from casework.services.views import case_view, facts, linked_cases
from casework.workflows.registry import WORKFLOWS
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying, report
from tests.integration.test_crossings import ACCEPT, SCREEN, rows, running
from tests.integration.test_merging import merge
from tests.integration.test_never_dodged import REPORT, guardians, told

pytestmark = pytest.mark.one_database

EXTERNAL = "bullying.external_report"
VOTE = {
    **{"entitled": 7, "present": 7, "votes_for": 7, "finding": "serious", "recusals": "无"},
    **{"imbalance": True, "intent": True, "harm": True, "clause": "第十八条"},
}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def sweep(session: Session) -> None:
    """Everything that is due fires."""
    while ids := sweeping.due_clocks(session, clock.now()):
        sweeping.fire_due(session, ids, None)


def retyped(session: Session, county: County, case: Case, case_type: str) -> Case:
    """The principal asks for the change of type, an officer agrees; the case that goes on."""
    fields = {"case_type": case_type, "reason": "性质不符"}
    asked = act(session, county["principal1"], case, "retype", **fields).approval
    assert asked is not None
    approvals.decide(session, county["officer1"], asked.id, approve=True)
    return max(linked_cases(session, case.id), key=lambda one: one.id)


def flags(session: Session, rule: str) -> list[tuple[int | None, datetime]]:
    """Every flag of a rule, with its case."""
    query = select(Flag.case_id, Flag.at).where(Flag.rule_id == rule)
    return [(row[0], row[1]) for row in session.execute(query.order_by(Flag.id))]


def test_who_called_during_the_investigation_need_not_call_again_for_the_finding(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    _investigated(session, county, case)
    frozen.forward(days=1)
    told(session, county, case, "police", "bureau")
    frozen.forward(hours=2)
    act(session, county["lead1"], case, "submit_report", **REPORT)
    frozen.forward(hours=20)
    act(session, county["principal1"], case, "determine", **VOTE)
    assert case.state == "disposing"
    assert EXTERNAL not in running(session, case)
    assert flags(session, EXTERNAL) == []


def _investigated(session: Session, county: County, case: Case) -> None:
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    guardians(session, county, case)
    two = [county["teacher1"].user_id, county["counsellor1"].user_id]
    act(session, county["lead1"], case, "open_investigation", investigators=two)


def test_what_the_police_found_nobody_must_tell_them(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    act(session, county["lead1"], case, "escalate", reason="家长报警")
    taken = {"station": "千佛山派出所", "officer": "王", "case_number": "1", "taken_over": "全案"}
    act(session, county["principal1"], case, "transfer", **taken)
    frozen.forward(days=3)
    found = {"document": "决定书", "finding": "serious"}
    act(session, county["officer1"], case, "conclude_by_police", **found)
    known = facts(case_view(session, case))
    assert (known["forced"], known["reported_to_both"]) == (True, True)
    frozen.forward(hours=3)
    sweep(session)
    assert flags(session, EXTERNAL) == []


def test_two_merged_cases_may_have_told_a_half_each(
    session: Session, county: County, frozen: Frozen
) -> None:
    target, duplicate = file_bullying(session, county, weapon=True), file_bullying(session, county)
    told(session, county, target, "police")
    frozen.forward(minutes=10)
    told(session, county, duplicate, "bureau")
    second = clock.now()
    frozen.forward(hours=3)
    merge(session, county, duplicate, target)
    (row,) = rows(session, target, EXTERNAL)
    assert (row.stopped_at, row.stopped_by) == (second, "fact:reported_to_both")
    sweep(session)
    assert flags(session, EXTERNAL) == []


def test_half_told_is_not_told(session: Session, county: County, frozen: Frozen) -> None:
    target, duplicate = file_bullying(session, county, weapon=True), file_bullying(session, county)
    told(session, county, target, "police")
    told(session, county, duplicate, "police")
    merge(session, county, duplicate, target)
    frozen.forward(hours=3)
    sweep(session)
    assert [case for case, _ in flags(session, EXTERNAL)] == [target.id]


def test_a_lateness_is_flagged_once_over_changes_of_type(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    frozen.forward(hours=5)  # the sweep has not come by yet: the lateness must not be lost
    emergency = retyped(session, county, case, "emergency")
    assert len(flags(session, "bullying.screen")) == 1
    opinion = retyped(session, county, emergency, "opinion")
    back = retyped(session, county, opinion, "bullying")
    sweep(session)
    assert [one for one, _ in flags(session, "bullying.screen")] == [back.id]
    assert len(flags(session, "emergency.guardians")) == 1


def test_a_lateness_is_flagged_once_when_merged(
    session: Session, county: County, frozen: Frozen
) -> None:
    duplicate = file_bullying(session, county, weapon=True)
    frozen.forward(hours=3)
    sweep(session)
    targets = [file_bullying(session, county, weapon=armed) for armed in (False, True)]
    merge(session, county, duplicate, targets[0])
    merge(session, county, targets[0], targets[1])
    sweep(session)
    assert [case for case, _ in flags(session, EXTERNAL)] == [duplicate.id]
    assert EXTERNAL in running(session, targets[1])


def test_a_duty_ends_where_the_new_type_can_never_meet_it(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    frozen.forward(minutes=5)
    emergency = retyped(session, county, case, "emergency")
    assert not {"bullying.screen", "bullying.support"} & set(running(session, emergency))
    frozen.forward(hours=5)
    sweep(session)
    assert flags(session, "bullying.screen") == []


def test_every_duty_that_moves_has_an_end_in_the_other_type(session: Session) -> None:
    for rule in policy(session).packs.for_region("").values():
        for name, workflow in WORKFLOWS.items():
            if rule.subject != "case" or name in rule.case_types:
                continue
            known = {f"fact:{fact}" for fact in workflow.facts}
            known |= {action.name for action in workflow.actions}
            known |= {f"leave:{state.name}" for state in workflow.states}
            reports = any(one.startswith("report:") for one in rule.closes_on)
            for state in workflow.open_states:
                meets = reports or known & set(rule.closes_on)
                assert meets or not _ends(workflow, rule, state), (rule.id, name, state)


def test_talk_about_a_pupil_takes_two_to_dismiss_whatever_it_was_between(
    session: Session, county: County
) -> None:
    case = filing.file_case(session, county["lead1"], report(county, "opinion", about_pupil=True))
    back = retyped(session, county, retyped(session, county, case, "bullying"), "opinion")
    fields = {"ground": "unrelated", "passed_to": "无", "unit_or_pupil_named": False}
    done = act(session, county["officer1"], back, "dismiss", passed_at=clock.now(), **fields)
    assert done.approval is not None
    assert back.state != "dismissed"


def test_an_anonymous_report_past_the_school_is_asked_back(
    session: Session, county: County
) -> None:
    heard = receiving.NewSignal("anonymous", county.units["S1"], "老师打人")
    signal = receiving.receive(session, county["officer1"], heard)
    new = bullying(county)
    opening = disposing.Opening(
        *("bullying", "匿名"),
        unit_id=county.units["K1"],
        people=new.people,
        fields=new.fields,
        past_school=True,
    )
    opened = disposing.open_case(session, county["officer1"], signal.id, opening)
    case = session.get_one(Case, opened.case_id)
    assert case.source == "past_school"
    act(session, county["officer1b"], case, "accept", **ACCEPT)
    unproven = {"steps": "已询问", "reporter_asked": "known", "finding": "unproven"}
    with pytest.raises(Refused):
        act(session, county["officer1b"], case, "close_unproven", **unproven)


def test_two_pupils_without_a_name_stay_two(session: Session, county: County) -> None:
    unknown = (NewPerson("不详", "victim"), NewPerson("不详", "victim"), NewPerson("甲", "actor"))
    for informed in (1, 2):
        new = replace(bullying(county), people=unknown)
        case = filing.file_case(session, county["teacher1"], new)
        victims = select(Person.id).where(Person.case_id == case.id, Person.part == "victim")
        for victim in session.scalars(victims).all()[:informed]:
            fields = {"person_id": victim, "outcome": "reached", "told_at": clock.now()}
            act(session, county["teacher1"], case, "notify_guardians", channel="phone", **fields)
        on = retyped(session, county, case, "emergency")
        meant = {record.fields.get("person_id") for record in case_view(session, on).before}
        assert len(meant - {None}) == informed
