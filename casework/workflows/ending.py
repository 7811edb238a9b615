"""How a duty ends: the steps that a rule's triggers stand for, and which of them is meant.

A way around a duty (``Action.around``) ends its clock without doing what the rule asks: it is
never what is meant, even where nothing else is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from casework.permissions import Role
from casework.workflows.definition import Action, Workflow

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


def endings(workflow: Workflow, triggers: Sequence[str], recipient: str = "") -> Iterator[str]:
    """The actions that the triggers of a rule stand for, in the order in which it names them."""
    for trigger in triggers:
        kind, _, what = trigger.rpartition(":")
        if kind == "fact":
            yield from BY_FACT.get(what, ())
        elif kind == "leave":
            yield from _leaving(workflow, what)
        elif kind == "report":
            told = _telling(workflow, recipient or what)
            yield from (name for name in told if name not in triggers)
        else:
            yield trigger


def meant_in(
    workflow: Workflow, state: str, meant: Sequence[str], triggers: Sequence[str], recipient: str
) -> tuple[str, ...]:
    """What to do in a state for a duty: the steps its rule means, or else the way to them.

    ``meant`` are those that a rule names as equals; without, its first trigger tells.
    """
    goals = [*meant] or [*endings(workflow, triggers[:1], recipient)]
    here = {action.name for action in workflow.actions_from(state)}
    return tuple(name for name in goals if name in here) or _towards(workflow, state, {*goals})


def _towards(workflow: Workflow, state: str, goals: set[str]) -> tuple[str, ...]:
    """The first steps of the shortest ways to a state that knows one of the steps."""
    ways: dict[str, tuple[str, ...]] = {}
    for name, there in _onward(workflow, state):
        ways[there] = (*ways.get(there, ()), name)
    seen = {state}
    while ways:
        met = [there for there in ways if goals & {a.name for a in workflow.actions_from(there)}]
        if met:
            return tuple(dict.fromkeys(name for there in met for name in ways[there]))
        seen |= ways.keys()
        further: dict[str, tuple[str, ...]] = {}
        for here, first in ways.items():
            for _, there in _onward(workflow, here):
                if there not in seen:
                    further[there] = tuple(dict.fromkeys((*further.get(there, ()), *first)))
        ways = further
    return ()


def _onward(workflow: Workflow, state: str) -> Iterator[tuple[str, str]]:
    for action in workflow.actions_from(state):
        dest = action.dest(state) or state
        by_people = set(action.roles) != {Role.SYSTEM}
        if dest != state and by_people and not action.around and not workflow.state(dest).final:
            yield action.name, dest


def _leaving(workflow: Workflow, state: str) -> list[str]:
    """The ways out of a state: on to the next stage of the story first, a step back last."""
    place = {one.name: n for n, one in enumerate(workflow.states)}
    ways = [(a.name, a.dest(state)) for a in workflow.actions]
    steps = [(place[dest] - place[state], name) for name, dest in ways if dest not in {None, state}]
    return [name for step, name in sorted(steps, key=lambda way: (way[0] < 0, way[0]))]


def _telling(workflow: Workflow, recipient: str) -> list[str]:
    return [a.name for a in workflow.actions if recipient in a.tells or asks_recipient(a)]


def asks_recipient(action: Action) -> bool:
    """Whether the form of the action asks to whom something was told."""
    return any(field.name == "recipient" for field in action.fields)
