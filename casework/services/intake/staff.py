"""Whether a report may be shown to the school: only when nobody of its staff is part of it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Membership, Unit, User
from casework.services.actors import school_of
from casework.services.intake.settings import settings, squeezed

YES, NO, UNKNOWN = "yes", "no", "unknown"
SHORTEST = 2
"""A name of one letter is in every text."""


def involved(session: Session, unit: Unit, said: str, text: str) -> str:
    """Yes, no or not known. "No" stays only while the words speak of nobody of the staff."""
    if said == YES:
        return YES
    if said != NO or settings().staff.found_in(text) or _names(session, unit, text):
        return UNKNOWN
    return NO


def _names(session: Session, unit: Unit, text: str) -> bool:
    """True when somebody who has ever held a post at the school is called by name."""
    school, close = school_of(session, unit), squeezed(text)
    query = (
        select(User.name)
        .join(Membership, Membership.user_id == User.id)
        .join(Unit, Unit.id == Membership.unit_id)
        .where(Unit.path.startswith(school.path, autoescape=True))
        .distinct()
    )
    names = (squeezed(name) for name in session.scalars(query))
    return any(len(name) >= SHORTEST and name in close for name in names)
