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
    "figures_settled": ("review_figures",),
    "bus_checked": ("log_search",),
}
"""What makes a fact true on which a clock stops; the facts themselves are functions."""
MOST = 4


@dataclass(frozen=True, slots=True)
class Closer:
    """One action that ends a clock; ``recipient`` is to be chosen in its form.

    ``main``: the one that is meant, which the rule names first. Among the ways out of a state none
    is meant more than another; a way around the duty is never meant, even if it is the only one.
    """

    name: str
    label: str
    recipient: str
    main: bool


def closers(
    session: Session, case: Case, clock: Clock, possible: Iterable[ActionLine]
) -> tuple[Closer, ...]:
    """The possible actions that end a running clock, in the order in which its rule names them."""
    lines = {line.name: line for line in possible}
    meant: dict[str, bool] = {}
    for name, plain in _names(session, case, clock):
        if name in lines:
            meant.setdefault(name, plain)
    return tuple(
        Closer(
            name,
            lines[name].label,
            clock.recipient if _asks(case, name) else "",
            main=place == 0 and plain,
        )
        for place, (name, plain) in enumerate(meant.items())
    )[:MOST]


def _names(session: Session, case: Case, clock: Clock) -> Iterator[tuple[str, bool]]:
    """The actions by name, each with whether it is what the rule asks for first."""
    try:
        rule = policy(session).packs.rule(clock.rule_id, clock.region)
    except NotFound:
        return
    workflow = WORKFLOWS[case.case_type]
    for place, trigger in enumerate(rule.closes_on):
        kind, _, what = trigger.rpartition(":")
        if kind == "fact":
            yield from ((name, place == 0) for name in BY_FACT.get(what, ()))
        elif kind == "leave":
            yield from ((name, False) for name in _leaving(workflow, what))
        elif kind == "report":
            told = _telling(workflow, clock.recipient or what)
            yield from ((name, place == 0) for name in told if name not in rule.closes_on)
        else:
            yield trigger, place == 0


def _leaving(workflow: Workflow, state: str) -> list[str]:
    """The ways out of a state: on to the next stage of the story first, a step back last."""
    place = {one.name: n for n, one in enumerate(workflow.states)}
    ways = [(a.name, a.dest(state)) for a in workflow.actions]
    steps = [(place[dest] - place[state], name) for name, dest in ways if dest not in {None, state}]
    return [name for step, name in sorted(steps, key=lambda way: (way[0] < 0, way[0]))]


def _telling(workflow: Workflow, recipient: str) -> list[str]:
    return [
        action.name
        for action in workflow.actions
        if recipient in action.tells or any(f.name == "recipient" for f in action.fields)
    ]


def _asks(case: Case, name: str) -> bool:
    action = WORKFLOWS[case.case_type].action(name)
    return action is not None and any(field.name == "recipient" for field in action.fields)
