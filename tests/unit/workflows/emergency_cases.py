"""Emergencies brought to each state, for the tests of the case type."""

from __future__ import annotations

from dataclasses import replace

from casework.permissions import Role
from casework.workflows.case import Link, Person, Running
from casework.workflows.definitions.emergency import EMERGENCY, facts, outside
from tests.unit.workflows.walking import START, Story, open_case

STAFF, TEACHER, COUNSELLOR = Role.STAFF, Role.TEACHER, Role.COUNSELLOR
LEAD, DEPUTY, PRINCIPAL = Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL
OFFICER, LEADER, CITY = Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER

CALM = {"category": "injury", "dead": 0, "injured": 0, "missing": 0, "weapon": False}
REPORT = {**CALM, "statutory_grade": "general", "school_grade": "general"}
CHANGED = {
    **REPORT,
    "injured": 1,
    "change_reason": "counted again",
    "knower": "the nurse",
    "figure_known_at": "unknown",
}


def received(**filing: object) -> Story:
    return Story(EMERGENCY, open_case(EMERGENCY, START, **{**CALM, **filing}))


def verifying(**filing: object) -> Story:
    return received(**filing).act(LEAD, "start_verification")


def reported_up(**filing: object) -> Story:
    return received(**filing).act(LEAD, "submit_initial_report", **{**REPORT, **filing})


def responding(**filing: object) -> Story:
    return reported_up(**filing).act(OFFICER, "acknowledge")


def controlled(**filing: object) -> Story:
    figures = {name: filing.get(name, 0) for name in facts.FIGURES}
    return responding(**filing).act(OFFICER, "mark_controlled", **figures)


def finished(**filing: object) -> Story:
    return controlled(**filing).act(PRINCIPAL, "submit_final_report")


def investigating(**filing: object) -> Story:
    return controlled(**filing).act(OFFICER, "open_investigation", investigators=[71])


def rectifying(**filing: object) -> Story:
    return (
        finished(**filing)
        .act(OFFICER, "open_investigation", outside_body="Emergency management")
        .act(OFFICER, "accept_findings")
    )


def concluding(**filing: object) -> Story:
    return rectifying(**filing).act(PRINCIPAL, "conclude")


def hazard(by: int = 50) -> Story:
    return rectifying().act(LEAD, "record_hazard", by=by, responsible=60)


def opinion(story: Story, *, is_open: bool) -> Story:
    story.case = replace(story.case, links=(Link("2026-YQ-000001", "opinion", is_open),))
    return story


def named(story: Story, part: str, user_id: int) -> Story:
    story.case = replace(story.case, people=(Person(1, part, user_id),))
    return story


def owing(story: Story) -> Story:
    """The health office has not been told yet."""
    row = Running(outside.INITIAL_REPORT, None, "health")
    story.case = replace(story.case, running=(row,))
    return story
