"""The picture of a case type: a Mermaid state diagram with the states grouped by phase."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from casework.text import N_
from casework.workflows.definition import Phase, Workflow

PHASE_LABELS = {
    Phase.REPORT: N_("Report"),
    Phase.VERIFICATION: N_("Verification"),
    Phase.INTERVENTION: N_("Intervention"),
    Phase.ESCALATION: N_("Escalation"),
    Phase.CLOSURE: N_("Closure"),
}


def mermaid(workflow: Workflow, translate: Callable[[str], str]) -> str:
    """The diagram as text; actions that keep the state are left out."""

    def label(msgid: str) -> str:
        return translate(msgid).replace(":", " -").replace('"', "'").replace(";", ",")

    lines = ["stateDiagram-v2", *_phases(workflow, label), f"    [*] --> {workflow.initial}"]
    lines += _moves(workflow, label)
    lines += [f"    {state.name} --> [*]" for state in workflow.states if state.final]
    return "\n".join(lines) + "\n"


def _phases(workflow: Workflow, label: Callable[[str], str]) -> Iterator[str]:
    for phase in Phase:
        states = [state for state in workflow.states if state.phase is phase]
        if not states:
            continue
        yield f'    state "{label(PHASE_LABELS[phase])}" as phase_{phase.value} {{'
        for state in states:
            yield f'        state "{label(state.label)}" as {state.name}'
        yield "    }"


def _moves(workflow: Workflow, label: Callable[[str], str]) -> Iterator[str]:
    for action in workflow.actions:
        for move in action.moves:
            if move.dest is None:
                continue
            for source in move.sources:
                yield f"    {source} --> {move.dest} : {label(action.label)}"
