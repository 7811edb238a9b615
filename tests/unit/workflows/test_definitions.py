"""Every case type against the domain's tables, and what makes a definition impossible."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from casework.permissions import ASSIGNABLE, SYSTEM_MAY, Role
from casework.workflows.definition import (
    Action,
    Choice,
    Effect,
    Field,
    FieldType,
    Guard,
    Move,
    Phase,
    State,
    Workflow,
    check,
)
from casework.workflows.registry import ENGINES, PREFIXES, WORKFLOWS
from tests.unit.workflows import domain_tables as domain

all_types = pytest.mark.parametrize("workflow", WORKFLOWS.values(), ids=list(WORKFLOWS))
every_action = pytest.mark.parametrize(
    ("workflow", "action"),
    [(workflow, action) for workflow in WORKFLOWS.values() for action in workflow.actions],
    ids=lambda given: given.name if isinstance(given, Action) else given.case_type,
)


def forms(workflow: Workflow) -> Iterator[tuple[str, tuple[Field, ...]]]:
    yield "file", workflow.filing
    for action in workflow.actions:
        yield action.name, action.fields


def pairs(action: Action) -> set[tuple[str, str]]:
    return {(source, m.dest or source) for m in action.moves for source in m.sources}


def test_the_registry_lists_the_four_types_of_the_domain() -> None:
    assert set(WORKFLOWS) == set(ENGINES) == set(domain.STATES)
    assert dict(PREFIXES) == {prefix: name for name, prefix in domain.PREFIX.items()}
    assert {w.case_type: w.prefix for w in WORKFLOWS.values()} == domain.PREFIX


@all_types
def test_states_and_phases_are_those_of_the_domain(workflow: Workflow) -> None:
    found: dict[str, set[str]] = {phase.value: set() for phase in Phase}
    for state in workflow.states:
        found[state.phase].add(state.name + "*" * state.final)
    table = domain.STATES[workflow.case_type]
    assert found == {phase: set(names.split()) for phase, names in table.items()}


@all_types
def test_a_case_begins_with_the_report_and_ends_in_closure(workflow: Workflow) -> None:
    assert workflow.initial == domain.INITIAL[workflow.case_type]
    assert workflow.state(workflow.initial).phase is Phase.REPORT
    assert {state.phase for state in workflow.states if state.final} == {Phase.CLOSURE}
    assert {state.phase for state in workflow.states} == set(Phase)


@all_types
def test_actions_are_those_of_the_domain(workflow: Workflow) -> None:
    extra = domain.ANYWHERE_WITH_A_REQUEST.get(workflow.case_type, set())
    names = {action.name for action in workflow.actions}
    assert names - extra == set(domain.ACTIONS[workflow.case_type])
    assert extra <= names


@every_action
def test_every_way_between_states_is_in_the_domain(workflow: Workflow, action: Action) -> None:
    if action.name in domain.ANYWHERE_WITH_A_REQUEST.get(workflow.case_type, set()):
        assert all(source == dest for source, dest in pairs(action))
    else:
        assert pairs(action) == domain.moves(workflow.case_type, action.name)


@all_types
def test_only_reopening_and_a_review_leave_a_final_state(workflow: Workflow) -> None:
    for state in (state for state in workflow.states if state.final):
        leaving = {
            a.name for a in workflow.actions_from(state.name) if a.dest(state.name) != state.name
        }
        assert leaving <= {"reopen", "open_review"}
        staying = {a.name for a in workflow.actions_from(state.name)} - leaving
        assert staying <= {"request_review", "refuse_review"}


@all_types
def test_reopening_asks_for_the_new_fact_and_counts_from_it(workflow: Workflow) -> None:
    reopen = workflow.action("reopen")
    assert reopen is not None
    assert Effect.NEW_ROUND in reopen.effects
    assert reopen.instant == "known_at"
    assert {"reason", "new_fact", "known_at"} <= {field.name for field in reopen.fields}


@every_action
def test_every_action_is_somebodys(workflow: Workflow, action: Action) -> None:
    everybody = {*ASSIGNABLE, Role.GUARDIAN, Role.SYSTEM}
    for roles in (action.roles, *(r.roles for r in action.stricter)):
        assert roles
        assert set(roles) <= everybody - {Role.ADMIN}
    for second in action.second:
        assert second.roles
        assert set(second.roles) <= {Role.PRINCIPAL, Role.BUREAU_OFFICER, Role.BUREAU_LEADER}
    assert Role.SYSTEM not in action.roles or action.name in SYSTEM_MAY


@every_action
def test_every_refusal_is_a_sentence_and_points_to_real_actions(
    workflow: Workflow, action: Action
) -> None:
    for guard in action.guards:
        assert guard.refusal.endswith((".", "。")), guard.name
        assert guard.refusal[0].isupper() or not guard.refusal[0].isascii(), guard.name
        for name in guard.satisfied_by:
            assert workflow.action(name) is not None, name


@all_types
def test_forms_are_whole(workflow: Workflow) -> None:
    for name, form in forms(workflow):
        names = [field.name for field in form]
        assert len(names) == len(set(names)), name
        for field in form:
            assert field.label, (name, field.name)
            values = [choice.value for choice in field.choices]
            assert len(values) == len(set(values)), (name, field.name)
            if field.only_if is not None:
                other = next(f for f in form if f.name == field.only_if.field)
                allowed = {choice.value for choice in other.choices}
                assert other.type is FieldType.BOOLEAN or set(field.only_if.values) <= allowed


@all_types
def test_nothing_holds_up_a_filing(workflow: Workflow) -> None:
    """Whatever a filing requires can be answered with 未知, except who and which lesson it is."""
    who_and_when = {"student_id", "period", "bell_at"}
    for field in workflow.filing:
        answers = {choice.value for choice in field.choices}
        assert (
            not field.required
            or field.unknown
            or "unknown" in answers | ({"unknown"} if field.name in who_and_when else set())
        ), field.name


@all_types
def test_one_name_has_one_type_and_meaning_within_a_case_type(workflow: Workflow) -> None:
    """Facts read a field by its name over the whole history."""
    shared: dict[str, FieldType] = {}
    for _, form in forms(workflow):
        for field in form:
            if field.type is not FieldType.TEXT and field.name not in {"reason"}:
                assert shared.setdefault(field.name, field.type) is field.type, field.name


@all_types
def test_all_names_fit_urls_and_translations(workflow: Workflow) -> None:
    names = [*(s.name for s in workflow.states), *(a.name for a in workflow.actions)]
    names += [field.name for _, form in forms(workflow) for field in form]
    assert all(name.isidentifier() and name.islower() for name in names)


OPEN, SHUT = State("open", "Open", Phase.REPORT), State("shut", "Shut", Phase.CLOSURE, final=True)
CLOSE = Action("close", "Close", (Move(("open",), "shut"),), (Role.STAFF,))


def broken(
    *actions: Action, states: tuple[State, ...] = (OPEN, SHUT), initial: str = "open"
) -> Workflow:
    return Workflow("test", "QL", "Test", initial, states, (), (CLOSE, *actions))


def step(name: str, *sources: str, dest: str | None = None, **more: object) -> Action:
    roles = more.pop("roles", (Role.STAFF,))
    return Action(name, name, (Move(sources, dest),), roles, **more)  # type: ignore[arg-type]


LOST = State("lost", "Lost", Phase.REPORT)
BROKEN: list[tuple[dict[str, object], str]] = [
    # A beginning, a source or a destination that is no state.
    ({"initial": "begun"}, "initial state begun is unknown"),
    ({"actions": [step("go", "nowhere")]}, "go: state nowhere is unknown"),
    ({"actions": [step("go", "open", dest="nowhere")]}, "go: state nowhere is unknown"),
    # The same step twice from one state, the same action or state twice.
    ({"actions": [step("go", "open", "open")]}, "go from open is defined twice"),
    ({"actions": [CLOSE]}, "close is defined twice"),
    ({"states": (OPEN, SHUT, SHUT)}, "shut is defined twice"),
    # A state nobody can come to, and one that traps a case.
    ({"states": (OPEN, SHUT, LOST)}, "state lost cannot be reached"),
    (
        {"states": (OPEN, SHUT, LOST), "actions": [step("go", "open", dest="lost")]},
        "state lost has no way to a final state",
    ),
    # Nobody may do it, or the scheduler although it may not.
    ({"actions": [step("go", "open", roles=())]}, "go: no role may do it"),
    ({"actions": [step("go", "open", roles=(Role.SYSTEM,))]}, "go: SYSTEM may not do it"),
    # An instant that no field gives.
    ({"actions": [step("go", "open", instant="at")]}, "go: its instant at is no field"),
]


@pytest.mark.parametrize(("fault", "sentence"), BROKEN)
def test_a_broken_definition_is_refused(fault: dict[str, object], sentence: str) -> None:
    options = {name: value for name, value in fault.items() if name != "actions"}
    actions = fault.get("actions", [])
    assert isinstance(actions, list)
    with pytest.raises(ValueError, match=sentence):
        broken(*actions, **options)  # type: ignore[arg-type]


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(ValueError, match=r"begun is unknown; .*no role may do it"):
        broken(step("go", "open", roles=()), initial="begun")


def test_the_smallest_sound_definition_passes() -> None:
    workflow = broken()
    check(workflow)
    assert workflow.open_states == ("open",)
    assert workflow.action("fly") is None
    assert workflow.actions_from("shut") == ()


def test_choices_belong_to_choice_fields_only() -> None:
    with pytest.raises(ValueError, match="do not fit"):
        Field("kind", FieldType.CHOICE, "Kind")
    with pytest.raises(ValueError, match="do not fit"):
        Field("kind", FieldType.TEXT, "Kind", choices=(Choice("a", "A"),))


def test_a_guard_says_nothing_while_it_holds() -> None:
    context: object = object()
    assert Guard("yes", lambda _: True, "No.").check(context) is None  # type: ignore[arg-type]
    refusal = Guard("no", lambda _: False, "No.").check(context)  # type: ignore[arg-type]
    assert refusal is not None
    assert refusal.msgid == "No."
