"""The generic engine: one shared ``transitions`` machine per definition moves every case.

Guards are the machine's own conditions, so no path around them exists; a refusal is collected and
raised as an error, because the machine itself would only return False.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

from transitions import EventData, Machine

from casework.errors import Refused, WrongState
from casework.text import N_, Text
from casework.workflows.case import Context
from casework.workflows.definition import Action, Guard, Workflow

UNKNOWN_ACTION = N_("There is no step “%(action)s” in this kind of case.")
NOT_HERE = N_("The step “%(action)s” is not possible in the state “%(state)s”.")


@dataclass(slots=True)
class _Token:
    """What the machine moves: a state and the attempt it is moved by."""

    state: str
    context: Context
    refusals: list[Text] = field(default_factory=list)


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        token = cast(_Token, event.model)
        refusal = guard.check(token.context)
        if refusal is not None:
            token.refusals.append(refusal)
        return refusal is None

    return holds


def _condition_all(action: Action) -> Callable[[EventData], bool]:
    """One condition that asks every guard, so that a refusal tells all its reasons at once."""
    conditions = [_condition(guard) for guard in action.guards]

    def hold(event: EventData) -> bool:
        verdicts = [condition(event) for condition in conditions]
        return all(verdicts)

    return hold


class Engine:
    """Drives the cases of one workflow; holds no case and is safe to share between threads."""

    def __init__(self, workflow: Workflow) -> None:
        self.workflow = workflow
        self._machine = Machine(
            model=None,
            states=[state.name for state in workflow.states],
            initial=workflow.initial,
            transitions=list(_transitions(workflow)),
            auto_transitions=False,
            send_event=True,
            queued=False,
        )

    def find(self, action: str, state: str) -> Action:
        """The action, when it exists in this state; WrongState otherwise."""
        found = self.workflow.action(action)
        if found is None:
            raise WrongState(Text(UNKNOWN_ACTION, {"action": action}))
        if found.dest(state) is None:
            label = Text(self.workflow.state(state).label)
            raise WrongState(Text(NOT_HERE, {"action": Text(found.label), "state": label}))
        return found

    def refusals(self, action: Action, context: Context) -> list[Text]:
        """Every reason against the action in this context; empty when nothing speaks against it."""
        return [text for guard in action.guards if (text := guard.check(context)) is not None]

    def apply(self, action: str, context: Context) -> str:
        """The state after the action.

        Raises WrongState when it does not exist here, Refused with every refusal of its guards.
        """
        self.find(action, context.case.state)
        token = _Token(context.case.state, context)
        if not self._machine.events[action].trigger(token):
            raise Refused(token.refusals)
        return token.state


def _transitions(workflow: Workflow) -> Any:
    for action in workflow.actions:
        for move in action.moves:
            yield {
                "trigger": action.name,
                "source": list(move.sources),
                "dest": move.dest,
                "conditions": [_condition_all(action)] if action.guards else [],
            }
