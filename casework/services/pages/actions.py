"""What can be done in a case now, and what cannot, with the reasons and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.errors import NotAllowed
from casework.models import Case
from casework.permissions import ROLE_LABELS, Actor, Standing
from casework.services import parts, steps
from casework.services.options import for_roles, refusing, standing_for
from casework.text import Text
from casework.workflows.case import CaseView
from casework.workflows.definition import Action, Guard
from casework.workflows.parts import Part
from casework.workflows.registry import WORKFLOWS


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

    @property
    def moving(self) -> tuple[ActionLine, ...]:
        """What the actor may do in an own role to move the case on."""
        return tuple(one for one in self.possible if one.moves_to and not one.stands_for)

    @property
    def noting(self) -> tuple[ActionLine, ...]:
        """What the actor may record in an own role; the state stays."""
        return tuple(one for one in self.possible if not one.moves_to and not one.stands_for)

    @property
    def standing_in(self) -> tuple[ActionLine, ...]:
        """What the actor may do in the place of a lower post."""
        return tuple(one for one in self.possible if one.stands_for)


def choices(
    session: Session, actor: Actor, case: Case, view: CaseView, part: Part | None = None
) -> Choices:
    """Sort the actions of the present state, or of the part, by what speaks against them."""
    workflow = WORKFLOWS[case.case_type]
    powers = steps.powers(session, actor, case)
    able: dict[str, tuple[Action, Standing]] = {}
    foreign = []
    for action in parts.actions_from(workflow, case.state, part):
        standing = standing_for(powers, action)
        if standing is None:
            foreign.append(_foreign(case, action))
        else:
            able[action.name] = action, standing
    against = {
        name: refusing(actor, view, action, standing) for name, (action, standing) in able.items()
    }
    free = {name for name, guards in against.items() if not guards}
    out_of_place = {name for name, guards in against.items() if any(g.silent for g in guards)}
    lines = {
        name: _line(case, action, standing, _refusals(case, against[name], free))
        for name, (action, standing) in able.items()
    }
    return Choices(
        tuple(line for name, line in lines.items() if name in free),
        tuple(line for name, line in lines.items() if name not in free | out_of_place),
        tuple(foreign),
    )


def demand(session: Session, actor: Actor, case: Case, action: Action) -> None:
    """Raise NotAllowed, naming the roles, when the actor holds none that may try the action."""
    if standing_for(steps.powers(session, actor, case), action) is None:
        raise NotAllowed(for_roles(action))


def _refusals(case: Case, guards: Mapping[Guard, Text], free: set[str]) -> tuple[Refusal, ...]:
    workflow, found = WORKFLOWS[case.case_type], []
    for guard, text in guards.items():
        helpers = [
            Helper(name, helper.label, name in free)
            for name in guard.satisfied_by
            if (helper := workflow.action(name)) and helper.dest(case.state) is not None
        ]
        found.append(Refusal(text, tuple(helpers)))
    return tuple(found)


def _line(
    case: Case, action: Action, standing: Standing, refusals: tuple[Refusal, ...]
) -> ActionLine:
    workflow = WORKFLOWS[case.case_type]
    dest = workflow.state(action.dest(case.state) or case.state)
    stands_for = ROLE_LABELS[standing.stands_for] if standing.stands_for else ""
    moves_to = dest.label if dest.name != case.state else ""
    final = dest.final and dest.name != case.state
    return ActionLine(
        action.name, action.label, moves_to, stands_for, bool(action.second), final, refusals
    )


def _foreign(case: Case, action: Action) -> ActionLine:
    return _line(case, action, Standing(action.roles[0]), (Refusal(for_roles(action)),))
