"""An emergency from the call to control: every condition both ways."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework.errors import NotAllowed, Refused, WrongState
from casework.permissions import Role
from casework.workflows.case import UNKNOWN, Link, Record
from casework.workflows.definitions.common import NOT_ACTED_FOR_SCHOOL
from casework.workflows.definitions.emergency import facts, guards
from tests.unit.workflows.emergency_cases import (
    CHANGED,
    COUNSELLOR,
    DEPUTY,
    LEAD,
    LEADER,
    OFFICER,
    PRINCIPAL,
    REPORT,
    STAFF,
    TEACHER,
    concluding,
    controlled,
    investigating,
    named,
    opinion,
    received,
    reported_up,
    responding,
    verifying,
)
from tests.unit.workflows.walking import START, Row, Story, check_step

ROWS: list[Row] = [
    # Anyone at the school may tell the principal, before and during verification.
    (received, STAFF, "inform_principal", {}, "received"),
    (verifying, COUNSELLOR, "inform_principal", {}, "verifying"),
    # After the report has gone up there is no more to tell.
    (reported_up, STAFF, "inform_principal", {}, WrongState),
    # Verification is the safety lead's, and once only.
    (received, LEAD, "start_verification", {}, "verifying"),
    (received, TEACHER, "start_verification", {}, NotAllowed),
    (verifying, LEAD, "start_verification", {}, WrongState),
    # No event: asked for by the safety lead, never after the report.
    (verifying, LEAD, "mark_not_event", {}, "not_event"),
    (verifying, TEACHER, "mark_not_event", {}, NotAllowed),
    (reported_up, LEAD, "mark_not_event", {}, WrongState),
    # The initial report needs no verification and no principal on the spot.
    (received, PRINCIPAL, "submit_initial_report", REPORT, "reported_up"),
    (verifying, DEPUTY, "submit_initial_report", REPORT, "reported_up"),
    # At once a teacher may not sign it …
    (received, TEACHER, "submit_initial_report", REPORT, NotAllowed),
    # … nine minutes later neither …
    (lambda: received().wait(minutes=9), TEACHER, "submit_initial_report", REPORT, NotAllowed),
    # … after ten minutes without an answer any staff may, the counsellor too …
    (lambda: received().wait(minutes=10), STAFF, "submit_initial_report", REPORT, "reported_up"),
    (lambda: received().wait(hours=1), COUNSELLOR, "submit_initial_report", REPORT, "reported_up"),
    # … but not once the safety lead has answered.
    (lambda: verifying().wait(hours=1), TEACHER, "submit_initial_report", REPORT, NotAllowed),
    # Only the bureau acknowledges.
    (reported_up, OFFICER, "acknowledge", {}, "responding"),
    (reported_up, PRINCIPAL, "acknowledge", {}, NotAllowed),
    # Relay and presence on the spot.
    (reported_up, OFFICER, "record_relay", {}, "reported_up"),
    (verifying, OFFICER, "record_relay", {}, WrongState),
    (received, DEPUTY, "record_on_site", {}, "received"),
    (received, TEACHER, "record_on_site", {}, NotAllowed),
    # 续报 until control, then only 补报.
    (responding, LEAD, "submit_update", CHANGED, "responding"),
    (controlled, PRINCIPAL, "submit_update", REPORT, "controlled"),
    (investigating, LEAD, "submit_update", REPORT, WrongState),
    # The grade rises with the officer …
    (responding, OFFICER, "regrade", {"statutory_grade": "major"}, "responding"),
    # … falls with the leader only …
    (
        lambda: responding(statutory_grade="major"),
        OFFICER,
        "regrade",
        {"statutory_grade": "large", "school_grade": "general"},
        NotAllowed,
    ),
    (
        lambda: responding(statutory_grade="major"),
        LEADER,
        "regrade",
        {"statutory_grade": "large", "school_grade": "general"},
        "responding",
    ),
    # … also when the other scale rises at the same time …
    (
        lambda: responding(school_grade="large"),
        OFFICER,
        "regrade",
        {"statutory_grade": "major", "school_grade": "general"},
        NotAllowed,
    ),
    # … and two unknown grades are no grade.
    (
        responding,
        OFFICER,
        "regrade",
        {"statutory_grade": UNKNOWN, "school_grade": UNKNOWN},
        guards.GRADE_GIVEN,
    ),
    # Under control: the principal says so when it is not urgent …
    (responding, PRINCIPAL, "mark_controlled", {}, "controlled"),
    (responding, LEAD, "mark_controlled", {}, NotAllowed),
    # … the bureau when it is, even if it becomes so by this very entry.
    (lambda: responding(weapon=True), PRINCIPAL, "mark_controlled", {}, NotAllowed),
    (responding, PRINCIPAL, "mark_controlled", {"dead": 1}, NotAllowed),
    (lambda: responding(dead=1), OFFICER, "mark_controlled", {"dead": 1}, "controlled"),
    (reported_up, PRINCIPAL, "mark_controlled", {}, WrongState),
    # Control can be lost until the end.
    (controlled, LEAD, "lose_control", {}, "responding"),
    (concluding, OFFICER, "lose_control", {}, "responding"),
    (responding, LEAD, "lose_control", {}, WrongState),
    # The bureau refutes; the initial report stays in the history.
    (reported_up, OFFICER, "refute", {}, "concluding"),
    (controlled, OFFICER, "refute", {}, "concluding"),
    (responding, PRINCIPAL, "refute", {}, NotAllowed),
    (investigating, OFFICER, "refute", {}, WrongState),
]


@pytest.mark.parametrize(("arrange", "role", "action", "fields", "expected"), ROWS)
def test_each_step_until_control_does_what_the_table_says(
    arrange: Callable[[], Story],
    role: Role,
    action: str,
    fields: dict[str, object],
    expected: object,
) -> None:
    check_step(arrange(), role, action, fields, expected)


def test_who_acted_for_the_school_does_not_acknowledge() -> None:
    story = received().act(PRINCIPAL, "submit_initial_report", by=7, **REPORT)
    with pytest.raises(Refused) as refused:
        story.act(OFFICER, "acknowledge", by=7)
    assert [text.msgid for text in refused.value.refusals] == [NOT_ACTED_FOR_SCHOOL.refusal]
    assert story.act(OFFICER, "acknowledge", by=8).case.received_at == story.now


def not_event(arrange: Callable[[], Story] = received, **given: object) -> Story:
    return arrange().act(LEAD, "mark_not_event", **{"emergency_call": False, **given})


def lower_again(story: Story) -> Story:
    return story.act(LEAD, "amend_fact", field="injured", new_figure=0)


def bullied_before(injury: str) -> Story:
    story = received()
    screened = Record("screen", START, 1, LEAD, {"injury": injury}, "reported", "reported")
    story.case = replace(story.case, before=(screened,))
    return story


def linked(case_type: str, *, hurt: bool) -> Story:
    story = received()
    link = Link("2026-QL-000001", case_type, open=False, facts={"hurt": hurt})
    story.case = replace(story.case, links=(link,))
    return story


def opened_by(source: str) -> Story:
    story = received()
    story.case = replace(story.case, source=source)
    return story


SECONDS: list[tuple[Callable[[], Story], Role]] = [
    # Nobody hurt, nobody called, our own news: the principal.
    (not_event, PRINCIPAL),
    # Somebody hurt, or nobody can say.
    (lambda: not_event(lambda: received(injured=1)), OFFICER),
    (lambda: not_event(lambda: received(dead=UNKNOWN)), OFFICER),
    # Somebody named as hurt, whatever the figures say, and what hurts whatever the figures say.
    (lambda: not_event(lambda: named(received(), "injured", 9)), OFFICER),
    (lambda: not_event(lambda: named(received(), "victim", 9)), OFFICER),
    (lambda: not_event(lambda: received(category="self_harm")), OFFICER),
    (lambda: not_event(lambda: received(category="staff_harm")), OFFICER),
    (lambda: not_event(lambda: received(sexual_harm=True)), OFFICER),
    (lambda: not_event(lambda: received(weapon=True)), OFFICER),
    (lambda: not_event(lambda: lower_again(received(injured=1))), OFFICER),
    # Said of it as another type, in a linked case, or by what has opened it.
    (lambda: not_event(lambda: bullied_before("serious")), OFFICER),
    (lambda: not_event(lambda: bullied_before("none")), PRINCIPAL),
    (lambda: not_event(lambda: linked("bullying", hurt=True)), OFFICER),
    (lambda: not_event(lambda: linked("absence", hurt=False)), PRINCIPAL),
    (lambda: not_event(lambda: opened_by(facts.CROSSING)), OFFICER),
    (lambda: not_event(lambda: opened_by(facts.CLUSTER)), OFFICER),
    # Help was called: said now, said at filing, recorded since, or unknown.
    (lambda: not_event(emergency_call=True), OFFICER),
    (lambda: not_event(emergency_call=UNKNOWN), OFFICER),
    (lambda: not_event(lambda: received(emergency_call=True)), OFFICER),
    (
        lambda: not_event(lambda: received().act(STAFF, "record_report", recipient="police")),
        OFFICER,
    ),
    # A public-opinion case exists, be it closed.
    (lambda: not_event(lambda: opinion(received(), is_open=False)), OFFICER),
]


@pytest.mark.parametrize(("made", "approver"), SECONDS)
def test_who_must_agree_that_it_was_no_event(made: Callable[[], Story], approver: Role) -> None:
    assert made().second == (approver,)


def test_news_from_a_signal_is_never_no_event_without_the_bureau() -> None:
    story = received()
    story.case = replace(story.case, source="signal")
    assert story.act(LEAD, "mark_not_event", emergency_call=False).second == (OFFICER,)
