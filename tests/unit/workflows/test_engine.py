"""No illegal move: random people press random buttons with random entries, in every case type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.errors import Refused, WrongState
from casework.permissions import ASSIGNABLE, SYSTEM_MAY, Role, standing
from casework.text import Text
from casework.workflows.case import FILE, UNKNOWN, CaseView, Context, Link, Person, Record, Running
from casework.workflows.definition import (
    Action,
    Effect,
    Field,
    FieldType,
    Guard,
    Move,
    Phase,
    State,
    Workflow,
)
from casework.workflows.engine import NOT_HERE, UNKNOWN_ACTION, Engine
from casework.workflows.forms import applies, load
from casework.workflows.registry import ENGINES, WORKFLOWS
from tests.unit.workflows.walking import START, context_for, kept

STEPS = 12
LEAVING = {"reopen", "open_review"}
ROLES = [*ASSIGNABLE, Role.GUARDIAN, Role.SYSTEM]
INSTANTS = st.integers(1, 10**6).map(lambda seconds: START - timedelta(seconds=seconds))
NUMBERS = st.sampled_from(["2026-QL-000001", "2026-QK-000002", "2026-TF-000003", "2026-YQ-000004"])

walk = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
all_types = pytest.mark.parametrize("case_type", list(WORKFLOWS))


def entry(field: Field) -> st.SearchStrategy[object]:
    """Any valid value of a field, 未知 included where it is an answer."""
    values = [choice.value for choice in field.choices]
    kinds: dict[FieldType, st.SearchStrategy[object]] = {
        FieldType.TEXT: st.sampled_from(["words", "未出具", UNKNOWN]),
        FieldType.BOOLEAN: st.booleans(),
        FieldType.INTEGER: st.integers(field.minimum, min(field.maximum, field.minimum + 3)),
        FieldType.DATETIME: INSTANTS,
        FieldType.DATE: INSTANTS.map(datetime.date),
        FieldType.PERSON: st.integers(1, 3),
        FieldType.PEOPLE: st.lists(st.integers(1, 3), max_size=3),
        FieldType.UNIT: st.integers(1, 3),
        FieldType.CASE: NUMBERS,
        FieldType.USER: st.integers(1, 5),
        FieldType.FILE: st.integers(1, 3),
    }
    if field.type is FieldType.CHOICE:
        strategy: st.SearchStrategy[object] = st.sampled_from(values)
    elif field.type is FieldType.MULTICHOICE:
        strategy = st.lists(st.sampled_from(values), max_size=3)
    elif field.many:
        strategy = st.lists(st.integers(1, 5), max_size=4)
    else:
        strategy = kinds[field.type]
    return strategy | st.just(UNKNOWN) if field.unknown else strategy


@st.composite
def entries(draw: st.DrawFn, form: tuple[Field, ...]) -> dict[str, object]:
    """A form filled in: every required entry, and some of the others."""
    values: dict[str, object] = {}
    for field in form:
        if applies(field, values) and (field.required or draw(st.booleans())):
            values[field.name] = draw(entry(field))
    return values


@st.composite
def filings(draw: st.DrawFn, workflow: Workflow) -> CaseView:
    """A filed case with people, links and clocks of any kind."""
    fields = load(workflow.filing, draw(entries(workflow.filing)), START)
    parts = ["victim", "actor", "witness", "injured", "absent", "staff", "reporter"]
    user = st.none() | st.integers(1, 5)
    people = draw(st.lists(st.tuples(st.sampled_from(parts), user), max_size=3))
    links = draw(st.lists(st.tuples(st.sampled_from(list(WORKFLOWS)), st.booleans()), max_size=2))
    first = Record(FILE, START, 1, "teacher", kept(workflow.filing, fields), None, workflow.initial)
    return CaseView(
        case_type=workflow.case_type,
        number=f"2026-{workflow.prefix}-000009",
        state=workflow.initial,
        level=draw(st.integers(0, 4)),
        round=1,
        known_at=START,
        filed_at=START,
        occurred_at=draw(st.none() | INSTANTS),
        source=draw(st.sampled_from(["staff", "anonymous", "signal"])),
        people=tuple(Person(n, part, user) for n, (part, user) in enumerate(people, start=1)),
        history=(first,),
        links=tuple(Link("2026-YQ-000001", kind, is_open) for kind, is_open in links),
        running=tuple(Running(rule, None) for rule in draw(st.sets(st.sampled_from(["x.y"])))),
    )


def attempt(
    draw: st.DataObject, case: CaseView, action: Action, now: datetime
) -> tuple[Context, dict[str, object]]:
    """Somebody tries the action with some valid entries."""
    values = load(action.fields, draw.draw(entries(action.fields)), now)
    who = draw.draw(st.sampled_from(ROLES))
    refs = {f.name: case for f in action.fields if f.type is FieldType.CASE and f.name in values}
    by = None if who is Role.SYSTEM else draw.draw(st.integers(1, 5))
    return context_for(case, action, values, now, role=who, by=by, refs=refs), values


def check_attempt(engine: Engine, action: Action, context: Context) -> CaseView:
    """The attempt lands where it is declared, or is refused and nothing has changed."""
    case, before = context.case, replace(context.case)
    refusals = engine.refusals(action, context)
    if refusals:
        with pytest.raises(Refused) as refused:
            engine.apply(action.name, context)
        assert refused.value.refusals == refusals
        assert case == before
        return case
    dest = engine.apply(action.name, context)
    assert dest == action.dest(case.state) == context.then.state
    assert dest in {state.name for state in engine.workflow.states}
    if engine.workflow.state(case.state).final and dest != case.state:
        assert action.name in LEAVING
    assert case == before
    return context.then


def check_facts(workflow: Workflow, case: CaseView) -> None:
    """Facts and instants hold for every case that can come about."""
    for name, fact in workflow.facts.items():
        assert isinstance(fact(case), bool | int | str | None), name
    for name, instant in workflow.instants.items():
        found = instant(case)
        assert found is None or found.tzinfo is not None, name


@all_types
@walk
@given(draw=st.data())
def test_a_random_walk_makes_no_illegal_move(case_type: str, draw: st.DataObject) -> None:
    workflow, engine = WORKFLOWS[case_type], ENGINES[case_type]
    case, now = draw.draw(filings(workflow)), START
    begin = st.sampled_from([workflow.initial, *(state.name for state in workflow.states)])
    case = replace(case, state=draw.draw(begin))
    for _ in range(STEPS):
        now += timedelta(hours=draw.draw(st.sampled_from([0, 1, 80, 800])))
        here = workflow.actions_from(case.state)
        if not here:
            break
        moving = [action for action in here if action.dest(case.state) != case.state]
        action = draw.draw(st.sampled_from(here) | st.sampled_from(moving or here))
        context, _ = attempt(draw, case, action, now)
        case = check_attempt(engine, action, context)
        check_facts(workflow, case)


@all_types
@walk
@given(draw=st.data())
def test_an_action_from_a_wrong_state_changes_nothing(case_type: str, draw: st.DataObject) -> None:
    workflow, engine = WORKFLOWS[case_type], ENGINES[case_type]
    case = draw.draw(filings(workflow))
    case = replace(case, state=draw.draw(st.sampled_from(workflow.states)).name)
    wrong = [action for action in workflow.actions if action.dest(case.state) is None]
    action = draw.draw(st.sampled_from(wrong))
    context, _ = attempt(draw, case, action, START)
    before = replace(case)
    with pytest.raises(WrongState):
        engine.apply(action.name, context)
    assert case == before


@all_types
@walk
@given(draw=st.data())
def test_the_scheduler_has_standing_in_its_own_actions_only(
    case_type: str, draw: st.DataObject
) -> None:
    workflow = WORKFLOWS[case_type]
    case = draw.draw(filings(workflow))
    action = draw.draw(st.sampled_from(workflow.actions))
    context, _ = attempt(draw, case, action, START + timedelta(hours=1))
    allowed = standing({Role.SYSTEM}, action.roles_for(context)) is not None
    assert not allowed or action.name in SYSTEM_MAY
    assert standing({Role.ADMIN}, action.roles_for(context)) is None
    second = action.second_for(context)
    assert second is None or standing({Role.SYSTEM}, second) is None


SHUT = Move(("open",), "shut")
NO = Guard("no", lambda _: False, "No.")
NEVER = Guard("never", lambda _: False, "Never.")
TINY = Workflow(
    "tiny",
    "QL",
    "Tiny",
    "open",
    (State("open", "Open", Phase.REPORT), State("shut", "Shut", Phase.CLOSURE, final=True)),
    (),
    (
        Action("shut", "Shut it", (SHUT,), (Role.STAFF,), effects=(Effect.RECEIVE,)),
        Action("refuse", "Refuse", (SHUT,), (Role.STAFF,), guards=(NO, NEVER)),
        Action("stay", "Stay", (Move(("open",)),), (Role.STAFF,)),
    ),
)


def tiny(action: str, state: str = "open", fields: Mapping[str, object] | None = None) -> Context:
    case = CaseView("tiny", "2026-QL-000001", state, 1, 1, START, START)
    found = TINY.action(action) or TINY.actions[0]
    return context_for(case, found, fields or {}, datetime(2026, 9, 21, tzinfo=UTC))


def test_an_action_lands_in_its_destination_or_stays() -> None:
    assert Engine(TINY).apply("shut", tiny("shut")) == "shut"
    assert Engine(TINY).apply("stay", tiny("stay")) == "open"


def test_a_refusal_tells_all_its_reasons_at_once() -> None:
    with pytest.raises(Refused) as refused:
        Engine(TINY).apply("refuse", tiny("refuse"))
    assert refused.value.refusals == [Text("No."), Text("Never.")]


def test_an_unknown_action_and_one_that_is_not_here_say_so() -> None:
    with pytest.raises(WrongState) as unknown:
        Engine(TINY).apply("fly", tiny("fly"))
    assert unknown.value.text == Text(UNKNOWN_ACTION, {"action": "fly"})
    with pytest.raises(WrongState) as wrong:
        Engine(TINY).apply("stay", tiny("stay", "shut"))
    assert wrong.value.text == Text(NOT_HERE, {"action": Text("Stay"), "state": Text("Shut")})


def test_engines_keep_nothing_between_cases() -> None:
    engine = Engine(TINY)
    assert engine.apply("shut", tiny("shut")) == "shut"
    assert engine.apply("stay", tiny("stay")) == "open"
