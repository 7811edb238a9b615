"""The roll by which somebody is missing, and since when a case says that somebody is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import Session

from casework.models import Case, Period
from casework.services.rolls.ground import Place
from casework.services.views import case_view


@dataclass(frozen=True, slots=True)
class Called:
    """The roll by which somebody is missing."""

    place: Place
    period: Period
    bell_at: datetime
    known_at: datetime
    taken_at: datetime
    """When the roll was called that is saved now or, perhaps much later, corrected."""
    on: date


def missing_since(session: Session, case: Case) -> datetime:
    """When it was last known that the pupil of an open absence is missing."""
    if case.round == 1:
        return case.known_at
    began = case_view(session, case, links=False).last("miss_again", "reopen", this_round=True)
    return began.at if began is not None else case.known_at
