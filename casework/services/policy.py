"""What the services are governed by: rule packs, ladders, the working calendar.

Loaded once at start and handed to every session in ``session.info``; nothing here is global.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

from sqlalchemy.orm import Session

from casework.deadlines.arrangements import load_calendar
from casework.deadlines.calendar import Calendar
from casework.deadlines.cluster_pack import load_clusters
from casework.deadlines.clusters import ClusterRules
from casework.deadlines.ladder import Ladders
from casework.deadlines.ladder_pack import load_ladders
from casework.deadlines.pack import RulePacks, Vocabulary, load_rules
from casework.deadlines.rules import Rule
from casework.errors import Misconfigured
from casework.permissions import SYSTEM_MAY, Role
from casework.workflows.definition import Effect, FieldType, Workflow
from casework.workflows.definitions.absence.choices import SYMPTOMS
from casework.workflows.definitions.common_choices import (
    RECIPIENTS,
)
from casework.workflows.registry import WORKFLOWS

KEY = "policy"
RECEIVED = "fact:received"
SICK_WORDS = frozenset({*(str(choice.value) for choice in SYMPTOMS), "shared_meals"})
"""What is told of an illness: symptoms, and whether it came after a shared meal."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules, ladders, calendar and clusters in force; ``region`` is the default region."""

    packs: RulePacks
    ladders: Ladders
    calendar: Calendar
    clusters: ClusterRules
    region: str = ""


class PolicyFiles(Protocol):
    """Where the policy is read from; the settings have this shape."""

    @property
    def rules_dir(self) -> Path: ...
    @property
    def escalation_file(self) -> Path: ...
    @property
    def clusters_file(self) -> Path: ...
    @property
    def calendar_dir(self) -> Path: ...
    @property
    def region(self) -> str: ...


def policy(session: Session) -> Policy:
    """The policy of this session's database."""
    return cast("Policy", session.info[KEY])


def load_policy(files: PolicyFiles) -> Policy:
    """Read and cross-check packs, ladders and calendar.

    Raises Misconfigured with file, line and reason of every fault, or with every open state that
    no clock would watch.
    """
    packs = load_rules(files.rules_dir, vocabulary())
    ladders = load_ladders(files.escalation_file)
    calendar = load_calendar(files.calendar_dir)
    clusters = load_clusters(files.clusters_file, SICK_WORDS)
    found = Policy(packs, ladders, calendar, clusters, files.region)
    bare = [gap for workflow in WORKFLOWS.values() for gap in unwatched(workflow, packs)]
    if bare:
        raise Misconfigured("no clock watches: " + ", ".join(bare))
    return found


def vocabulary() -> Vocabulary:
    """The words rules may use: what the workflows do, enter, leave, know and tell."""
    return Vocabulary(
        triggers={name: frozenset(_words(workflow)) for name, workflow in WORKFLOWS.items()},
        roles=frozenset(role.value for role in Role),
        perform=SYSTEM_MAY,
    )


def unwatched(workflow: Workflow, packs: RulePacks) -> Iterable[str]:
    """The open states in which a case could be without a running clock."""
    rules = [r for r in packs.for_region("").values() if workflow.case_type in r.case_types]
    watched = {state for rule in rules for state in _watched(rule, workflow)}
    return (f"{workflow.case_type}.{s}" for s in workflow.open_states if s not in watched)


def _watched(rule: Rule, workflow: Workflow) -> set[str]:
    """The open states in which a clock of this rule surely runs, however the case came there.

    The greatest set such that every way into a state starts the clock, or comes from a state of
    the set without stopping it, and nothing in the state stops it without starting it again.
    """
    openers = {o.on for o in rule.opens_on} | set(rule.resumes_on)
    states = {s for s in workflow.open_states if not _stops_within(rule, workflow, s, openers)}
    while True:
        lost = {s for s in states if not _kept(rule, workflow, s, states, openers)}
        if not lost:
            return states
        states -= lost


def _kept(rule: Rule, workflow: Workflow, state: str, states: set[str], openers: set[str]) -> bool:
    filed = openers & {"filed", f"enter:{state}"} and "filed" not in rule.closes_on
    if state == workflow.initial and not filed:
        return False
    for action in workflow.actions:
        for source in {s for move in action.moves if move.dest == state for s in move.sources}:
            triggers = {action.name, f"leave:{source}", f"enter:{state}"}
            triggers |= {f"report:{recipient}" for recipient in action.tells}
            runs_on = source in states and not triggers & set(rule.closes_on)
            if source != state and not runs_on and not triggers & openers:
                return False
    return True


def _stops_within(rule: Rule, workflow: Workflow, state: str, openers: set[str]) -> bool:
    """True when something that leaves the case in the state can stop the clock for good."""
    staying = [a for a in workflow.actions_from(state) if a.dest(state) == state]
    for trigger in rule.closes_on:
        if trigger == RECEIVED and not any(Effect.RECEIVE in a.effects for a in staying):
            continue  # only an acknowledgement makes this fact true
        if trigger.startswith(("fact:", "report:")):
            return True
    return bool({a.name for a in staying} & set(rule.closes_on) - openers)


def _words(workflow: Workflow) -> Iterable[str]:
    yield "filed"
    for state in workflow.states:
        yield f"enter:{state.name}"
        yield f"leave:{state.name}"
    for action in workflow.actions:
        yield action.name
    for name in workflow.facts:
        yield f"fact:{name}"
    for recipient in _recipients(workflow):
        yield f"report:{recipient}"


def _recipients(workflow: Workflow) -> Iterable[str]:
    yield from (str(choice.value) for choice in RECIPIENTS)
    for action in workflow.actions:
        for field in action.fields:
            if field.name == "recipient" and field.type is FieldType.CHOICE:
                yield from (str(choice.value) for choice in field.choices)


def in_session_info(found: Policy) -> Mapping[str, Policy]:
    """The entry that hands the policy to every session of a database."""
    return {KEY: found}
