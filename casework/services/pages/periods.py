"""The roll-calls of a school's day: what holds, what will hold, what might be begun with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta

from sqlalchemy.orm import Session

from casework import clock
from casework.permissions import Actor, Permission
from casework.services.pages.forms import Option, as_is
from casework.services.pages.roll_units import school, schools
from casework.services.rolls import periods
from casework.services.rolls.shapes import NewPeriod
from casework.text import N_

UNIT_KINDS: Mapping[str, str] = {
    "class": N_("Classes"),
    "dormitory": N_("Dormitories"),
    "bus": N_("School buses"),
}
DAYS: Mapping[str, str] = {
    "school": N_("on school days"),
    "term": N_("on every day of the term"),
}
WEEKDAYS: Mapping[str, str] = {
    "1": N_("Mon"),
    "2": N_("Tue"),
    "3": N_("Wed"),
    "4": N_("Thu"),
    "5": N_("Fri"),
    "6": N_("Sat"),
    "7": N_("Sun"),
}


@dataclass(frozen=True, slots=True)
class PeriodLine:
    """One roll-call of the day."""

    id: int
    code: str
    name: str
    unit_kind: str
    bell: time
    days: str
    weekdays: str
    from_on: date
    until_on: date | None
    now: bool


@dataclass(frozen=True, slots=True)
class PeriodsPage:
    """The roll-calls of one school; ``keeps``: the actor may change them."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    lines: tuple[PeriodLine, ...]
    changed: PeriodLine | None
    proposed: tuple[NewPeriod, ...]
    keeps: bool
    today: date
    tomorrow: date


def periods_page(
    session: Session, actor: Actor, unit_id: int | None, change: int | None = None
) -> PeriodsPage:
    """The roll-calls of the school that is asked for, else the first one. Raises NotFound."""
    found = school(session, actor, Permission.ROLL_READ, unit_id)
    keeps, today = actor.can(Permission.CALENDAR_KEEP, found.path), clock.today()
    lines = tuple(
        PeriodLine(
            *(one.id, one.code, one.name, one.unit_kind, one.bell, one.days, one.weekdays),
            *(one.from_on, one.until_on),
            now=one.from_on <= today and (one.until_on is None or one.until_on >= today),
        )
        for one in periods.periods_of(session, found)
    )
    return PeriodsPage(
        unit_id=found.id,
        unit=found.name,
        units=tuple(
            Option(str(one.id), as_is(one.name))
            for one in schools(session, actor, Permission.ROLL_READ)
        ),
        lines=lines,
        changed=next((one for one in lines if one.id == change), None),
        proposed=periods.propose_defaults(session, actor, found.id) if keeps else (),
        keeps=keeps,
        today=today,
        tomorrow=today + timedelta(days=1),
    )
