"""What is offered for a duty first: what its rule means, and never a way around it."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.deadlines.pack import load_rules
from casework.deadlines.rules import Rule
from casework.workflows.definition import Workflow
from casework.workflows.ending import endings, meant_in
from casework.workflows.registry import WORKFLOWS

PACKS = load_rules(Path(__file__).resolve().parents[3] / "config/rules")
NEVER_OFFERED = {"bullying.file", "opinion.file", "bullying.appeal_window"}
"""Born stopped, or a period and no duty."""


def may_run(workflow: Workflow, rule: Rule, state: str) -> bool:
    """Whether something in this state ends the rule's clocks, and one can run on into it."""
    leaves = {trigger.removeprefix("leave:") for trigger in rule.closes_on if "leave:" in trigger}
    plain = [trigger for trigger in rule.closes_on if not trigger.startswith("leave:")]
    ends = set(endings(workflow, plain, "police"))
    if state in leaves:
        return True
    return state in running(workflow, ends) and bool(ends & names(workflow, state))


def names(workflow: Workflow, state: str) -> set[str]:
    return {action.name for action in workflow.actions_from(state)}


def running(workflow: Workflow, ends: set[str]) -> set[str]:
    """The states that can be reached without a step that ends the clock."""
    seen, ways = {workflow.initial}, [workflow.initial]
    while ways:
        here = ways.pop()
        on = {a.dest(here) or here for a in workflow.actions_from(here) if a.name not in ends}
        ways += on - seen
        seen |= on
    return seen


@pytest.mark.parametrize(
    ("rule", "case_type"),
    [
        pytest.param(rule, case_type, id=f"{region}-{rule.id}-{case_type}")
        for region, rules in PACKS.packs.items()
        for rule in rules.values()
        for case_type in rule.case_types
        if rule.id not in NEVER_OFFERED and rule.region == region
    ],
)
def test_for_no_duty_a_way_around_it_is_meant(rule: Rule, case_type: str) -> None:
    workflow = WORKFLOWS[case_type]
    around = {action.name for action in workflow.actions if action.around}
    for state in workflow.open_states:
        meant = meant_in(workflow, state, rule.meant, rule.closes_on, "police")
        assert not around & set(meant), state
        assert meant or not may_run(workflow, rule, state), state


@pytest.mark.parametrize(
    ("rule", "state", "expected"),
    [
        ("emergency.on_site", "received", ["record_on_site"]),
        ("emergency.decide", "controlled", ["open_investigation", "skip_investigation"]),
        ("bullying.verify", "verifying", ["open_investigation"]),
        ("bullying.measures", "intervening", ["complete_measures"]),
        # The step itself comes later: the way to it is meant.
        ("bullying.investigate", "verifying", ["open_investigation"]),
        ("bullying.review", "following_up", ["open_review"]),
        ("opinion.grade", "detected", ["start_verification"]),
        ("opinion.first_release", "graded", ["respond"]),
        ("absence.guardian", "flagged", ["start_contact", "start_tracing", "declare_missing"]),
    ],
)
def test_what_is_meant(rule: str, state: str, expected: list[str]) -> None:
    found = PACKS.rule(rule)
    workflow = WORKFLOWS[found.case_types[0]]

    assert [*meant_in(workflow, state, found.meant, found.closes_on, "")] == expected
