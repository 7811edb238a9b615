"""Crossing rules: what one case reveals opens a linked case of another type."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.models import Case
from casework.permissions import SYSTEM
from casework.services import effects
from casework.services.filing import NewCase, file_case
from casework.services.handling import scene_of
from casework.services.people_of import people_of
from casework.workflows.acts import happened_at
from casework.workflows.case import Context
from casework.workflows.definition import Action


def open_linked(session: Session, case: Case, action: Action, context: Context) -> list[Case]:
    """Open the linked cases that this action demands; the parent case stays as it is."""
    opened = []
    for crossing in action.crossings:
        if not crossing.when(context):
            continue
        report = NewCase(
            case_type=crossing.case_type,
            unit_id=scene_of(session, case).id,
            handled_by=case.unit_id,
            title=crossing.title,
            occurred_at=case.occurred_at,
            known_at=happened_at(action, context.fields, context.now),
            people=people_of(session, case),
            fields=crossing.fields,
            source="crossing",
        )
        other = file_case(session, SYSTEM, report)
        effects.bind(session, case, other, "crossing")
        opened.append(other)
    return opened
