"""The calendar of schools: terms, special periods, closures; who enters and changes them where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Closure, SpecialPeriod, Term, Unit
from casework.permissions import Actor, Permission
from casework.services.actors import ancestors
from casework.services.pages.forms import Option, as_is
from casework.services.school_days import CLOSABLE, sets_terms
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
class Line:
    """One entry; ``changes``: the actor may move its last day or, ``ahead``, take it back."""

    id: int
    name: str
    unit: str
    from_on: date
    until_on: date
    now: bool
    ahead: bool
    changes: bool
    kind: str = ""
    times: int = 0


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """What is in force for the actor's units, the newest first.

    ``units``: where one may enter a special period, ``term_units``: where a term, ``closable``:
    what one may close, of a whole county or ``within`` one of the ``schools``.
    """

    terms: tuple[Line, ...]
    special: tuple[Line, ...]
    closures: tuple[Line, ...]
    units: tuple[Option, ...]
    term_units: tuple[Option, ...]
    closable: tuple[Option, ...]
    schools: tuple[Option, ...]
    within: str
    today: date


def calendar_page(session: Session, actor: Actor, within: int | None = None) -> CalendarPage:
    """What reaches the actor's units from above, and what is entered below them."""
    concerns = _concerns(actor)
    units = _units(session, actor)
    terms = [one for one in units if sets_terms(actor, one.path)]
    schools = [one for one in terms if one.kind == "school"]
    school = next((one for one in schools if one.id == within), None)
    closable = _parts(session, school) if school else [u for u in terms if u.kind in CLOSABLE]
    return CalendarPage(
        terms=tuple(_lines(session, actor, _entered(Term, concerns))),
        special=tuple(_lines(session, actor, _entered(SpecialPeriod, concerns))),
        closures=tuple(_lines(session, actor, _entered(Closure, concerns))),
        units=_options(units),
        term_units=_options(terms),
        closable=_options(closable),
        schools=_options(schools),
        within=str(school.id) if school else "",
        today=clock.today(),
    )


def _lines(session: Session, actor: Actor, found: Select[Any]) -> Iterator[Line]:
    today = clock.today()
    for row, unit in session.execute(found):
        special = isinstance(row, SpecialPeriod)
        keeps = actor.can(Permission.CALENDAR_KEEP, unit.path) and sets_terms(actor, unit.path)
        yield Line(
            id=row.id,
            name=row.name,
            unit=unit.name,
            from_on=row.from_on,
            until_on=row.until_on,
            now=row.from_on <= today <= row.until_on,
            ahead=row.from_on > today,
            changes=keeps and row.until_on >= today,
            kind=KINDS[row.kind] if special else "",
            times=row.times if special else 0,
        )


def _entered(entity: type[Any], concerns: ColumnElement[bool]) -> Select[Any]:
    """The rows of one table with their units, the newest first."""
    query = select(entity, Unit).join(Unit, entity.unit_id == Unit.id).where(concerns)
    return query.order_by(entity.from_on.desc(), entity.id)


def _concerns(actor: Actor) -> ColumnElement[bool]:
    """The units whose calendar touches those of the actor."""
    paths = actor.paths(Permission.ZERO_READ)
    own = {ancestors(path)[-1] for path in paths}
    above = {one for path in paths for one in ancestors(path)} - own
    below = (Unit.path.startswith(path, autoescape=True) for path in paths)
    return or_(false(), *below, Unit.id.in_(above))


def _units(session: Session, actor: Actor) -> list[Unit]:
    """Where the actor may enter something: bureaus, districts and schools; the highest first."""
    paths: Sequence[str] = actor.paths(Permission.CALENDAR_KEEP)
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = select(Unit).where(inside, Unit.kind.in_(KEPT_BY)).order_by(Unit.path)
    return list(session.scalars(query))


def _parts(session: Session, school: Unit) -> Sequence[Unit]:
    """A school with its grades, classes, dormitories and buses."""
    inside = Unit.path.startswith(school.path, autoescape=True)
    query = select(Unit).where(inside, Unit.kind.in_(CLOSABLE)).order_by(Unit.path)
    return session.scalars(query).all()


def _options(units: Iterable[Unit]) -> tuple[Option, ...]:
    return tuple(Option(str(unit.id), as_is(unit.name)) for unit in units)
