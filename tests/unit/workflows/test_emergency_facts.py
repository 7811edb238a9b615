"""What the clocks of an emergency are told, and whole stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refused
from casework.workflows.case import UNKNOWN, CaseView, Person, Record
from casework.workflows.definition import Effect
from casework.workflows.definitions import harm
from casework.workflows.definitions.emergency import EMERGENCY, casualties, facts, guards
from tests.unit.workflows.emergency_cases import (
    CITY,
    DEPUTY,
    LEAD,
    LEADER,
    OFFICER,
    PRINCIPAL,
    REPORT,
    STAFF,
    TEACHER,
    concluding,
    named,
    received,
    rectifying,
    responding,
)
from tests.unit.workflows.walking import START

WHY = {"change_reason": "counted again", "knower": "the nurse", "figure_known_at": "unknown"}
URGENT: list[tuple[dict[str, object], bool]] = [
    # Nothing known that hurries, not even what is unknown.
    ({}, False),
    ({"dead": UNKNOWN, "weapon": UNKNOWN, "category": UNKNOWN}, False),
    # Death, a missing child, three hurt (two are not).
    ({"dead": 1}, True),
    ({"missing": 1}, True),
    ({"injured": 3}, True),
    ({"injured": 2}, False),
    # Weapon, life in danger, sexual harm, self-harm.
    ({"weapon": True}, True),
    ({"life_in_danger": True}, True),
    ({"sexual_harm": True}, True),
    ({"category": "self_harm"}, True),
    # A grave grade on either scale.
    ({"statutory_grade": "large"}, False),
    ({"statutory_grade": "major"}, True),
    ({"school_grade": "extraordinary"}, True),
]


@pytest.mark.parametrize(("filing", "expected"), URGENT)
def test_urgent(filing: dict[str, object], expected: bool) -> None:
    assert facts.urgent(received(**filing).case) is expected


def test_what_was_filed_is_known_from_known_at_and_what_came_later_from_then() -> None:
    assert facts.hurt_at(received().case) is None
    filed = named(received(), "injured", 9).case
    assert facts.hurt_at(filed) == START
    assert facts.hurt_at(replace(filed, known_at=START - timedelta(hours=9))) == (
        START - timedelta(hours=9)
    )
    story = received().wait(hours=5).act(LEAD, "submit_initial_report", **REPORT)
    story.wait(hours=1).act(LEAD, "amend_fact", field="injured", new_figure=1)
    assert facts.hurt_at(story.case) == START + timedelta(hours=6)
    since = START + timedelta(hours=2)
    early = received().wait(hours=5)
    early.act(LEAD, "amend_fact", field="injured", new_figure=1, figure_known_at=since)
    assert facts.hurt_at(early.case) == since


def test_a_corrected_figure_counts_and_keeps_counting() -> None:
    story = received().act(LEAD, "amend_fact", field="dead", new_figure=1)
    assert facts.urgent(story.case)
    story.act(LEAD, "amend_fact", field="dead", new_figure=0)
    assert facts.urgent(story.case)
    assert facts.hurt(story.case)
    assert casualties.figures(story.case)["dead"] == 0


def test_category_and_grade_become_known_and_unknown_never_calms() -> None:
    story = received(category=UNKNOWN, statutory_grade=UNKNOWN)
    assert facts.category(story.case) == UNKNOWN
    assert facts.grade(story.case) is None
    story.act(LEAD, "submit_initial_report", **{**REPORT, "category": "fire"})
    assert (facts.category(story.case), facts.grade(story.case)) == ("fire", "general")
    story.act(LEAD, "submit_update", **{**REPORT, "category": UNKNOWN, "school_grade": "large"})
    story.act(LEAD, "submit_update", **REPORT, **WHY)
    assert (facts.category(story.case), facts.grade(story.case)) == ("injury", "large")


def test_guardians_are_told_child_by_child() -> None:
    story = received(injured=2)
    assert not facts.guardians_told(story.case)
    story.case = replace(story.case, people=(Person(1, "injured"), Person(2, "victim")))
    story.act(TEACHER, "notify_guardians", person_id=1)
    assert not facts.guardians_told(story.case)
    story.act(TEACHER, "notify_guardians", side="victim", outcome="impossible")
    assert facts.guardians_told(story.case)


def test_a_record_by_side_counts_while_no_child_is_entered() -> None:
    story = received(injured=1).act(TEACHER, "notify_guardians", side="victim")
    assert facts.guardians_told(story.case)


def test_a_changed_figure_is_a_supplement_only_inside_the_watch_and_under_control() -> None:
    changed = facts.casualties_changed_in_watch
    story = responding(injured=1).act(LEAD, "submit_update", **{**REPORT, "injured": 2}, **WHY)
    assert changed(story.case) is None
    story.act(PRINCIPAL, "mark_controlled", injured=2)
    assert changed(story.case) is None
    story.wait(days=3).act(LEAD, "supplement", **{**REPORT, "injured": 2, "dead": 1}, **WHY)
    assert changed(story.case) == "dead=1 injured=2 missing=0"
    story.wait(days=40).act(LEAD, "amend_fact", field="dead", new_figure=2)
    assert changed(story.case) == "dead=1 injured=2 missing=0"
    story.act(LEAD, "lose_control")
    assert changed(story.case) is None


def test_a_first_answer_of_nobody_is_no_change_and_no_list_of_harm_is_unknown() -> None:
    story = responding(missing=UNKNOWN).act(PRINCIPAL, "mark_controlled", missing=UNKNOWN)
    story.act(LEAD, "amend_fact", field="missing", new_figure=0)
    assert facts.changed_figures(story.case) is None
    story.act(LEAD, "amend_fact", field="missing", new_figure=1)
    assert facts.changed_figures(story.case) == "dead=0 injured=0 missing=1"
    screened = Record("screen", START, 1, LEAD, {"mandatory_items": ["harm"]}, "new", "new")
    assert harm.says(screened)
    assert not harm.says(replace(screened, fields={"mandatory_items": UNKNOWN}))


def test_the_closing_duty_counts_from_the_end_of_the_watch_if_someone_was_hurt() -> None:
    assert facts.watch_end(concluding().case) is None
    hurt = concluding(injured=1).case
    assert facts.watch_end(hurt) == START + timedelta(days=30)
    late = rectifying(injured=1).wait(days=50).act(PRINCIPAL, "conclude")
    assert facts.watch_end(late.case) == late.now
    unknown = replace(hurt, occurred_at=None, known_at=START + timedelta(hours=1))
    assert facts.watch_end(unknown) == START + timedelta(days=30, hours=1)


def test_food_poisoning_from_the_first_call_to_the_end() -> None:
    story = received(category="food", injured=2, dead=0, missing=0)
    story.act(STAFF, "inform_principal").act(LEAD, "start_verification")
    story.act(STAFF, "secure_evidence", kind="sample", kept_by="食堂").act(STAFF, "record_report")
    food = {**REPORT, "category": "food", "injured": 5}
    story.act(PRINCIPAL, "submit_initial_report", **food)
    assert facts.urgent(story.case)
    story.act(OFFICER, "acknowledge").act(DEPUTY, "record_on_site")
    story.act(LEADER, "record_relay").act(TEACHER, "notify_guardians", side="victim")
    story.wait(hours=20).act(LEAD, "submit_update", **{**food, "injured": 12}, **WHY)
    story.act(OFFICER, "regrade", statutory_grade="large", school_grade="large")
    story.wait(days=1).act(OFFICER, "mark_controlled", injured=12)
    story.act(OFFICER, "open_investigation", investigators=[71, 72])
    story.wait(days=4).act(LEAD, "supplement", **{**food, "injured": 13}, **WHY)
    story.act(PRINCIPAL, "submit_final_report").act(OFFICER, "accept_findings")
    story.act(LEAD, "record_hazard", by=50).act(DEPUTY, "accept_hazard", hazard=1)
    story.act(PRINCIPAL, "conclude")
    with pytest.raises(Refused):
        story.act(OFFICER, "close")
    story.wait(days=30).act(OFFICER, "close")
    assert story.case.state == "closed"
    assert EMERGENCY.state("closed").final


def test_a_reopened_case_is_a_new_round_and_needs_a_new_final_report() -> None:
    story = concluding().act(OFFICER, "close").act(CITY, "reopen")
    assert (story.case.state, story.case.round) == ("controlled", 2)
    assert guards.FINAL_REPORT_MADE.refusal in story.refusals(OFFICER, "skip_investigation")


def test_reports_tell_the_bureau_and_receipt_is_a_transition() -> None:
    reports = ("submit_initial_report", "submit_update", "submit_final_report", "supplement")
    for name in reports:
        action = EMERGENCY.action(name)
        assert action is not None
        assert action.tells == ("bureau",)
    receipt = EMERGENCY.action("acknowledge")
    assert receipt is not None
    assert receipt.dest("reported_up") == "responding"
    assert Effect.RECEIVE in receipt.effects


@given(
    st.dictionaries(
        st.sampled_from(["category", "statutory_grade", "dead", "hazard", "person_id", "field"]),
        st.one_of(
            st.none(), st.booleans(), st.integers(), st.sampled_from(["", UNKNOWN, "fire", "dead"])
        ),
    ),
    st.sampled_from([action.name for action in EMERGENCY.actions]),
)
def test_facts_never_raise_and_are_plain_values(fields: dict[str, object], action: str) -> None:
    case: CaseView = received().case
    record = replace(case.history[0], action=action, fields=fields)
    case = case.then(replace(record, to_state="concluding")).then(record)
    for fact in facts.FACTS.values():
        assert isinstance(fact(case), bool | int | str | None)
    for instant in facts.INSTANTS.values():
        instant(case)


def test_a_cluster_is_reported_once_health_and_bureau_know() -> None:
    story = received().act(LEAD, "record_report", recipient="health")
    assert not facts.cluster(story.case)
    assert facts.cluster(replace(story.case, source=facts.CLUSTER))
    assert not facts.cluster_reported(story.case)
    assert facts.cluster_reported(story.act(LEAD, "record_report", recipient="bureau").case)
