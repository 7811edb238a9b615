"""Absence: every rule of the definition both ways, its facts, its instants and its crossings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from casework.permissions import SYSTEM_MAY, Role
from casework.workflows.case import UNKNOWN, Record
from casework.workflows.definitions.absence import ABSENCE
from casework.workflows.definitions.absence.facts import FACTS, INSTANTS
from casework.workflows.definitions.bullying import BULLYING
from casework.workflows.definitions.emergency import EMERGENCY
from casework.workflows.definitions.steering import steering_actions
from casework.workflows.engine import Engine
from casework.workflows.forms import load
from tests.unit.workflows.absence_rows import (
    CALL,
    LEAD,
    PRINCIPAL,
    RETURNED,
    SYSTEM,
    TABLE,
    TEACHER,
    WELL,
)
from tests.unit.workflows.builders import BOTH_REPORTED, BUREAU, Row, case_in, linked, outcome
from tests.unit.workflows.walking import START, Story, context_for, filled, open_case


@pytest.mark.parametrize("row", TABLE, ids=lambda row: f"{row.action}: {row.why}")
def test_step_has_the_expected_outcome(row: Row) -> None:
    assert outcome(ABSENCE, row) == (row.expected, row.second)


def test_every_own_action_is_in_the_table() -> None:
    common = {
        *("record_report", "notify_guardians", "secure_evidence", "acknowledge", "add_note"),
        *("record_knowledge", "amend_fact", "raise_level", "record_accountability"),
        *(action.name for action in steering_actions(ABSENCE.states, "")),
    }
    assert {action.name for action in ABSENCE.actions} - common == {row.action for row in TABLE}


def test_every_guard_refuses_somewhere() -> None:
    tripped = {name for row in TABLE if isinstance(row.expected, set) for name in row.expected}
    own = {row.action for row in TABLE}
    guards = {g for action in ABSENCE.actions if action.name in own for g in action.guards}
    assert {guard.name for guard in guards} == tripped


def test_states_are_permanent() -> None:
    """Names live in databases: a renaming needs a migration, and this list reminds of it."""
    assert [(s.name, s.phase.value, s.final) for s in ABSENCE.states] == [
        ("flagged", "report", False),
        ("contacting", "verification", False),
        ("located", "verification", False),
        ("tracing", "intervention", False),
        ("missing", "escalation", False),
        ("police_assist", "escalation", False),
        ("found", "intervention", False),
        ("sick_tracking", "intervention", False),
        ("truancy_support", "intervention", False),
        ("dropout_risk", "escalation", False),
        ("closed", "closure", True),
        ("excused", "closure", True),
        ("mistaken", "closure", True),
        ("retyped", "closure", True),
    ]


def test_system_can_fill_every_form_it_may_use() -> None:
    """SYSTEM answers 未知 to what it cannot know, so every such entry must take it."""
    for action in ABSENCE.actions:
        if Role.SYSTEM not in action.roles:
            continue
        answers = {e.name: UNKNOWN for e in action.fields if e.required and e.unknown}
        assert load(action.fields, answers, START) == answers
    assert {a.name for a in ABSENCE.actions if Role.SYSTEM in a.roles} == SYSTEM_MAY


def test_nothing_blocks_the_filing() -> None:
    assert open_case(ABSENCE).state == "flagged"


@pytest.mark.parametrize(
    ("filing", "links", "expected"),
    [
        ({"strict": True}, False, True),
        ({"strict_reasons": ["note"]}, False, True),
        ({"period": "bus"}, False, True),
        ({}, True, True),
        ({"strict": False}, False, False),
        ({}, False, False),
        # 未知 does not calm: the pack then takes the strictest value.
        ({"strict": UNKNOWN}, False, None),
    ],
)
def test_strict(filing: Mapping[str, object], links: bool, expected: bool | None) -> None:
    links_given = linked("bullying", is_open=True) if links else ()
    case = case_in(ABSENCE, "flagged", filing=filing, links=links_given)
    assert FACTS["strict"](case) is expected


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (("log_contact", {"whom": "second", "outcome": "reached"}), True),
        (("notify_guardians", {"outcome": "reached"}), True),
        (("log_contact", {"whom": "student", "outcome": "reached"}), False),
        (("log_contact", {"whom": "first", "outcome": "on_the_way"}), False),
        (("notify_guardians", {"outcome": "impossible"}), False),
    ],
)
def test_guardian_reached(step: tuple[str, Mapping[str, object]], expected: bool) -> None:
    assert FACTS["guardian_reached"](case_in(ABSENCE, "contacting", step)) is expected


def test_each_disappearance_is_reported_anew() -> None:
    def reported(*past: tuple[str, Mapping[str, object]]) -> object:
        return FACTS["reported_to_both"](case_in(ABSENCE, "missing", *past))

    assert reported(*BOTH_REPORTED) is True
    assert reported(BUREAU) is False
    assert reported(BUREAU, ("police_engaged", {"alarm_by": "guardian"})) is True
    assert reported(*BOTH_REPORTED, WELL, ("lose_again", {})) is False


def test_each_ride_is_checked_anew() -> None:
    def missed(*past: tuple[str, Mapping[str, object]], **filing: object) -> object:
        return FACTS["bus_mismatch"](case_in(ABSENCE, "tracing", *past, filing=filing))

    rode = ("mark_strict", {"strict_reasons": ["bus"]})
    assert missed(period="bus") is True
    assert missed(period="morning") is False
    assert missed(rode, period="morning") is True
    assert missed(strict_reasons=["bus", "note"]) is True
    assert missed(rode, WELL, ("lose_again", {})) is False
    assert FACTS["strict"](case_in(ABSENCE, "tracing", rode, WELL, ("lose_again", {}))) is True


def test_bus_is_checked_by_search_or_sight() -> None:
    def checked(*past: tuple[str, Mapping[str, object]]) -> object:
        return FACTS["bus_checked"](case_in(ABSENCE, "tracing", *past))

    assert checked(("log_search", {"searched": ["vehicle"]})) is True
    assert checked(("locate", {})) is True
    assert checked(("log_search", {"searched": ["home"]})) is False


def test_long_missing_after_three_days() -> None:
    entered = Record("declare_missing", START, 1, "teacher", {}, "tracing", "missing")
    case = case_in(ABSENCE, "missing")
    case = replace(case, history=(*case.history, entered))

    def after(**span: float) -> object:
        later = START + timedelta(**span)
        search = Record("log_search", later, 1, "teacher", {}, "missing", "missing")
        return FACTS["long_missing"](case.then(search))

    assert after(days=2, hours=23) is False
    assert after(days=3) is True
    assert FACTS["long_missing"](case_in(ABSENCE, "found", WELL)) is False


def test_facts_and_instants_never_raise_on_a_bare_case() -> None:
    bare = replace(case_in(ABSENCE, "flagged"), history=())
    assert not any(fact(bare) for fact in FACTS.values())
    assert {name: instant(bare) for name, instant in INSTANTS.items()} == {
        "bell": START,
        "first_unexcused_on": START,
    }


BELL = START - timedelta(minutes=10)


@pytest.mark.parametrize(
    ("filing", "occurred", "expected"),
    [
        ({"bell_at": BELL}, None, BELL),
        ({"bell_at": BELL.isoformat()}, None, BELL),
        ({"bell_at": UNKNOWN}, BELL, BELL),
        ({}, BELL, BELL),
        ({}, None, START),
        # The roll was taken before the bell: what was known first counts.
        ({"bell_at": START + timedelta(minutes=5)}, None, START),
    ],
)
def test_bell_is_the_earliest(
    filing: Mapping[str, object], occurred: datetime | None, expected: datetime
) -> None:
    case = case_in(ABSENCE, "flagged", filing=filing, occurred_at=occurred)
    assert INSTANTS["bell"](case) == expected


def test_bell_of_a_new_round_is_when_its_fact_was_known() -> None:
    closed = case_in(ABSENCE, "closed", filing={"bell_at": BELL})
    story = Story(ABSENCE, closed).wait(days=2)
    known = START + timedelta(days=1)
    story.act(TEACHER, "reopen", known_at=known)
    assert story.case.round == 2
    assert INSTANTS["bell"](story.case) == known


def test_first_unexcused_day_begins_at_local_midnight() -> None:
    truant = ("mark_truant", {"first_unexcused_on": date(2026, 9, 18)})
    case = case_in(ABSENCE, "truancy_support", truant)
    assert INSTANTS["first_unexcused_on"](case) == datetime(2026, 9, 17, 16, 0, tzinfo=UTC)


def _opened(state: str, name: str, given: Mapping[str, object], **case: object) -> list[str]:
    action = Engine(ABSENCE).find(name, state)
    values = load(action.fields, filled(action.fields, START, given), START)
    context = context_for(case_in(ABSENCE, state, **case), action, values, START)
    return [crossing.case_type for crossing in action.crossings if crossing.when(context)]


@pytest.mark.parametrize(
    ("state", "action", "given", "expected"),
    [
        ("tracing", "find", {"condition": "well"}, []),
        ("tracing", "find", {"condition": "injured"}, ["emergency"]),
        ("tracing", "find", {"condition": "harmed"}, ["emergency"]),
        ("missing", "find", {"condition": "dead"}, ["emergency"]),
        ("missing", "find", {"condition": UNKNOWN}, ["emergency"]),
        ("contacting", "locate", {"cause": "bullying"}, ["bullying"]),
        ("contacting", "locate", {"cause": "crime"}, ["emergency"]),
        ("contacting", "locate", {"cause": "ill"}, []),
        ("located", "mark_truant", {"cause": "bullying"}, ["bullying"]),
        ("located", "close", {"outcome": "died"}, ["emergency"]),
        ("located", "close", {"outcome": "returned", "cause": "bullying"}, ["bullying"]),
    ],
)
def test_harm_and_bullying_open_a_linked_case(
    state: str, action: str, given: Mapping[str, object], expected: list[str]
) -> None:
    assert _opened(state, action, given) == expected


def test_no_second_linked_case_while_one_is_open() -> None:
    bullied = {"cause": "bullying"}
    assert _opened("located", "mark_truant", bullied, links=linked("bullying", is_open=True)) == []
    before = linked("bullying", is_open=False)
    assert _opened("located", "mark_truant", bullied, links=before) == ["bullying"]


def test_crossings_fit_the_filing_forms_they_fill() -> None:
    forms = {"emergency": EMERGENCY.filing, "bullying": BULLYING.filing}
    for action in ABSENCE.actions:
        for crossing in action.crossings:
            form = forms[crossing.case_type]
            assert load(form, crossing.fields, START) == dict(crossing.fields)


def test_a_child_is_lost_traced_and_found() -> None:
    story = Story(ABSENCE, open_case(ABSENCE, START, bell_at=BELL, period="morning"))
    story.act(SYSTEM, "start_contact").wait(minutes=3)
    story.act(TEACHER, "log_contact", **CALL).act(TEACHER, "log_contact", **CALL)
    story.act(TEACHER, "log_contact", **{**CALL, "whom": "second"}).wait(minutes=12)
    story.act(SYSTEM, "start_tracing", leader=UNKNOWN, places_checked=UNKNOWN)
    story.act(Role.STAFF, "log_search", searched=["buildings"]).wait(minutes=30)
    story.act(LEAD, "declare_missing")
    assert FACTS["reported_to_both"](story.case) is False
    story.act(LEAD, "record_report", recipient="bureau").act(PRINCIPAL, "police_engaged")
    assert FACTS["reported_to_both"](story.case) is True
    story.act(TEACHER, "find", condition="well").act(TEACHER, "close", **RETURNED)
    assert story.case.state == "closed"
