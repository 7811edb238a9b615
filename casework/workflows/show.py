"""A case type as plain data, for ``workflow show`` and for programs that fill its forms."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from casework.workflows.definition import Action, Field, Move, State, Workflow

Translate = Callable[[str], str]


def describe(
    workflow: Workflow, clock_ids: Iterable[str], translate: Translate
) -> dict[str, object]:
    """The whole definition; one entry per move of an action, so that from and to are unambiguous.

    ``to`` is None where the action keeps the state. ``translate`` turns a message id into a label.
    """
    return {
        "case_type": workflow.case_type,
        "initial": workflow.initial,
        "states": [_state(state, translate) for state in workflow.states],
        "filing": {"fields": fields(workflow.filing, translate)},
        "actions": [
            _move(action, move, translate) for action in workflow.actions for move in action.moves
        ],
        "clocks": list(clock_ids),
    }


def fields(form: Iterable[Field], translate: Translate) -> list[dict[str, object]]:
    """The entries of a form as data, in their order."""
    return [_field(entry, translate) for entry in form]


def _state(state: State, translate: Translate) -> dict[str, object]:
    return {
        "name": state.name,
        "phase": state.phase.value,
        "label": translate(state.label),
        "final": state.final,
    }


def _move(action: Action, move: Move, translate: Translate) -> dict[str, object]:
    entry: dict[str, object] = {
        "name": action.name,
        "label": translate(action.label),
        "from": list(move.sources),
        "to": move.dest,
        "roles": [role.value for role in action.roles],
        **_second(action),
        "records": [entry.name for entry in action.fields if entry.required],
        "fields": fields(action.fields, translate),
    }
    if action.stricter:
        narrowed = (role.value for restriction in action.stricter for role in restriction.roles)
        entry["stricter_roles"] = list(dict.fromkeys(narrowed))
    return entry


def _second(action: Action) -> dict[str, object]:
    if not action.second:
        return {"second": None}
    roles = (role.value for second in action.second for role in second.roles)
    always = any(second.when is None for second in action.second)
    return {
        "second": list(dict.fromkeys(roles)),
        "second_when": "always" if always else "sometimes",
    }


def _field(entry: Field, translate: Translate) -> dict[str, object]:
    shown: dict[str, object] = {
        "name": entry.name,
        "type": entry.type.value,
        "required": entry.required,
        "label": translate(entry.label),
    }
    if entry.choices:
        shown["choices"] = [choice.value for choice in entry.choices]
        shown["choice_labels"] = [translate(choice.label) for choice in entry.choices]
    shown |= _options(entry)
    if entry.hint:
        shown["hint"] = translate(entry.hint)
    return shown


def _options(entry: Field) -> Mapping[str, object]:
    options: dict[str, object] = {
        name: True for name in ("unknown", "many", "future") if getattr(entry, name)
    }
    if entry.only_if is not None:
        only_if = entry.only_if
        options["only_if"] = {"field": only_if.field, "values": list(only_if.values)}
    return options
