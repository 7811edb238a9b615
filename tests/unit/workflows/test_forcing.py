"""Which reports to police and bureau count: those that can have been about the serious fact."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.permissions import Role
from casework.workflows.case import Link
from casework.workflows.definitions.bullying import BULLYING, guards
from casework.workflows.definitions.bullying.facts import FACTS
from tests.unit.workflows.bullying_samples import (
    CALM,
    LEAD,
    OFFICER,
    PRINCIPAL,
    SERIOUS_VOTE,
    TEACHER,
    TWO,
)
from tests.unit.workflows.test_bullying import filed
from tests.unit.workflows.walking import START, Story

UNREPORTED = [guards.REPORTED_IF_FORCED.refusal]


def _called(story: Story, **ago: float) -> Story:
    for recipient in ("police", "bureau"):
        at = story.now - timedelta(**ago)
        story.act(Role.STAFF, "record_report", recipient=recipient, called_at=at)
    return story


def _investigating() -> Story:
    story = filed()
    story.case = replace(story.case, state="investigating")
    return story


@pytest.mark.parametrize(
    ("screenings", "hours", "counts"),
    [
        ([CALM], 72, False),  # the calls were about a quarrel
        ([CALM], 0.4, True),  # called, then typed in
        ([], 3, True),  # the first screening says what it was
        ([], 72, False),
    ],
)
def test_only_a_call_that_can_be_about_the_serious_fact_counts(
    screenings: list[dict[str, object]], hours: float, counts: bool
) -> None:
    story = _called(_investigating())
    for screening in screenings:
        story.act(LEAD, "screen", **screening)
    story.wait(hours=hours).act(LEAD, "screen", **{**CALM, "severity": "serious"})
    assert FACTS["reported_to_both"](story.case) is counts
    assert story.refusals(LEAD, "submit_report") == ([] if counts else UNREPORTED)
    _called(story)
    assert story.refusals(LEAD, "submit_report") == []


def test_a_second_serious_incident_owes_new_reports() -> None:
    story = _called(_investigating().act(LEAD, "screen", **{**CALM, "severity": "serious"}))
    story.case = replace(story.case, state="intervening")
    story.wait(days=5).act(TEACHER, "recur", known_at=story.now - timedelta(hours=1))
    assert FACTS["forced_round"](story.case) == 1
    assert story.refusals(LEAD, "submit_report") == []  # it may have been a quarrel
    story.act(LEAD, "screen", **{**CALM, "severity": "criminal"})
    assert FACTS["forced_round"](story.case) == 2
    assert story.refusals(LEAD, "submit_report") == UNREPORTED
    story.case = replace(story.case, state="determining")
    assert story.refusals(PRINCIPAL, "determine", **SERIOUS_VOTE) == UNREPORTED
    escalated = Story(BULLYING, replace(story.case, state="escalated"), story.now)
    assert guards.REPORTED_TO_BOTH.refusal in escalated.refusals(LEAD, "resume", **TWO)
    _called(story, minutes=50)
    assert story.act(PRINCIPAL, "determine", **SERIOUS_VOTE).case.state == "disposing"


def test_what_only_the_committee_finds_serious_is_reported_while_it_sits() -> None:
    story = _called(_investigating().act(LEAD, "screen", **CALM)).wait(days=2)
    story.act(LEAD, "submit_report").wait(days=1)
    assert story.refusals(PRINCIPAL, "determine", **SERIOUS_VOTE) == [
        guards.REPORTED_IF_FOUND.refusal
    ]
    _called(story).wait(hours=9)
    story.act(PRINCIPAL, "determine", **SERIOUS_VOTE)
    assert FACTS["reported_to_both"](story.case) is True


def test_what_the_police_find_they_need_not_be_told_again() -> None:
    story = _called(_investigating()).act(PRINCIPAL, "transfer").wait(days=30)
    story.act(OFFICER, "conclude_by_police", finding="serious")
    assert FACTS["reported_to_both"](story.case) is True


def test_reports_of_a_merged_case_count_when_they_can_be_about_the_fact() -> None:
    """Those about a quarrel do not; those of a case that was itself serious do."""
    minor = Link("2026-QL-000001", "bullying", False, calls=(("police", START), ("bureau", START)))
    grave = replace(minor, facts={"forced": True}, instants={"forced_at": START})
    story = _investigating().act(LEAD, "screen", **CALM).wait(days=3)
    story.act(LEAD, "screen", **{**CALM, "severity": "serious"})
    for link, counts in ((minor, False), (grave, True)):
        assert FACTS["reported_to_both"](replace(story.case, links=(link,))) is counts
    story = _called(filed(weapon=True))
    story.case = replace(story.case, state="intervening")
    story.wait(days=5).act(TEACHER, "recur").wait(hours=1)
    second = replace(grave, calls=(), instants={"forced_at": story.now})
    assert FACTS["reported_to_both"](replace(story.case, links=(grave,))) is True
    assert FACTS["reported_to_both"](replace(story.case, links=(second,))) is False
