"""Cases made by hand: in any state, with the past, people, clocks and links a rule asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from casework.errors import NotAllowed, Refused
from casework.permissions import Role, standing
from casework.workflows.case import FILE, CaseView, Link, Person, Record, Running
from casework.workflows.definition import Workflow
from casework.workflows.engine import Engine
from casework.workflows.forms import load
from tests.unit.workflows.walking import START, context_for, filled

Past = tuple[str, Mapping[str, object]]
"""A step already taken: its action and what was recorded."""

VICTIM = Person(1, "victim", student_id=11)
ACTOR = Person(2, "actor", student_id=12)
VICTIM_TOLD: Past = ("notify_guardians", {"side": "victim", "outcome": "reached"})
ACTOR_TOLD: Past = ("notify_guardians", {"person_id": 2, "outcome": "impossible"})
BOTH_TOLD = (VICTIM_TOLD, ACTOR_TOLD)
POLICE: Past = ("record_report", {"recipient": "police"})
BUREAU: Past = ("record_report", {"recipient": "bureau"})
BOTH_REPORTED = (POLICE, BUREAU)


def case_in(workflow: Workflow, state: str, *past: Past, **given: object) -> CaseView:
    """A case in a state, with these steps behind it, one minute apart, done by user 50."""
    filing = given.pop("filing", {})
    assert isinstance(filing, Mapping)
    steps: tuple[Past, ...] = ((FILE, filing), *past)
    history = tuple(
        Record(
            action=name,
            at=START + timedelta(minutes=number),
            actor_id=50,
            actor_role=Role.SAFETY_LEAD,
            fields=fields,
            from_state=state if number else None,
            to_state=state,
        )
        for number, (name, fields) in enumerate(steps)
    )
    case = CaseView(
        case_type=workflow.case_type,
        number=f"2026-{workflow.prefix}-000001",
        state=state,
        level=1,
        round=1,
        known_at=START,
        filed_at=START,
        history=history,
    )
    return replace(case, **given)  # type: ignore[arg-type]


def clock(*rule_ids: str) -> tuple[Running, ...]:
    """Running clocks of these rules."""
    return tuple(Running(rule_id, None) for rule_id in rule_ids)


def linked(case_type: str, *, is_open: bool) -> tuple[Link, ...]:
    """One linked case."""
    return (Link("2026-YQ-000007", case_type, is_open),)


@dataclass(frozen=True)
class Row:
    """One line of a table of what may happen: a state, a step and what must come of it.

    ``expected`` is the state after, the names of the guards that refuse, or ``NotAllowed``.
    """

    why: str
    state: str
    action: str
    expected: str | set[str] | type[NotAllowed]
    role: Role = Role.SAFETY_LEAD
    fields: Mapping[str, object] = field(default_factory=dict)
    past: tuple[Past, ...] = ()
    case: Mapping[str, object] = field(default_factory=dict)
    refs: Mapping[str, CaseView] = field(default_factory=dict)
    by: int = 99
    second: tuple[Role, ...] | None = None


def outcome(workflow: Workflow, row: Row) -> tuple[str | set[str] | type[NotAllowed], object]:
    """What comes of a row: the state after or the refusing guards, and whose approval it needs."""
    engine = Engine(workflow)
    case = case_in(workflow, row.state, *row.past, **row.case)
    action = engine.find(row.action, row.state)
    now = START + timedelta(hours=1)
    values = load(action.fields, filled(action.fields, now, row.fields), now)
    context = context_for(case, action, values, now, role=row.role, by=row.by, refs=row.refs)
    if standing({row.role}, action.roles_for(context)) is None:
        return NotAllowed, None
    try:
        state = engine.apply(row.action, context)
    except Refused:
        refusing = {guard.name for guard in action.guards if guard.check(context)}
        return refusing, None
    return state, action.second_for(context)
