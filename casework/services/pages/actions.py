"""What can be done in a case now, and what cannot, with the reasons and what would help."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import cast

from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotAllowed
from casework.models import Case
from casework.permissions import Actor, Role, Standing
from casework.services import steps
from casework.services.pages import labels
from casework.text import N_, Text
from casework.workflows.case import CaseView
from casework.workflows.definition import Action, Guard
from casework.workflows.registry import WORKFLOWS

Refs = Mapping[str, CaseView]
FOR_ROLES = N_("This step is for: %(roles)s.")


@dataclass(frozen=True, slots=True)
class Helper:
    """An action that would make a refused one possible."""

    action: str
    label: str
    possible: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    """One reason against an action, and what would remove it."""

    text: Text
    helpers: tuple[Helper, ...] = ()


@dataclass(frozen=True, slots=True)
class ActionLine:
    """One action that exists in the present state. ``moves_to`` is empty when the state stays."""

    name: str
    label: str
    moves_to: str
    stands_for: str
    second: bool
    final: bool
    refusals: tuple[Refusal, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """The actions of the present state: possible, refused for now, and for other roles."""

    possible: tuple[ActionLine, ...]
    refused: tuple[ActionLine, ...]
    others: tuple[ActionLine, ...]


class _Watched(Mapping[str, object]):
    """An empty form that remembers which of its fields (or cases they name) a guard asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> object:
        self.asked.add(name)
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


def choices(session: Session, actor: Actor, case: Case, view: CaseView) -> Choices:
    """Sort the actions of the present state by what speaks against them."""
    workflow = WORKFLOWS[case.case_type]
    able: dict[str, tuple[Action, Standing]] = {}
    foreign = []
    for action in workflow.actions_from(case.state):
        standing = _standing(actor, case, action)
        if standing is None:
            foreign.append(_foreign(case, action))
        else:
            able[action.name] = action, standing
    against = {
        name: _against(actor, view, action, standing) for name, (action, standing) in able.items()
    }
    free = {name for name, guards in against.items() if not guards}
    lines = {
        name: _line(case, action, standing, _refusals(case, against[name], free))
        for name, (action, standing) in able.items()
    }
    return Choices(
        tuple(line for name, line in lines.items() if name in free),
        tuple(line for name, line in lines.items() if name not in free),
        tuple(foreign),
    )


def demand(actor: Actor, case: Case, action: Action) -> None:
    """Raise NotAllowed, naming the roles, when the actor holds none that may try the action."""
    if _standing(actor, case, action) is None:
        raise NotAllowed(_for_roles(action))


def _standing(actor: Actor, case: Case, action: Action) -> Standing | None:
    restricted = [role for restriction in action.stricter for role in restriction.roles]
    return steps.may(actor, case, (*action.roles, *restricted))


def _for_roles(action: Action) -> Text:
    named = [Text(labels.ROLES[role]) for role in action.roles if role is not Role.SYSTEM]
    return Text(FOR_ROLES, {"roles": named})


def _against(actor: Actor, view: CaseView, action: Action, standing: Standing) -> list[Guard]:
    """The guards that refuse whatever the form will say: they did not ask for any of its fields."""
    own = {field.name for field in action.fields}
    found = []
    for guard in action.guards:
        watched = _Watched()
        attempt = steps.Attempt(action, actor, standing, watched, time.now())
        context = replace(steps.context_of(view, attempt), refs=cast("Refs", watched))
        if guard.check(context) and not watched.asked & own:
            found.append(guard)
    return found


def _refusals(case: Case, guards: list[Guard], free: set[str]) -> tuple[Refusal, ...]:
    workflow, found = WORKFLOWS[case.case_type], []
    for guard in guards:
        helpers = [
            Helper(name, helper.label, name in free)
            for name in guard.satisfied_by
            if (helper := workflow.action(name)) and helper.dest(case.state) is not None
        ]
        found.append(Refusal(Text(guard.refusal), tuple(helpers)))
    return tuple(found)


def _line(
    case: Case, action: Action, standing: Standing, refusals: tuple[Refusal, ...]
) -> ActionLine:
    workflow = WORKFLOWS[case.case_type]
    dest = workflow.state(action.dest(case.state) or case.state)
    stands_for = labels.ROLES[standing.stands_for] if standing.stands_for else ""
    moves_to = dest.label if dest.name != case.state else ""
    final = dest.final and dest.name != case.state
    return ActionLine(
        action.name, action.label, moves_to, stands_for, bool(action.second), final, refusals
    )


def _foreign(case: Case, action: Action) -> ActionLine:
    return _line(case, action, Standing(action.roles[0]), (Refusal(_for_roles(action)),))
