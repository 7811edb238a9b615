"""A roll that came in late searches for nobody who was found while it waited for the network."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Person
from casework.permissions import Role
from casework.services import timeline
from casework.services.locking import NO_KEY
from casework.services.rolls.called import Called
from casework.services.rolls.roster import ABSENCE, ABSENT
from casework.services.views import case_view
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

WAITED = timedelta(minutes=2)
"""A roll that came in sooner after it was called has waited for nothing."""
DAY = timedelta(days=1)


def settled(
    session: Session, student_ids: Iterable[int], called: Called, at: datetime
) -> dict[int, Case]:
    """The absences of this very day that ended after the roll was called, by pupil.

    Only of the same day: who was missing yesterday, too, is rather sought twice than not at all.
    """
    ids = list(student_ids)
    if not ids or at - called.taken_at <= WAITED:
        return {}
    begins = datetime.combine(called.on, time.min, LOCAL)
    query = (
        select(Person.student_id, Case)
        .join(Case, Person.case_id == Case.id)
        .where(Person.part == ABSENT, Person.student_id.in_(ids))
        .where(Case.case_type == ABSENCE, Case.final.is_(True), Case.source != PAST_SCHOOL)
        .where(Case.known_at >= begins, Case.known_at < begins + DAY)
        .order_by(Case.id)
    )
    found = ((student or 0, case) for student, case in session.execute(query).all())
    return {student: case for student, case in found if _ended(session, case) > called.taken_at}


def note(session: Session, case: Case, called: Called, at: datetime) -> bool:
    """Say in the ended absence that this roll missed the pupil, too; False if it is open again."""
    session.refresh(case, with_for_update={"of": Case, **NO_KEY})
    if not case.final:
        return False
    data = {
        "unit": called.place.unit.code,
        "on": called.on,
        "period": called.period.code,
        "bell_at": called.bell_at,
        "taken_at": called.taken_at,
    }
    entry = timeline.Entry(at, "missed_before", None, Role.SYSTEM, data=timeline.plain(data))
    timeline.append(session, case, entry)
    return True


def _ended(session: Session, case: Case) -> datetime:
    entered = case_view(session, case, links=False).entered(case.state)
    return entered or case.filed_at
