"""The opinion case type: every condition both ways, its clocks' facts, and whole stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from casework.errors import NotAllowed, WrongState
from casework.permissions import Role
from casework.workflows.case import UNKNOWN, Link
from casework.workflows.definitions.opinion import OPINION, facts, guards
from tests.unit.workflows.walking import START, Row, Story, check_step, open_case

TEACHER, LEAD, PRINCIPAL = Role.TEACHER, Role.SAFETY_LEAD, Role.PRINCIPAL
OFFICER, LEADER, CITY = Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER

EVENT = "2026-TF-000001"
TRUE = {"truth": "true", "level": "blue"}
LINKED = {**TRUE, "linked_case": EVENT}


def detected(**filing: object) -> Story:
    return Story(OPINION, open_case(OPINION, START, **{"about_pupil": False, **filing}))


def verifying(**filing: object) -> Story:
    return detected(**filing).act(OFFICER, "start_verification")


def about_pupil() -> Story:
    return verifying(about_pupil=True)


def graded(level: str = "blue") -> Story:
    role = LEADER if level in facts.HIGH else OFFICER
    return verifying().act(role, "grade", truth="true", level=level)


def referred() -> Story:
    return graded().act(OFFICER, "refer_rumour")


def responding() -> Story:
    return graded().act(OFFICER, "respond")


def approving() -> Story:
    return responding().act(LEAD, "submit_wording")


def released() -> Story:
    return approving().act(LEADER, "approve_wording")


def monitoring() -> Story:
    return released().act(OFFICER, "start_monitoring")


def calm(hours: int = 72) -> Story:
    return monitoring().act(LEAD, "log_figures", below_threshold=True).wait(hours=hours)


def reviewing() -> Story:
    return calm().act(OFFICER, "subside")


def linked(story: Story, case_type: str, grade: str | None = None) -> Story:
    link = Link(EVENT, case_type, True, {"grade": grade})
    story.case = replace(story.case, links=(link,))
    return story


ROWS: list[Row] = [
    # Both levels may begin to verify.
    (detected, LEAD, "start_verification", {}, "verifying"),
    (detected, OFFICER, "start_verification", {}, "verifying"),
    (detected, TEACHER, "start_verification", {}, NotAllowed),
    # Only the bureau dismisses, and only before the grading.
    (detected, OFFICER, "dismiss", {}, "dismissed"),
    (verifying, OFFICER, "dismiss", {"ground": "duplicate"}, "dismissed"),
    (detected, LEAD, "dismiss", {}, NotAllowed),
    (graded, OFFICER, "dismiss", {}, WrongState),
    # Blue and yellow are the officer's, orange and red the leader's.
    (verifying, OFFICER, "grade", TRUE, "graded"),
    (verifying, OFFICER, "grade", {**TRUE, "level": "yellow"}, "graded"),
    (verifying, OFFICER, "grade", {**TRUE, "level": "orange"}, NotAllowed),
    (verifying, LEADER, "grade", {**TRUE, "level": "red"}, "graded"),
    (verifying, LEAD, "grade", TRUE, NotAllowed),
    (detected, OFFICER, "grade", TRUE, WrongState),
    # About a pupil and not false: the case behind it must be linked …
    (about_pupil, OFFICER, "grade", TRUE, guards.LINKED),
    (about_pupil, OFFICER, "grade", {**TRUE, "truth": "partly"}, guards.LINKED),
    (about_pupil, OFFICER, "grade", {**TRUE, "truth": UNKNOWN}, guards.LINKED),
    (about_pupil, OFFICER, "grade", LINKED, "graded"),
    # … be it that the link is there already, but then “none” is wrong.
    (lambda: linked(about_pupil(), "emergency"), OFFICER, "grade", TRUE, "graded"),
    (
        lambda: linked(about_pupil(), "emergency"),
        OFFICER,
        "grade",
        {**TRUE, "no_linked_case": True},
        guards.NOT_BOTH,
    ),
    (about_pupil, OFFICER, "grade", {**LINKED, "no_linked_case": True}, guards.NOT_BOTH),
    # Another opinion case is not what lies behind it.
    (lambda: linked(about_pupil(), "opinion"), OFFICER, "grade", TRUE, guards.LINKED),
    # False talk needs no case; “none” stands with a second signature.
    (about_pupil, OFFICER, "grade", {**TRUE, "truth": "false"}, "graded"),
    (about_pupil, OFFICER, "grade", {**TRUE, "no_linked_case": True}, "graded"),
    # Not knowing whether a pupil is meant does not calm; a plain no does, but not after a yes.
    (lambda: verifying(about_pupil=UNKNOWN), OFFICER, "grade", TRUE, guards.LINKED),
    (
        lambda: verifying(about_pupil=UNKNOWN),
        OFFICER,
        "grade",
        {**TRUE, "about_pupil": False},
        "graded",
    ),
    (about_pupil, OFFICER, "grade", {**TRUE, "about_pupil": False}, guards.LINKED),
    # Each later wave is graded again.
    (released, OFFICER, "grade", TRUE, "graded"),
    (monitoring, OFFICER, "grade", TRUE, "graded"),
    (reviewing, OFFICER, "grade", TRUE, "graded"),
    (responding, OFFICER, "grade", TRUE, WrongState),
    # Rumours are handed over from three states, and come back.
    (verifying, OFFICER, "refer_rumour", {}, "referred"),
    (graded, OFFICER, "refer_rumour", {"handed_to": "cyberspace"}, "referred"),
    (responding, OFFICER, "refer_rumour", {}, "referred"),
    (approving, OFFICER, "refer_rumour", {}, WrongState),
    (graded, LEAD, "refer_rumour", {}, NotAllowed),
    (referred, OFFICER, "return_from_referral", {}, "verifying"),
    # Watching without a response: blue only.
    (graded, PRINCIPAL, "watch_only", {}, "monitoring"),
    (graded, OFFICER, "watch_only", {}, "monitoring"),
    (graded, LEAD, "watch_only", {}, NotAllowed),
    (lambda: graded("yellow"), OFFICER, "watch_only", {}, guards.BLUE),
    (lambda: graded("red"), OFFICER, "watch_only", {}, guards.BLUE),
    # A response rests on a grading, also out of a referral.
    (graded, OFFICER, "respond", {}, "responding"),
    (referred, OFFICER, "respond", {}, "responding"),
    (
        lambda: verifying().act(OFFICER, "refer_rumour"),
        OFFICER,
        "respond",
        {},
        guards.GRADED,
    ),
    (graded, LEAD, "respond", {}, NotAllowed),
    # No wording shows a minor.
    (responding, LEAD, "submit_wording", {"minor_identifiable": False}, "approving"),
    (
        responding,
        OFFICER,
        "submit_wording",
        {"minor_identifiable": True},
        guards.NO_MINOR_SHOWN,
    ),
    (responding, TEACHER, "submit_wording", {}, NotAllowed),
    # The leader signs or returns it.
    (approving, LEADER, "approve_wording", {}, "released"),
    (approving, OFFICER, "approve_wording", {}, NotAllowed),
    (approving, LEADER, "return_wording", {}, "responding"),
    (approving, OFFICER, "return_wording", {}, NotAllowed),
    (responding, LEADER, "approve_wording", {}, WrongState),
    # Press, take-down and figures belong to every open state.
    (detected, OFFICER, "record_press_conference", {}, "detected"),
    (referred, LEADER, "record_press_decision", {}, "referred"),
    (referred, OFFICER, "record_press_decision", {}, NotAllowed),
    (detected, LEAD, "request_takedown", {}, "detected"),
    (reviewing, PRINCIPAL, "log_figures", {}, "reviewing"),
    (detected, TEACHER, "log_figures", {}, NotAllowed),
    # Watching on, then calm for 72 hours.
    (released, OFFICER, "start_monitoring", {}, "monitoring"),
    (released, LEAD, "start_monitoring", {}, NotAllowed),
    (calm, OFFICER, "subside", {}, "reviewing"),
    (lambda: calm(71), OFFICER, "subside", {}, guards.CALM),
    (monitoring, OFFICER, "subside", {}, guards.CALM),
    # A figure above the threshold, or an unknown one, starts the count anew.
    (
        lambda: calm().act(LEAD, "log_figures", below_threshold=UNKNOWN),
        OFFICER,
        "subside",
        {},
        guards.CALM,
    ),
    (
        lambda: calm().act(LEAD, "log_figures", below_threshold=False).wait(hours=100),
        OFFICER,
        "subside",
        {},
        guards.CALM,
    ),
    # Figures from before a new wave do not calm it.
    (
        lambda: calm().act(OFFICER, "grade", **TRUE).act(OFFICER, "watch_only"),
        OFFICER,
        "subside",
        {},
        guards.CALM,
    ),
    # The leader closes; reopening leads back to verification.
    (reviewing, LEADER, "close", {}, "closed"),
    (reviewing, OFFICER, "close", {}, NotAllowed),
    (monitoring, LEADER, "close", {}, WrongState),
    (lambda: reviewing().act(LEADER, "close"), CITY, "reopen", {}, "verifying"),
    (lambda: detected().act(OFFICER, "dismiss"), LEAD, "reopen", {}, "verifying"),
    (lambda: detected().act(OFFICER, "dismiss"), TEACHER, "reopen", {}, NotAllowed),
]


@pytest.mark.parametrize(("arrange", "role", "action", "fields", "expected"), ROWS)
def test_each_step_does_what_the_table_says(
    arrange: Callable[[], Story],
    role: Role,
    action: str,
    fields: dict[str, object],
    expected: object,
) -> None:
    check_step(arrange(), role, action, fields, expected)
