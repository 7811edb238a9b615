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
from casework.deadlines.ladder import Ladders
from casework.deadlines.ladder_pack import load_ladders
from casework.deadlines.pack import RulePacks, Vocabulary, load_rules
from casework.deadlines.rules import Rule
from casework.errors import Misconfigured
from casework.permissions import SYSTEM_MAY, Role
from casework.workflows.definition import FieldType, Workflow
from casework.workflows.definitions.common_choices import (
    RECIPIENTS,
)
from casework.workflows.registry import WORKFLOWS

KEY = "policy"


@dataclass(frozen=True, slots=True)
class Policy:
    """Rules, ladders and calendar in force; ``region`` is the installation's default region."""

    packs: RulePacks
    ladders: Ladders
    calendar: Calendar
    region: str = ""


class PolicyFiles(Protocol):
    """Where the policy is read from; the settings have this shape."""

    @property
    def rules_dir(self) -> Path: ...
    @property
    def escalation_file(self) -> Path: ...
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
    found = Policy(packs, ladders, calendar, files.region)
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
    """The ways into an open state on which no clock opens, resumes or keeps running."""
    rules = [r for r in packs.for_region("").values() if workflow.case_type in r.case_types]
    for state in workflow.open_states:
        if not any(_watches(rule, workflow, state) for rule in rules):
            yield f"{workflow.case_type}.{state}"


def _watches(rule: Rule, workflow: Workflow, state: str) -> bool:
    """True when the rule opens on every way into the state, or is left running by it."""
    openers = {o.on for o in rule.opens_on} | set(rule.resumes_on)
    if f"enter:{state}" in openers:
        return True
    ways = {
        action.name
        for action in workflow.actions
        for move in action.moves
        if move.dest == state and set(move.sources) != {state}
    }
    ways |= {"filed"} if workflow.initial == state else set()
    closers = set(rule.closes_on)
    opened = ways <= openers
    kept = "filed" in openers and not closers & (ways | {"filed"})
    return bool(ways) and (opened or kept) and f"enter:{state}" not in closers


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
