"""What a definition must hold: no state that traps a case, no name that leads nowhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from casework.permissions import SYSTEM_MAY, Role
from casework.workflows import parts

if TYPE_CHECKING:
    from casework.workflows.definition import Workflow


def check(workflow: Workflow) -> None:
    """Validate a definition; ValueError lists everything that is wrong with it."""
    faults = [*_unknown_states(workflow), *_doubles(workflow), *_roles(workflow)]
    faults += parts.faults(workflow)
    if not faults:
        faults = [*_unreachable(workflow), *_dead_ends(workflow)]
    if faults:
        raise ValueError(f"workflow {workflow.case_type}: " + "; ".join(faults))


def _unknown_states(workflow: Workflow) -> Iterable[str]:
    known = {state.name for state in workflow.states}
    if workflow.initial not in known:
        yield f"initial state {workflow.initial} is unknown"
    for action in workflow.actions:
        for move in action.moves:
            for name in (*move.sources, *([move.dest] if move.dest else [])):
                if name not in known:
                    yield f"{action.name}: state {name} is unknown"


def _doubles(workflow: Workflow) -> Iterable[str]:
    seen: set[tuple[str, str]] = set()
    for action in workflow.actions:
        for move in action.moves:
            for source in move.sources:
                if (action.name, source) in seen:
                    yield f"{action.name} from {source} is defined twice"
                seen.add((action.name, source))
    for names in ([s.name for s in workflow.states], [a.name for a in workflow.actions]):
        for name in sorted({name for name in names if names.count(name) > 1}):
            yield f"{name} is defined twice"


def _roles(workflow: Workflow) -> Iterable[str]:
    for action in workflow.actions:
        if not action.roles:
            yield f"{action.name}: no role may do it"
        if Role.SYSTEM in action.roles and action.name not in SYSTEM_MAY:
            yield f"{action.name}: SYSTEM may not do it"
        if action.name in workflow.at_once.values() and Role.SYSTEM not in action.roles:
            yield f"{action.name}: SYSTEM may not do it at once"
        if action.instant and action.instant not in {f.name for f in action.fields}:
            yield f"{action.name}: its instant {action.instant} is no field"


def _successors(workflow: Workflow) -> dict[str, set[str]]:
    after: dict[str, set[str]] = {state.name: set() for state in workflow.states}
    for action in workflow.actions:
        for move in action.moves:
            for source in move.sources:
                after[source].add(move.dest or source)
    return after


def _reach(after: Mapping[str, set[str]], start: Iterable[str]) -> set[str]:
    reached, queue = set(start), list(start)
    while queue:
        for name in after[queue.pop()] - reached:
            reached.add(name)
            queue.append(name)
    return reached


def _unreachable(workflow: Workflow) -> Iterable[str]:
    reached = _reach(_successors(workflow), [workflow.initial])
    for state in workflow.states:
        if state.name not in reached:
            yield f"state {state.name} cannot be reached"


def _dead_ends(workflow: Workflow) -> Iterable[str]:
    after = _successors(workflow)
    finals = {state.name for state in workflow.states if state.final}
    for state in workflow.states:
        if not state.final and not _reach(after, [state.name]) & finals:
            yield f"state {state.name} has no way to a final state"
