"""An emergency from control to its end: every condition both ways."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from casework.errors import NotAllowed, Refused, WrongState
from casework.permissions import Role
from casework.workflows.case import UNKNOWN
from casework.workflows.definitions.emergency import guards, hazards, outside, supplements
from tests.unit.workflows.emergency_cases import (
    CHANGED,
    CITY,
    DEPUTY,
    LEAD,
    LEADER,
    OFFICER,
    PRINCIPAL,
    REPORT,
    TEACHER,
    concluding,
    controlled,
    finished,
    hazard,
    investigating,
    named,
    opinion,
    owing,
    rectifying,
    responding,
    verifying,
)
from tests.unit.workflows.walking import Row, Story, check_step

ROWS: list[Row] = [
    # 终报 from control on, the cause may be unknown.
    (controlled, PRINCIPAL, "submit_final_report", {"cause": UNKNOWN}, "controlled"),
    (responding, PRINCIPAL, "submit_final_report", {}, WrongState),
    (controlled, LEAD, "submit_final_report", {}, NotAllowed),
    # An investigation has an investigator …
    (controlled, OFFICER, "open_investigation", {"investigators": [71]}, "investigating"),
    (controlled, OFFICER, "open_investigation", {"outside_body": "Police"}, "investigating"),
    (controlled, OFFICER, "open_investigation", {}, guards.INVESTIGATOR_GIVEN),
    # … who is not named in the case; a reporter is not named.
    (
        lambda: named(controlled(), "staff", 71),
        OFFICER,
        "open_investigation",
        {"investigators": [70, 71]},
        guards.INVESTIGATORS_NOT_NAMED,
    ),
    (
        lambda: named(controlled(), "reporter", 71),
        OFFICER,
        "open_investigation",
        {"investigators": [71]},
        "investigating",
    ),
    # Without an investigation: general on both scales, nobody hurt, final report made.
    (finished, OFFICER, "skip_investigation", {}, "concluding"),
    (controlled, OFFICER, "skip_investigation", {}, guards.FINAL_REPORT_MADE),
    (lambda: finished(injured=1), OFFICER, "skip_investigation", {}, guards.NO_CASUALTY),
    (
        lambda: finished(school_grade="large"),
        OFFICER,
        "skip_investigation",
        {},
        guards.MINOR_GRADE,
    ),
    # An unknown grade is not a minor one.
    (
        lambda: finished(school_grade=UNKNOWN),
        OFFICER,
        "skip_investigation",
        {},
        guards.MINOR_GRADE,
    ),
    # What a leader has lowered counts as lowered here.
    (
        lambda: finished(school_grade="large").act(LEADER, "regrade"),
        OFFICER,
        "skip_investigation",
        {},
        "concluding",
    ),
    # A final report from before control was lost does not count.
    (
        lambda: finished().act(LEAD, "lose_control").act(PRINCIPAL, "mark_controlled"),
        OFFICER,
        "skip_investigation",
        {},
        guards.FINAL_REPORT_MADE,
    ),
    # Findings in six parts, or as a document.
    (investigating, OFFICER, "accept_findings", {}, "rectifying"),
    (investigating, OFFICER, "accept_findings", {"source": "outside_document"}, "rectifying"),
    (investigating, PRINCIPAL, "accept_findings", {}, NotAllowed),
    # A hazard is accepted by somebody else, by its number, once.
    (rectifying, LEAD, "record_hazard", {}, "rectifying"),
    (hazard, DEPUTY, "accept_hazard", {"hazard": 1}, "rectifying"),
    (hazard, DEPUTY, "accept_hazard", {"hazard": 2}, hazards.HAZARD_WAITS),
    (
        lambda: hazard().act(DEPUTY, "accept_hazard", hazard=1),
        OFFICER,
        "accept_hazard",
        {"hazard": 1},
        hazards.HAZARD_WAITS,
    ),
    (hazard, TEACHER, "accept_hazard", {"hazard": 1}, NotAllowed),
    # Rectification ends with the final report made …
    (rectifying, PRINCIPAL, "conclude", {}, "concluding"),
    (
        lambda: investigating().act(OFFICER, "accept_findings"),
        PRINCIPAL,
        "conclude",
        {},
        guards.FINAL_REPORT_MADE,
    ),
    # … and each hazard accepted, or kept in the ledger.
    (hazard, PRINCIPAL, "conclude", {}, hazards.HAZARDS_SETTLED),
    (hazard, PRINCIPAL, "conclude", {"keep_in_ledger": True}, "concluding"),
    (
        lambda: hazard().act(DEPUTY, "accept_hazard", hazard=1),
        PRINCIPAL,
        "conclude",
        {},
        "concluding",
    ),
    # 补报: only when a figure changed, by itself or corrected before.
    (controlled, LEAD, "supplement", CHANGED, "controlled"),
    (controlled, LEAD, "supplement", REPORT, supplements.CASUALTIES_CHANGED),
    (
        lambda: controlled().act(LEAD, "amend_fact", field="injured", new_figure=1),
        LEAD,
        "supplement",
        CHANGED,
        "controlled",
    ),
    (responding, LEAD, "supplement", CHANGED, WrongState),
    # Nobody hurt: the bureau may close at once.
    (concluding, OFFICER, "close", {}, "closed"),
    (concluding, PRINCIPAL, "close", {}, NotAllowed),
    (rectifying, OFFICER, "close", {}, WrongState),
    # Somebody hurt: not before the 30 days are over, the last one included …
    (lambda: concluding(injured=1).wait(days=30), OFFICER, "close", {}, guards.WATCH_OVER),
    (lambda: concluding(injured=1).wait(days=31), OFFICER, "close", {}, "closed"),
    # … whoever was named as hurt, be all figures 0 …
    (lambda: named(concluding(), "injured", 9), OFFICER, "close", {}, guards.WATCH_OVER),
    # … 7 for fire and traffic, but only if it was never anything else.
    (
        lambda: concluding(injured=1, category="fire").wait(days=7),
        OFFICER,
        "close",
        {},
        guards.WATCH_OVER,
    ),
    (lambda: concluding(injured=1, category="fire").wait(days=8), OFFICER, "close", {}, "closed"),
    # A linked public-opinion case has to be closed first.
    (lambda: opinion(concluding(), is_open=True), OFFICER, "close", {}, guards.NO_OPEN_OPINION),
    (lambda: opinion(concluding(), is_open=False), OFFICER, "close", {}, "closed"),
    # Whoever must get the initial report has been told, unless it was no event after all.
    (lambda: owing(concluding()), OFFICER, "close", {}, outside.REPORTS_MADE),
    (lambda: owing(controlled().act(OFFICER, "refute")), OFFICER, "close", {}, "closed"),
    (
        lambda: owing(controlled(category="self_harm").act(OFFICER, "refute").wait(days=31)),
        OFFICER,
        "close",
        {},
        outside.REPORTS_MADE,
    ),
    # No figure stays unknown.
    (lambda: concluding(dead=UNKNOWN), OFFICER, "close", {}, guards.FIGURES_STATED),
    # The final report can be sent back.
    (concluding, OFFICER, "return_final", {}, "rectifying"),
    # Afterwards a new one is needed.
    (
        lambda: concluding().act(OFFICER, "return_final"),
        PRINCIPAL,
        "conclude",
        {},
        guards.FINAL_REPORT_MADE,
    ),
    # Final states are left by reopening only.
    (lambda: verifying().act(LEAD, "mark_not_event"), LEAD, "reopen", {}, "verifying"),
    (lambda: concluding().act(OFFICER, "close"), CITY, "reopen", {}, "controlled"),
    (lambda: concluding().act(OFFICER, "close"), TEACHER, "reopen", {}, NotAllowed),
    (lambda: concluding().act(OFFICER, "close"), LEAD, "add_note", {}, WrongState),
]


@pytest.mark.parametrize(("arrange", "role", "action", "fields", "expected"), ROWS)
def test_each_step_after_control_does_what_the_table_says(
    arrange: Callable[[], Story],
    role: Role,
    action: str,
    fields: dict[str, object],
    expected: object,
) -> None:
    check_step(arrange(), role, action, fields, expected)


@pytest.mark.parametrize("by", [50, 60])
def test_a_hazard_is_accepted_by_another_person_than_its_recorder_and_its_owner(by: int) -> None:
    with pytest.raises(Refused) as refused:
        hazard(by=50).act(PRINCIPAL, "accept_hazard", by=by, hazard=1)
    assert [text.msgid for text in refused.value.refusals] == [hazards.ANOTHER_ACCEPTS.refusal]


def test_hazards_left_open_need_the_consent_of_the_bureau() -> None:
    left = hazard().act(PRINCIPAL, "conclude", keep_in_ledger=True)
    assert left.second == (OFFICER,)
    settled = hazard().act(DEPUTY, "accept_hazard", hazard=1).act(PRINCIPAL, "conclude")
    assert settled.second is None
