"""The part of a case that a post sees when the whole is not its business, as data.

未成年人保护法 art. 103, 个人信息保护法 art. 6 and 28: who supports a child sees what the support
needs and nothing else. What a part does not name is withheld.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from casework.workflows.case import UNKNOWN, CaseView, Record

if TYPE_CHECKING:
    from casework.workflows.definition import Action, Field, Workflow

Needed = Callable[[CaseView], bool]
Answers = Mapping[str, tuple[object, ...]]
"""The answers that belong to the part, by field; a field that is not named takes any."""


@dataclass(frozen=True, slots=True)
class Part:
    """What one role sees of the cases of a type, and what it may do in them.

    ``why`` says in words why there is something to do; ``needed`` in which cases (always, without
    it), asked of history and people alone. ``people``: the parts whose names are told. ``fields``:
    the answers that are told, never free text. ``actions``: the steps, each with the answers that
    are allowed in it. ``clocks``: the rules whose clocks are told.
    """

    why: str
    needed: Needed | None = None
    people: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    actions: Mapping[str, Answers] = field(default_factory=dict)
    clocks: tuple[str, ...] = ()

    def concerns(self, view: CaseView) -> bool:
        """True when the case has something for the role."""
        return self.needed is None or self.needed(view)

    def narrowed(self, action: Action) -> Action | None:
        """The action with the answers of the part alone; None when it is none of its actions."""
        answers = self.actions.get(action.name)
        if answers is None:
            return None
        return replace(action, fields=tuple(_narrowed(one, answers) for one in action.fields))

    def tells(self, action: str, fields: Mapping[str, object], *, own: bool) -> bool:
        """True when an event belongs to the part: an own one, or one that only the part speaks of.

        Somebody else's free note belongs to nobody's part.
        """
        answers = self.actions.get(action)
        if own or not answers:
            return own
        return all(fields.get(name) in allowed for name, allowed in answers.items())

    def answers(self, history: Iterable[Record]) -> dict[str, object]:
        """The newest answer to each field of the part, 未知 only while nothing else was said."""
        found: dict[str, object] = {}
        for record in history:
            for name in self.fields:
                value = record.fields.get(name)
                if value is not None and (value != UNKNOWN or name not in found):
                    found[name] = value
        return found


def faults(workflow: Workflow) -> Iterable[str]:
    """What a declared part names and the definition does not have."""
    actions = {action.name: action for action in workflow.actions}
    forms = {f.name for action in workflow.actions for f in action.fields}
    forms |= {f.name for f in workflow.filing}
    for role, part in workflow.part_for.items():
        for name in part.fields:
            if name not in forms:
                yield f"part of {role}: field {name} is unknown"
        for name, answers in part.actions.items():
            if name not in actions:
                yield f"part of {role}: action {name} is unknown"
                continue
            yield from (f"part of {role}: {fault}" for fault in _wrong(actions[name], answers))


def _wrong(action: Action, answers: Answers) -> Iterable[str]:
    choices = {f.name: {choice.value for choice in f.choices} for f in action.fields}
    for name, allowed in answers.items():
        if not set(allowed) <= choices.get(name, set()):
            yield f"{action.name} has no such answers in {name}"


def _narrowed(entry: Field, answers: Answers) -> Field:
    allowed = answers.get(entry.name)
    if allowed is None:
        return entry
    return replace(entry, choices=tuple(one for one in entry.choices if one.value in allowed))
