"""The help page of a case type, drawn from its definition: nothing on it is written twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework.deadlines.rules import Rule
from casework.errors import NotFound
from casework.permissions import ROLE_LABELS, Actor, Role
from casework.services.pages import labels
from casework.services.pages.filing import ABOUT
from casework.services.pages.rules import NATIONAL, RuleLine, region_of, rule_line
from casework.services.policy import policy
from casework.workflows.definition import Action, Phase, State, Workflow
from casework.workflows.registry import WORKFLOWS


@dataclass(frozen=True, slots=True)
class HelpAction:
    """One thing that can be done in a state; ``to`` is None where the state stays.

    ``second``: whose approval it needs, ``always`` or only in some cases. ``stricter``: who alone
    may do it in grave cases. ``records``: what must be entered; ``refusals``: what speaks against.
    """

    name: str
    label: str
    to: State | None
    roles: tuple[str, ...]
    stricter: tuple[str, ...]
    second: tuple[str, ...]
    always: bool
    records: tuple[str, ...]
    refusals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HelpState:
    """One state: where it leads, what can be noted in it, which clocks begin with it."""

    name: str
    label: str
    phase: str
    first: bool
    final: bool
    moving: tuple[HelpAction, ...]
    noting: tuple[HelpAction, ...]
    clocks: tuple[RuleLine, ...]

    @property
    def told(self) -> bool:
        """True when there is anything to tell of the state besides its name."""
        return bool(self.moving or self.noting or self.clocks)

    @property
    def ways(self) -> tuple[State, ...]:
        """The states that can come next, each once."""
        return tuple(dict.fromkeys(one.to for one in self.moving if one.to))


@dataclass(frozen=True, slots=True)
class HelpPhase:
    """One of the five phases with its states."""

    label: str
    states: tuple[HelpState, ...]


@dataclass(frozen=True, slots=True)
class HelpPage:
    """How a kind of case goes, from the report to its end, with the numbers of one region."""

    case_type: str
    title: str
    about: str
    region: str
    region_code: str
    phases: tuple[HelpPhase, ...]
    states: tuple[HelpState, ...]
    common: tuple[HelpAction, ...]
    clocks: tuple[RuleLine, ...]


def help_page(session: Session, actor: Actor, case_type: str) -> HelpPage:
    """The way of a case through its states. Raises NotFound for a type that does not exist."""
    workflow = WORKFLOWS.get(case_type)
    if workflow is None:
        raise NotFound
    packs = policy(session).packs
    code = packs.prefix(region_of(session, actor))
    held = packs.for_region(code)
    titles = {rule.id: rule.title for rule in held.values()}
    rules = [rule for rule in held.values() if case_type in rule.case_types]
    lines = {rule.id: rule_line(rule, titles) for rule in rules}
    common = {action.name for action in workflow.actions if _everywhere(workflow, action)}
    states = tuple(_state(workflow, state, common, rules, lines) for state in workflow.states)
    placed = {clock.id for state in states for clock in state.clocks}
    return HelpPage(
        case_type=case_type,
        title=workflow.title,
        about=ABOUT[case_type],
        region=packs.names.get(code, NATIONAL),
        region_code=code,
        phases=_phases(states),
        states=states,
        common=tuple(
            _action(workflow, workflow.initial, a) for a in workflow.actions if a.name in common
        ),  # fmt: skip
        clocks=tuple(line for name, line in lines.items() if name not in placed),
    )


def _phases(states: Iterable[HelpState]) -> tuple[HelpPhase, ...]:
    found = tuple(states)
    phases = (
        HelpPhase(labels.PHASES[phase], tuple(s for s in found if s.phase == labels.PHASES[phase]))
        for phase in Phase
    )
    return tuple(phase for phase in phases if phase.states)


def _state(
    workflow: Workflow,
    state: State,
    common: set[str],
    rules: Iterable[Rule],
    lines: Mapping[str, RuleLine],
) -> HelpState:
    actions = [_action(workflow, state.name, a) for a in workflow.actions_from(state.name)]
    return HelpState(
        name=state.name,
        label=state.label,
        phase=labels.PHASES[state.phase],
        first=state.name == workflow.initial,
        final=state.final,
        moving=tuple(one for one in actions if one.to),
        noting=tuple(one for one in actions if not one.to and one.name not in common),
        clocks=tuple(lines[r.id] for r in rules if _begins(workflow, r, state.name)),
    )


def _everywhere(workflow: Workflow, action: Action) -> bool:
    """True for what can be noted in every open state."""
    return all(action.dest(state) == state for state in workflow.open_states)


def _action(workflow: Workflow, source: str, action: Action) -> HelpAction:
    dest = action.dest(source)
    return HelpAction(
        name=action.name,
        label=action.label,
        to=workflow.state(dest) if dest and dest != source else None,
        roles=_roles(action.roles),
        stricter=_roles(role for one in action.stricter for role in one.roles),
        second=_roles(role for one in action.second for role in one.roles),
        always=any(one.when is None for one in action.second),
        records=tuple(entry.label for entry in action.fields if entry.required),
        refusals=tuple(dict.fromkeys(guard.refusal for guard in action.guards)),
    )


def _roles(roles: Iterable[Role]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(ROLE_LABELS[role] for role in roles))


def _begins(workflow: Workflow, rule: Rule, state: str) -> bool:
    """True when coming into the state is what starts the clock."""
    coming = {f"enter:{state}", *(("filed",) if state == workflow.initial else ())}
    coming |= {a.name for a in workflow.actions if any(move.dest == state for move in a.moves)}
    return any(
        opening.on in coming and (not opening.states or state in opening.states)
        for opening in rule.opens_on
    )
