"""Keeps the illness that an absence turned out to be, and has it counted."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, SickMark
from casework.services.clusters.spells import places_of
from casework.services.clusters.watching import check
from casework.services.handling import scene_of
from casework.workflows.case import Context
from casework.workflows.definition import Action, Effect
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

LONGEST = timedelta(days=30)
"""An illness said to be older is a typing error or chronic: no outbreak is found by it."""


def count_illness(session: Session, case: Case, action: Action, context: Context) -> list[Case]:
    """Count the illness at its class and dormitory, if the action tells of one.

    What went past the school opens nothing there: the school must not learn of it from here.
    """
    if Effect.COUNT_ILLNESS not in action.effects or case.source == PAST_SCHOOL:
        return []
    day = (case.occurred_at or case.known_at).astimezone(LOCAL).date()
    first = _onset(context.value("onset_on"), day)
    pupils = [one.student_id for one in context.case.parts("absent") if one.student_id]
    symptoms = _symptoms(context)
    places = _named(context) | places_of(session, pupils, first, day)
    places = places or {scene_of(session, case).id}
    session.add_all(
        SickMark(
            case_id=case.id,
            student_id=pupils[0] if pupils else None,
            unit_id=place,
            from_on=first,
            until_on=day,
            symptoms=symptoms,
        )
        for place in sorted(places)
    )
    session.flush()
    return check(session, places, first, context.now, day)


def _onset(said: object, day: date) -> date:
    """Since when the pupil is ill: what was said, if it can be, else the day of the absence."""
    return said if isinstance(said, date) and day - LONGEST <= said <= day else day


def _symptoms(context: Context) -> list[str]:
    told = context.value("symptoms")
    found = [str(one) for one in told] if isinstance(told, list | tuple) else []
    return [*found, "shared_meals"] if context.value("shared_meals") is True else found


def _named(context: Context) -> set[int]:
    """The class and dormitory that were named, besides those on the rosters."""
    given = (context.value("class_id"), context.value("dormitory_id"))
    return {one for one in given if isinstance(one, int)}
