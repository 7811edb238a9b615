"""Play a case without a database: the pure layers only, in the order in which the service asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from casework.errors import NotAllowed, Refused
from casework.permissions import Role, standing
from casework.workflows.acts import told_by
from casework.workflows.case import FILE, CaseView, Context, Record
from casework.workflows.definition import (
    Action,
    Effect,
    Field,
    FieldType,
    Guard,
    Workflow,
)
from casework.workflows.engine import Engine
from casework.workflows.forms import applies, load

START = datetime(2026, 9, 21, 2, 20, tzinfo=UTC)


def sample(entry: Field, now: datetime) -> object:
    """A plain valid value for an entry."""
    plain: dict[FieldType, object] = {
        FieldType.TEXT: "words",
        FieldType.BOOLEAN: False,
        FieldType.INTEGER: entry.minimum,
        FieldType.DATETIME: now,
        FieldType.DATE: now.date(),
        FieldType.PERSON: 1,
        FieldType.PEOPLE: [1],
        FieldType.UNIT: 1,
        FieldType.CASE: "2026-TF-000001",
        FieldType.USER: [71, 72] if entry.many else 71,
        FieldType.FILE: 1,
    }
    if entry.type is FieldType.CHOICE:
        return entry.choices[0].value
    return plain.get(entry.type, [choice.value for choice in entry.choices[:1]])


def filled(
    form: tuple[Field, ...], now: datetime, given: Mapping[str, object]
) -> dict[str, object]:
    """The given values, and a sample for every required entry that was not given."""
    values = dict(given)
    for entry in form:
        if entry.required and entry.name not in values and applies(entry, values):
            values[entry.name] = sample(entry, now)
    return values


def kept(form: tuple[Field, ...], values: Mapping[str, object]) -> dict[str, object]:
    """The values as the history keeps them: of a personal text only that it was given."""
    texts = {entry.name for entry in form if entry.type is FieldType.TEXT}
    return {name: "…" if name in texts else value for name, value in values.items()}


def open_case(workflow: Workflow, now: datetime = START, /, **given: object) -> CaseView:
    """A case as it is right after its filing by a teacher."""
    fields = kept(workflow.filing, load(workflow.filing, filled(workflow.filing, now, given), now))
    filing = Record(FILE, now, 1, Role.TEACHER, fields, None, workflow.initial)
    return CaseView(
        case_type=workflow.case_type,
        number=f"2026-{workflow.prefix}-000009",
        state=workflow.initial,
        level=1,
        round=1,
        known_at=now,
        filed_at=now,
        occurred_at=now,
        history=(filing,),
    )


def context_for(
    case: CaseView,
    action: Action,
    values: Mapping[str, object],
    now: datetime,
    *,
    role: Role = Role.STAFF,
    by: int | None = 1,
    refs: Mapping[str, CaseView] | None = None,
) -> Context:
    """One attempt at an action, as the service would put it before guards and engine."""
    record = Record(
        action=action.name,
        at=now,
        actor_id=by,
        actor_role=role,
        fields=kept(action.fields, values),
        from_state=case.state,
        to_state=action.dest(case.state) or case.state,
        round=case.round + (Effect.NEW_ROUND in action.effects),
        tells=told_by(action, values),
    )
    then = case.then(record)
    return Context(case, then, action.name, values, by, role, now, refs or {})


@dataclass(slots=True)
class Story:
    """A case that people act on one after another; time passes with ``wait``."""

    workflow: Workflow
    case: CaseView
    now: datetime = START
    second: tuple[Role, ...] | None = field(default=None, init=False)
    """Whose approval the last action needed; the story grants it."""

    def wait(self, **span: float) -> Story:
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def act(
        self,
        role: Role,
        name: str,
        /,
        *,
        by: int | None = None,
        refs: Mapping[str, CaseView] | None = None,
        **given: object,
    ) -> Story:
        """Perform an action as the holder of a role; raises what the service would raise."""
        engine = Engine(self.workflow)
        action = engine.find(name, self.case.state)
        actor = by if by is not None else 100 + list(Role).index(role)
        values = load(action.fields, filled(action.fields, self.now, given), self.now)
        context = context_for(self.case, action, values, self.now, role=role, by=actor, refs=refs)
        if standing({role}, action.roles_for(context)) is None:
            raise NotAllowed
        state = engine.apply(name, context)
        self.second = action.second_for(context)
        self.case = context.then
        if Effect.RECEIVE in action.effects:
            self.case = replace(self.case, received_at=self.now)
        assert self.case.state == state
        return self

    def refusals(self, role: Role, name: str, /, **given: object) -> list[str]:
        """The sentences against an action, which is possible here but refused."""
        return [guard.refusal for guard in self.against(role, name, **given)]

    def against(self, role: Role, name: str, /, **given: object) -> list[Guard]:
        """The guards against an action, which is possible here but refused."""
        action = Engine(self.workflow).find(name, self.case.state)
        values = load(action.fields, filled(action.fields, self.now, given), self.now)
        context = context_for(self.case, action, values, self.now, role=role, by=99)
        return [guard for guard in action.guards if guard.check(context) is not None]


Row = tuple[Callable[[], Story], Role, str, dict[str, object], object]
"""A case, a role, an action, its fields, and the state, the refusing guard or the error."""


def check_step(
    story: Story, role: Role, action: str, fields: Mapping[str, object], expected: object
) -> None:
    """One row of a table: it lands where it should, or it is refused and nothing has changed."""
    if isinstance(expected, str):
        assert story.act(role, action, **fields).case.state == expected
        return
    before = story.case
    if isinstance(expected, Guard):
        assert story.against(role, action, **fields) == [expected]
    error = Refused if isinstance(expected, Guard) else expected
    assert isinstance(error, type)
    with pytest.raises(error):
        story.act(role, action, **fields)
    assert story.case == before
