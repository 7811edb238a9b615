"""Crossing rules: what one case reveals opens a linked case of another type."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Person
from casework.permissions import SYSTEM
from casework.services import effects, references
from casework.services.actors import school_of
from casework.services.filing import NewCase, file_case
from casework.services.reported import NewPerson
from casework.workflows.case import Context
from casework.workflows.definition import Action, happened_at


def open_linked(session: Session, case: Case, action: Action, context: Context) -> list[Case]:
    """Open the linked cases that this action demands; the parent case stays as it is."""
    opened = []
    for crossing in action.crossings:
        if not crossing.when(context):
            continue
        report = NewCase(
            case_type=crossing.case_type,
            unit_id=case.unit_id,
            title=crossing.title,
            occurred_at=case.occurred_at,
            known_at=happened_at(action, context.fields, context.now),
            people=_people(session, case),
            fields=crossing.fields,
            source="crossing",
        )
        other = file_case(session, SYSTEM, report)
        effects.bind(session, case, other, "crossing")
        opened.append(other)
    return opened


def _people(session: Session, case: Case) -> list[NewPerson]:
    """Everybody named in the case, for whoever may not see it may not see the linked one either."""
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    home = school_of(session, case.unit).path
    return [
        NewPerson(row.name, row.part, row.class_id, _pupil(session, row, case, home), row.user_id)
        for row in rows
    ]


def _pupil(session: Session, person: Person, case: Case, home: str) -> int | None:
    """The pupil's roster entry, unless the pupil has left the school since."""
    if person.student_id is None:
        return None
    here = references.check_student(session, person.student_id, case.unit, home)
    return here.id if here else None
