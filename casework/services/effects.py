"""What an action changes on the case besides its state: one function an effect."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session

from casework.models import Case, Link
from casework.permissions import SYSTEM
from casework.services import extending, handling, merging
from casework.services.scope import load_case
from casework.services.views import linked_cases
from casework.workflows.case import Context
from casework.workflows.definition import Effect, FieldType, Workflow


def apply(
    session: Session, case: Case, workflow: Workflow, effects: tuple[Effect, ...], context: Context
) -> None:
    """Apply the effects of an action in order."""
    for effect in effects:
        if effect not in AFTERWARDS:
            _EFFECTS[effect](session, case, workflow, context)


def bind(session: Session, case: Case, other: Case, kind: str) -> None:
    """Link two cases once."""
    low, high = sorted((case.id, other.id))
    exists = session.query(Link).filter_by(case_id=low, other_id=high).first()
    if exists is None:
        session.add(Link(case_id=low, other_id=high, kind=kind))
        session.flush()


def _receive(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    case.received_at = case.received_at or context.now


def _raise_level(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    case.level = min(4, case.level + 1)


def _new_round(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    case.round += 1


def _know_earlier(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    case.known_at = min(case.known_at, cast("datetime", context.fields["learned_at"]))


def _amend(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    fields = context.fields
    if fields["field"] == "occurred_at":
        case.occurred_at = cast("datetime", fields["new_time"])
    elif fields["field"] in {"title", "narrative"} and fields.get("new"):
        setattr(case, str(fields["field"]), str(fields["new"]))


def _other_cases(session: Session, workflow: Workflow, context: Context) -> list[Case]:
    action = workflow.action(context.action)
    fields = action.fields if action else ()
    return [
        load_case(session, SYSTEM, str(context.fields[field.name]), lock=True)
        for field in fields
        if field.type is FieldType.CASE and context.fields.get(field.name)
    ]


def _link(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    for other in _other_cases(session, workflow, context):
        bind(session, case, other, context.action)


def _merge(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    for other in _other_cases(session, workflow, context):
        for bound in linked_cases(session, case.id):
            if bound.id != other.id:
                bind(session, bound, other, "merged")
        bind(session, case, other, "merged")
        other.level = max(other.level, case.level)
        merging.move_clocks(session, case, other, context.now)


def _reassign(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    handling.reassign(session, case, context)


def _take_over(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    handling.take_over(session, case, context)


def _extend(session: Session, case: Case, workflow: Workflow, context: Context) -> None:
    extending.extend(session, case, context)


AFTERWARDS = frozenset({Effect.RETYPE, Effect.COUNT_ILLNESS})
"""Effects that file a case of their own, once the step itself stands on the timeline."""

_EFFECTS: dict[Effect, Callable[[Session, Case, Workflow, Context], None]] = {
    Effect.RECEIVE: _receive,
    Effect.RAISE_LEVEL: _raise_level,
    Effect.NEW_ROUND: _new_round,
    Effect.KNOW_EARLIER: _know_earlier,
    Effect.AMEND: _amend,
    Effect.LINK: _link,
    Effect.MERGE: _merge,
    Effect.REASSIGN: _reassign,
    Effect.TAKE_OVER: _take_over,
    Effect.EXTEND: _extend,
}
