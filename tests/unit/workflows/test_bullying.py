"""Bullying: every rule of the definition both ways, and the stories that must never go wrong."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.errors import Refused
from casework.permissions import Role
from casework.workflows.case import UNKNOWN
from casework.workflows.definitions.bullying import BULLYING
from casework.workflows.definitions.bullying.facts import FACTS
from casework.workflows.definitions.steering import steering_actions
from tests.unit.workflows.builders import (
    ACTOR,
    BOTH_REPORTED,
    BOTH_TOLD,
    VICTIM,
    Row,
    case_in,
    outcome,
)
from tests.unit.workflows.bullying_outcome_rows import CLOSURE, DECISION, REVIEW
from tests.unit.workflows.bullying_rows import INVESTIGATION, POLICE_WORK, REPORTING
from tests.unit.workflows.bullying_samples import (
    BUREAU_2ND,
    CALM,
    CLOSING,
    LEAD,
    NAMED,
    OFFICER,
    PRINCIPAL,
    SCREENED,
    SERIOUS_VOTE,
    SEXUAL,
    SIDES,
    TEACHER,
    TWO,
)
from tests.unit.workflows.walking import START, Story, open_case

TABLE = (
    *(*REPORTING, *POLICE_WORK, *INVESTIGATION),
    *(*DECISION, *REVIEW, *CLOSURE),
)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.action}: {row.why}")
def test_step_has_the_expected_outcome(row: Row) -> None:
    assert outcome(BULLYING, row) == (row.expected, row.second)


def test_every_guard_is_tried_both_ways() -> None:
    """A guard that no row trips, or that no row passes, is not tested."""
    for action in BULLYING.actions:
        rows = [row for row in TABLE if row.action == action.name]
        if not rows:
            continue
        assert any(isinstance(row.expected, str) for row in rows), action.name
        refusing = {name for row in rows if isinstance(row.expected, set) for name in row.expected}
        assert {guard.name for guard in action.guards} == refusing, action.name


def test_every_own_action_is_in_the_table() -> None:
    common = {
        *("record_report", "notify_guardians", "secure_evidence", "acknowledge", "add_note"),
        *("record_knowledge", "amend_fact", "raise_level", "record_accountability"),
        *(action.name for action in steering_actions(BULLYING.states, "")),
    }
    assert {action.name for action in BULLYING.actions} - common == {row.action for row in TABLE}


def test_states_are_permanent() -> None:
    """Names live in databases: a renaming needs a migration, and this list reminds of it."""
    assert [(s.name, s.phase.value, s.final) for s in BULLYING.states] == [
        ("reported", "report", False),
        ("verifying", "verification", False),
        ("escalated", "escalation", False),
        ("transferred", "escalation", False),
        ("investigating", "verification", False),
        ("determining", "verification", False),
        ("disposing", "intervention", False),
        ("intervening", "intervention", False),
        ("following_up", "intervention", False),
        ("reviewing", "escalation", False),
        ("closed", "closure", True),
        ("merged", "closure", True),
        ("retyped", "closure", True),
    ]


def test_filing_takes_a_minute_with_unknown() -> None:
    flags = ("injury", "weapon", "sexual_harm", "self_harm", "extortion", "video_spread")
    case = open_case(BULLYING, START, **dict.fromkeys(flags, UNKNOWN))
    assert [entry.name for entry in BULLYING.filing if entry.required] == list(flags)
    assert FACTS["forced"](case) is False


@pytest.mark.parametrize(
    ("step", "fields"),
    [
        ("file", {"injury": "serious"}),
        ("file", {"weapon": True}),
        ("file", {"sexual_harm": True}),
        ("file", {"self_harm": True}),
        ("file", {"extortion": True}),
        ("file", {"video_spread": True}),
        ("screen", {"severity": "criminal"}),
        ("screen", {"mandatory_items": [7]}),
        ("screen", {"organised_crime": True}),
        ("change_finding", {"finding": "aggravated"}),
    ],
)
def test_fact_forces_the_report_for_ever(step: str, fields: dict[str, object]) -> None:
    case = case_in(BULLYING, "verifying", (step, fields), SCREENED)
    assert FACTS["forced"](case) is True


def test_nothing_forces_a_minor_case() -> None:
    case = case_in(BULLYING, "verifying", SCREENED, filing={"injury": "minor", "weapon": UNKNOWN})
    assert FACTS["forced"](case) is False
    assert FACTS["severity"](case) == "minor"


def test_facts_never_raise_on_a_bare_case() -> None:
    bare = replace(case_in(BULLYING, "reported"), history=())
    assert {name: fact(bare) for name, fact in FACTS.items()} == {
        "forced": False,
        "forced_round": None,
        "urgent": False,
        "hurt": False,
        "reported_to_both": False,
        "guardians_told": False,
        "screened": False,
        "victim_supported": False,
        "tasks_settled": True,
        "severity": None,
        "sexual_harm": False,
        "review_pending": False,
        "appeal_waived": False,
        "received": False,
    }


def test_only_counselling_of_the_victim_counts_as_support() -> None:
    def supported(**task: object) -> object:
        step = ("record_task", {"kind": "counselling", "status": "done", **task})
        return FACTS["victim_supported"](case_in(BULLYING, "verifying", step, **SIDES))

    assert supported(side="victim") is True
    assert supported(person_id=1) is True
    assert supported(person_id=2) is False
    assert supported(side="victim", status="open") is False


def test_support_may_be_dropped_only_where_no_bullying_was_found() -> None:
    dropped = ("record_task", {"kind": "counselling", "side": "victim", "status": "dropped"})
    assert FACTS["victim_supported"](case_in(BULLYING, "verifying", dropped)) is False
    found = case_in(BULLYING, "following_up", ("determine", {"finding": "minor"}), dropped)
    assert FACTS["victim_supported"](found) is False
    unproven = ("close_unproven", {"finding": "unproven"})
    assert FACTS["victim_supported"](case_in(BULLYING, "following_up", unproven, dropped)) is True


def test_finding_takes_the_place_of_the_screening() -> None:
    concluded = case_in(BULLYING, "disposing", ("conclude_by_police", {"finding": "serious"}))
    assert FACTS["screened"](concluded) is True
    unfinished = ("screen", {**CALM, "psychological_harm": UNKNOWN})
    assert FACTS["screened"](case_in(BULLYING, "verifying", unfinished)) is False
    assert FACTS["screened"](case_in(BULLYING, "verifying", SCREENED)) is True


def test_waiver_ends_with_a_new_delivery() -> None:
    waived = ("close", {"appeal_waived": True})
    case = case_in(BULLYING, "closed", waived)
    assert FACTS["appeal_waived"](case) is True
    again = case_in(BULLYING, "intervening", waived, ("deliver_decision", {}))
    assert FACTS["appeal_waived"](again) is False


def filed(**flags: object) -> Story:
    calm = dict.fromkeys(("weapon", "self_harm", "extortion", "video_spread", "sexual_harm"), False)
    case = open_case(BULLYING, START, **{"injury": "none", **calm, **flags})
    return Story(BULLYING, replace(case, people=(VICTIM, ACTOR)))


def test_serious_bullying_reaches_closure() -> None:
    story = filed(weapon=True)
    story.act(LEAD, "accept").wait(minutes=20)
    story.act(LEAD, "screen", **{**CALM, "severity": "serious"})
    story.act(TEACHER, "escalate", reason="a knife was shown")
    for recipient in ("police", "bureau"):
        story.act(Role.STAFF, "record_report", recipient=recipient).wait(minutes=5)
    story.act(OFFICER, "acknowledge")
    for side in ("victim", "actor"):
        story.act(TEACHER, "notify_guardians", side=side, outcome="reached")
    story.act(LEAD, "resume", **TWO).wait(days=6)
    story.act(LEAD, "submit_report")
    story.act(PRINCIPAL, "determine", **SERIOUS_VOTE).wait(days=1)
    story.act(LEAD, "deliver_decision", measures=["admonition", "apology"])
    task = {"kind": "counselling", "side": "victim"}
    story.act(Role.COUNSELLOR, "record_task", **task, status="open")
    with pytest.raises(Refused):
        story.act(LEAD, "complete_measures")
    story.act(Role.COUNSELLOR, "record_task", **task, status="done")
    story.act(LEAD, "complete_measures").wait(days=31)
    story.act(LEAD, "close", **CLOSING)
    assert story.case.state == "closed"
    assert story.second == BUREAU_2ND
    assert FACTS["severity"](story.case) == "serious"


def test_sexual_harm_never_reaches_the_committee() -> None:
    """From no state and with no duty left open: the only way leads to the police."""
    past = (SEXUAL, *BOTH_REPORTED, *BOTH_TOLD, NAMED)
    for state, action, fields in (
        ("verifying", "open_investigation", TWO),
        ("escalated", "resume", TWO),
        ("investigating", "submit_report", {}),
        ("determining", "determine", {**SERIOUS_VOTE}),
    ):
        role = PRINCIPAL if action == "determine" else LEAD
        row = Row("", state, action, "", role, fields, past, SIDES)
        assert outcome(BULLYING, row)[0] == {"police_only"}
    transferred = Row("", "escalated", "transfer", "", PRINCIPAL, past=past, case=SIDES)
    assert outcome(BULLYING, transferred)[0] == "transferred"


def test_lowering_never_loosens() -> None:
    story = filed(injury="minor").act(LEAD, "accept")
    story.act(LEAD, "screen", **{**CALM, "severity": "aggravated"})
    story.act(PRINCIPAL, "screen", **CALM)
    assert story.second == BUREAU_2ND
    assert FACTS["severity"](story.case) == "aggravated"
    assert FACTS["forced"](story.case) is True


def test_recurrence_and_reopening_start_a_new_round() -> None:
    case = case_in(BULLYING, "following_up")
    story = Story(BULLYING, case).act(TEACHER, "recur")
    assert story.case.round == 2
    story.case = replace(story.case, state="closed")
    assert story.act(OFFICER, "reopen").case.round == 3
