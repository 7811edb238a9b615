"""The people of a case, as a report that is to name them again."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Person
from casework.services import references
from casework.services.actors import school_of
from casework.services.handling import scene_of
from casework.services.reported import NewPerson


def people_of(session: Session, case: Case) -> list[NewPerson]:
    """Everybody named in the case, for whoever may not see it may not see the linked one either."""
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    scene = scene_of(session, case)
    home = school_of(session, scene).path
    found = []
    for row in rows:
        here = row.student_id and references.check_student(session, row.student_id, scene, home)
        pupil = here.id if here else None  # a pupil who has left since keeps the name only
        found.append(NewPerson(row.name, row.part, row.class_id, pupil, row.user_id))
    return found
