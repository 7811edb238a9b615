"""Which actions end a clock: the same triggers that its rule closes on, as things people do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Clock
from casework.services.pages.actions import ActionLine
from casework.services.policy import policy
from casework.workflows.definition import Workflow
from casework.workflows.registry import WORKFLOWS

BY_FACT: Mapping[str, tuple[str, ...]] = {
    "reported_to_both": ("record_report",),
    "cluster_reported": ("record_report",),
    "guardians_told": ("notify_guardians",),
    "guardian_reached": ("log_contact",),
    "screened": ("screen",),
    "victim_supported": ("record_task",),
    "received": ("acknowledge",),
    "bus_checked": ("log_search",),
}
"""What makes a fact true on which a clock stops; the facts themselves are functions."""
MOST = 4


@dataclass(frozen=True, slots=True)
class Closer:
    """One action that ends a clock; ``recipient`` is to be chosen in its form."""

    name: str
    label: str
    recipient: str


def closers(
    session: Session, case: Case, clock: Clock, possible: Iterable[ActionLine]
) -> tuple[Closer, ...]:
    """The possible actions that end a running clock, in the order in which its rule names them."""
    lines = {line.name: line for line in possible}
    names = dict.fromkeys(_names(session, case, clock))
    return tuple(
        Closer(name, lines[name].label, clock.recipient if _asks(case, name) else "")
        for name in names
        if name in lines
    )[:MOST]


def _names(session: Session, case: Case, clock: Clock) -> Iterator[str]:
    try:
        rule = policy(session).packs.rule(clock.rule_id, clock.region)
    except NotFound:
        return
    workflow = WORKFLOWS[case.case_type]
    for trigger in rule.closes_on:
        kind, _, what = trigger.rpartition(":")
        if kind == "fact":
            yield from BY_FACT.get(what, ())
        elif kind == "leave":
            yield from _leaving(workflow, what)
        elif kind == "report":
            yield from _telling(workflow, clock.recipient or what)
        else:
            yield trigger


def _leaving(workflow: Workflow, state: str) -> list[str]:
    return [a.name for a in workflow.actions if a.dest(state) not in {None, state}]


def _telling(workflow: Workflow, recipient: str) -> list[str]:
    return [
        action.name
        for action in workflow.actions
        if recipient in action.tells or any(f.name == "recipient" for f in action.fields)
    ]


def _asks(case: Case, name: str) -> bool:
    action = WORKFLOWS[case.case_type].action(name)
    return action is not None and any(field.name == "recipient" for field in action.fields)
