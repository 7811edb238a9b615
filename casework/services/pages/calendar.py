"""The calendar of schools: terms and special periods, who may enter them and where."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import SpecialPeriod, Term, Unit
from casework.permissions import Actor, Permission
from casework.services.actors import ancestors
from casework.services.pages.forms import Option, as_is
from casework.services.school_days import sets_terms
from casework.text import N_

KINDS: Mapping[str, str] = {
    "exam": N_("Examinations"),
    "flood": N_("Flood season"),
    "sensitive": N_("Sensitive days"),
    "duty": N_("Days on duty"),
}
"""Every kind of special period in words."""
KEPT_BY = ("city_bureau", "county_bureau", "district", "school")
"""The kinds of units that have a calendar."""


@dataclass(frozen=True, slots=True)
class TermLine:
    """One term; ``above``: it comes from a bureau above the actor's units."""

    name: str
    unit: str
    from_on: date
    until_on: date
    now: bool
    above: bool


@dataclass(frozen=True, slots=True)
class SpecialLine:
    """One special period."""

    name: str
    kind: str
    unit: str
    from_on: date
    until_on: date
    times: int
    now: bool


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """What is in force for the actor's units, the newest first.

    ``units``: where one may enter a special period, ``term_units``: where a term.
    """

    terms: tuple[TermLine, ...]
    special: tuple[SpecialLine, ...]
    units: tuple[Option, ...]
    term_units: tuple[Option, ...]
    today: date


def calendar_page(session: Session, actor: Actor) -> CalendarPage:
    """The terms and special periods that reach the actor's units from above, and those below."""
    today, reach = clock.today(), _Reach(actor)
    units = _units(session, actor)
    terms = select(Term, Unit).join(Unit, Term.unit_id == Unit.id).where(reach.concerns())
    special = (
        select(SpecialPeriod, Unit)
        .join(Unit, SpecialPeriod.unit_id == Unit.id)
        .where(reach.concerns())
    )
    return CalendarPage(
        terms=tuple(
            TermLine(
                term.name,
                unit.name,
                term.from_on,
                term.until_on,
                now=term.from_on <= today <= term.until_on,
                above=unit.id in reach.above,
            )
            for term, unit in session.execute(terms.order_by(Term.from_on.desc(), Term.id))
        ),
        special=tuple(
            SpecialLine(
                *(one.name, KINDS[one.kind], unit.name, one.from_on, one.until_on, one.times),
                now=one.from_on <= today <= one.until_on,
            )
            for one, unit in session.execute(
                special.order_by(SpecialPeriod.from_on.desc(), SpecialPeriod.id)
            )
        ),
        units=_options(units),
        term_units=_options(one for one in units if sets_terms(actor, one.path)),
        today=today,
    )


class _Reach:
    """The actor's places, and the places above them whose calendar holds there, too."""

    def __init__(self, actor: Actor) -> None:
        self.paths = actor.paths(Permission.ZERO_READ)
        own = {ancestors(path)[-1] for path in self.paths}
        self.above = {one for path in self.paths for one in ancestors(path)} - own

    def concerns(self) -> ColumnElement[bool]:
        """The units whose calendar touches those of the actor."""
        below = (Unit.path.startswith(path, autoescape=True) for path in self.paths)
        return or_(false(), *below, Unit.id.in_(self.above))


def _units(session: Session, actor: Actor) -> list[Unit]:
    """Where the actor may enter something: bureaus, districts and schools; the highest first."""
    paths: Sequence[str] = actor.paths(Permission.CALENDAR_KEEP)
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = select(Unit).where(inside, Unit.kind.in_(KEPT_BY)).order_by(Unit.path)
    return list(session.scalars(query))


def _options(units: Iterable[Unit]) -> tuple[Option, ...]:
    return tuple(Option(str(unit.id), as_is(unit.name)) for unit in units)
