"""What the clocks of an opinion case are told, its second signatures, and whole stories."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.errors import Refused
from casework.workflows.case import UNKNOWN, Link, Person
from casework.workflows.definition import Effect
from casework.workflows.definitions.opinion import OPINION, facts, guards
from tests.unit.workflows.test_opinion import (
    CITY,
    EVENT,
    LEAD,
    LEADER,
    LINKED,
    OFFICER,
    TRUE,
    about_pupil,
    approving,
    detected,
    graded,
    linked,
    monitoring,
    released,
    reviewing,
    verifying,
)
from tests.unit.workflows.walking import START, Story, open_case


@pytest.mark.parametrize("part", facts.PUPIL_PARTS)
def test_a_pupil_entered_in_the_case_outweighs_a_plain_no(part: str) -> None:
    story = verifying(about_pupil=False)
    story.case = replace(story.case, people=(Person(1, part),))
    assert story.refusals(OFFICER, "grade", **TRUE) == [guards.LINKED.refusal]


def test_a_student_of_ours_in_any_part_is_a_pupil() -> None:
    story = verifying(about_pupil=False)
    story.case = replace(story.case, people=(Person(1, "reporter"),))
    assert not facts.about_pupil(story.case)
    story.case = replace(story.case, people=(Person(1, "reporter", student_id=5),))
    assert facts.about_pupil(story.case)


def test_the_case_behind_it_is_no_opinion_case() -> None:
    event = replace(detected().case, case_type="emergency", number=EVENT)
    assert about_pupil().act(OFFICER, "grade", refs={"linked_case": event}, **LINKED)
    with pytest.raises(Refused) as refused:
        about_pupil().act(OFFICER, "grade", refs={"linked_case": detected().case}, **LINKED)
    assert [text.msgid for text in refused.value.refusals] == [guards.LINK_FITS.refusal]


@pytest.mark.parametrize("ended", ["retyped", "merged"])
def test_a_case_that_goes_on_as_another_is_not_behind_it(ended: str) -> None:
    story = about_pupil()
    story.case = replace(story.case, links=(Link(EVENT, "bullying", False, state=ended),))
    assert story.refusals(OFFICER, "grade", **TRUE) == [guards.LINKED.refusal]
    dead = replace(detected().case, case_type="bullying", number=EVENT, state=ended)
    with pytest.raises(Refused) as refused:
        about_pupil().act(OFFICER, "grade", refs={"linked_case": dead}, **LINKED)
    assert [text.msgid for text in refused.value.refusals] == [guards.LINK_LIVES.refusal]


def test_a_yes_about_a_pupil_is_taken_back_by_two_only() -> None:
    story = about_pupil().act(OFFICER, "grade", **TRUE, no_linked_case=True, about_pupil=UNKNOWN)
    story.act(OFFICER, "refer_rumour").act(OFFICER, "return_from_referral")
    again = {**TRUE, "about_pupil": False}
    assert story.refusals(OFFICER, "grade", **again) == [guards.LINKED.refusal]
    story.act(OFFICER, "grade", **again, no_linked_case=True)
    assert facts.about_pupil(story.case)  # asked for by one, signed by nobody yet
    signed = replace(story.case.history[-1], requested_by=7)
    story.case = replace(story.case, history=(*story.case.history[:-1], signed))
    assert not facts.about_pupil(story.case)
    before = replace(detected().case, before=about_pupil().case.history)  # as another type
    assert facts.about_pupil(before)


def test_grading_without_a_case_needs_a_second_officer_only_when_a_case_is_needed() -> None:
    none = {**TRUE, "no_linked_case": True}
    assert about_pupil().act(OFFICER, "grade", **none).second == (OFFICER,)
    assert about_pupil().act(OFFICER, "grade", **{**none, "truth": "false"}).second is None
    assert about_pupil().act(OFFICER, "grade", **LINKED).second is None
    assert verifying().act(OFFICER, "grade", **none).second is None


@pytest.mark.parametrize(
    ("filing", "dismissal", "second"),
    [
        # Nobody of ours is named.
        ({}, False, None),
        # Named now, or perhaps.
        ({}, True, (OFFICER,)),
        ({}, UNKNOWN, (OFFICER,)),
        # Named when it was filed.
        ({"unit_or_pupil_named": True}, False, (OFFICER,)),
        ({"about_pupil": True}, False, (OFFICER,)),
    ],
)
def test_dismissing_needs_another_officer_when_one_of_ours_is_named(
    filing: dict[str, object], dismissal: object, second: object
) -> None:
    story = detected(**filing).act(OFFICER, "dismiss", unit_or_pupil_named=dismissal)
    assert story.second == second


def test_dismissing_needs_another_officer_when_a_person_is_entered() -> None:
    story = detected()
    story.case = replace(story.case, people=(Person(1, "staff"),))
    assert story.act(OFFICER, "dismiss", unit_or_pupil_named=False).second == (OFFICER,)


@pytest.mark.parametrize("name", ["death", "sexual_harm"])
def test_death_and_sexual_harm_must_be_reported_up_from_the_filing_on(name: str) -> None:
    assert not facts.must_report_up(detected(**{name: UNKNOWN}).case)
    assert facts.must_report_up(detected(**{name: True}).case)


def test_a_high_level_once_given_keeps_the_duty_to_report_up() -> None:
    story = released()
    assert not facts.must_report_up(story.case)
    story.act(LEADER, "grade", **{**TRUE, "level": "orange"})
    assert (facts.level(story.case), facts.must_report_up(story.case)) == ("orange", True)
    story.act(OFFICER, "respond").act(LEAD, "submit_wording").act(LEADER, "approve_wording")
    story.act(OFFICER, "grade", **TRUE)
    assert (facts.level(story.case), facts.must_report_up(story.case)) == ("blue", True)


@pytest.mark.parametrize(
    ("case_type", "grade", "expected"),
    [
        # Only an emergency, and only a grave one, asks for a press conference.
        ("emergency", "major", True),
        ("emergency", "extraordinary", True),
        ("emergency", "large", False),
        ("emergency", None, False),
        ("bullying", "major", False),
    ],
)
def test_linked_major(case_type: str, grade: str | None, expected: bool) -> None:
    assert facts.linked_major(linked(detected(), case_type, grade).case) is expected


def test_a_minor_seen_later_is_seen() -> None:
    story = detected()
    assert not facts.minor_exposed(story.case)
    assert facts.minor_exposed(story.act(LEAD, "log_figures", minor_exposed=True).case)


def test_a_new_wave_needs_a_new_wording() -> None:
    story = approving()
    assert not facts.wording_approved(story.case)
    assert facts.wording_approved(story.act(LEADER, "approve_wording").case)
    assert not facts.wording_approved(story.act(OFFICER, "grade", **TRUE).case)


def test_first_posting_is_what_was_filed_else_when_it_occurred() -> None:
    posted = START - timedelta(hours=3)
    assert facts.first_posted_at(detected(first_posted_at=posted).case) == posted
    unknown = detected(first_posted_at=UNKNOWN).case
    assert facts.first_posted_at(unknown) == START
    assert facts.first_posted_at(replace(unknown, occurred_at=None)) is None


def test_nothing_holds_up_a_filing() -> None:
    case = open_case(OPINION, START, platform=UNKNOWN)
    assert case.state == "detected"
    assert facts.level(case) is None


def test_a_rumour_about_a_pupil_from_the_first_post_to_the_lessons() -> None:
    story = detected(about_pupil=True, minor_exposed=True)
    story.act(LEAD, "request_takedown").act(OFFICER, "start_verification")
    with pytest.raises(Refused):
        story.act(OFFICER, "grade", **TRUE)
    story.act(LEADER, "grade", **{**LINKED, "truth": "partly", "level": "orange"})
    story.act(OFFICER, "respond").act(OFFICER, "refer_rumour")
    story.act(OFFICER, "return_from_referral")
    linked(story, "emergency", "major")
    story.act(LEADER, "grade", **{**TRUE, "truth": "partly", "level": "orange"})
    story.act(OFFICER, "respond").act(LEAD, "submit_wording")
    story.act(LEADER, "return_wording").act(LEAD, "submit_wording")
    story.act(LEADER, "approve_wording").act(LEADER, "record_press_decision")
    story.act(OFFICER, "start_monitoring")
    for _ in range(4):
        story.act(LEAD, "log_figures", below_threshold=True).wait(days=1)
    story.act(OFFICER, "subside").act(LEADER, "close")
    assert story.case.state == "closed"


def test_a_second_wave_from_every_late_state_and_a_reopening_as_a_new_round() -> None:
    for story in (released(), monitoring(), reviewing()):
        assert story.act(OFFICER, "grade", **TRUE).case.round == 1
    story = reviewing().act(LEADER, "close").act(CITY, "reopen")
    assert (story.case.state, story.case.round) == ("verifying", 2)


def test_grading_links_and_does_not_open_a_round_by_itself() -> None:
    action = OPINION.action("grade")
    assert action is not None
    assert action.effects == (Effect.LINK,)


@given(
    st.dictionaries(
        st.sampled_from(["level", "first_posted_at", "death", "about_pupil", "below_threshold"]),
        st.sampled_from([None, True, 0, 3, "", UNKNOWN, "red", "2026-09-21", START, ["x"]]),
    ),
    st.sampled_from([action.name for action in OPINION.actions]),
)
def test_facts_never_raise_and_are_plain_values(fields: dict[str, object], action: str) -> None:
    story: Story = graded()
    case = story.case.then(replace(story.case.history[0], action=action, fields=fields))
    for fact in facts.FACTS.values():
        assert isinstance(fact(case), bool | int | str | None)
    for instant in facts.INSTANTS.values():
        instant(case)
