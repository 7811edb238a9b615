"""Terms, special periods and days on which somebody is closed, entered by the bureau.

A school may give itself more to attest, a special period, but no term: its own term replaces that
of its bureau, and with it every roll and attestation that the bureau expects. Nor does it close
itself. What is entered asks for nothing that was due before.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import Closure, SpecialPeriod, Term, Unit
from casework.models.special_period import KINDS
from casework.permissions import BUREAU_ROLES, PERMISSIONS, SYSTEM, Actor, Permission, Role
from casework.services import accounts_log
from casework.services.rolls import words
from casework.services.zero_reports import expecting
from casework.text import N_, Text

BACKWARDS = N_("The last day lies before the first one.")
TOO_LONG = N_("At most %(days)s days at once.")
OVERLAPS = N_("This unit already has a term in these days: %(name)s.")
NO_KIND = N_("There is no such kind; there are %(kinds)s.")
TIMES = N_("Once or twice a day.")
BY_BUREAU = N_("The terms of a school are entered by its bureau.")
CLOSED_BY_BUREAU = N_("Only its bureau enters that a school or a class is closed.")
PAST = N_("Past days stay as they were: choose a day from %(first)s on.")
ALREADY_CLOSED = N_("It is entered as closed in these days already: %(name)s.")
LONGEST = 400
LONGEST_CLOSED = 120
CLOSABLE = ("county_bureau", "district", "school", "grade", "class", "dormitory", "bus")
NOT_CLOSABLE = N_("A county, a school or a part of it is closed.")
KEEPERS = {role for role, held in PERMISSIONS.items() if Permission.CALENDAR_KEEP in held}


def add_term(
    session: Session, actor: Actor, unit_id: int, name: str, from_on: date, until_on: date
) -> Term:
    """Enter a term; what today still owes by it is expected at once.

    Raises NotFound, NotAllowed for a school's own people, Invalid.
    """
    unit = unit_of(session, actor, unit_id)
    if not sets_terms(actor, unit.path):
        raise NotAllowed(Text(BY_BUREAU))
    said = _checked(name, from_on, until_on)
    demand_free(session, unit.id, from_on, until_on)
    term = Term(unit_id=unit.id, name=said, from_on=from_on, until_on=until_on, set_at=clock.now())
    session.add(term)
    session.flush()
    note(session, actor, unit, "term_entered", _days(term))
    expecting.expect(session, clock.today())
    return term


def add_special(
    session: Session,
    actor: Actor,
    unit_id: int,
    kind: str,
    name: str,
    from_on: date,
    until_on: date,
    times: int,
) -> SpecialPeriod:
    """Enter a special period. Raises NotFound, Invalid."""
    unit = unit_of(session, actor, unit_id)
    said = _checked(name, from_on, until_on)
    if kind not in KINDS:
        raise Invalid({"kind": [Text(NO_KIND, {"kinds": ", ".join(KINDS)})]})
    if times not in (1, 2):
        raise Invalid({"times": [Text(TIMES)]})
    period = SpecialPeriod(
        unit_id=unit.id,
        kind=kind,
        name=said,
        from_on=from_on,
        until_on=until_on,
        times=times,
        set_at=clock.now(),
    )
    session.add(period)
    session.flush()
    note(session, actor, unit, "special_period_entered", _days(period))
    expecting.expect(session, clock.today())
    return period


def add_closure(
    session: Session, actor: Actor, unit_id: int, name: str, from_on: date, until_on: date
) -> Closure:
    """Enter that a unit is closed (停课), from today on; bells that have rung stay owed.

    What the day was to attest when it began is still attested. Raises NotFound, NotAllowed for a
    school's own people, Invalid.
    """
    unit = unit_of(session, actor, unit_id)
    if not sets_terms(actor, unit.path):
        raise NotAllowed(Text(CLOSED_BY_BUREAU))
    errors: words.Errors = {}
    if unit.kind not in CLOSABLE:
        errors["unit"] = [Text(NOT_CLOSABLE)]
    if from_on < clock.today():
        errors["from_on"] = [Text(PAST, {"first": clock.today().isoformat()})]
    words.demand(errors)
    said = _checked(name, from_on, until_on, most=LONGEST_CLOSED)
    same = (Closure.from_on <= until_on, Closure.until_on >= from_on)
    there = session.scalar(select(Closure.name).where(Closure.unit_id == unit.id, *same))
    if there is not None:
        raise Invalid({"from_on": [Text(ALREADY_CLOSED, {"name": there})]})
    closure = Closure(
        unit_id=unit.id, name=said, from_on=from_on, until_on=until_on, set_at=clock.now()
    )
    session.add(closure)
    session.flush()
    note(session, actor, unit, "closure_entered", _days(closure))
    return closure


def sets_terms(actor: Actor, path: str) -> bool:
    """True for a bureau above the unit at a path."""
    above = (post.powers in BUREAU_ROLES for post in actor.posts_at(path))
    return actor is SYSTEM or any(above)


def unit_of(session: Session, actor: Actor, unit_id: int) -> Unit:
    """The unit whose calendar the actor keeps. Raises NotFound."""
    unit = session.get(Unit, unit_id)
    if unit is None or not (actor is SYSTEM or actor.can(Permission.CALENDAR_KEEP, unit.path)):
        raise NotFound
    return unit


def demand_free(
    session: Session, unit_id: int, from_on: date, until_on: date, but: int | None = None
) -> None:
    """Raise Invalid if the unit has another term in these days."""
    for term in session.scalars(select(Term).where(Term.unit_id == unit_id)):
        if term.id != but and term.from_on <= until_on and from_on <= term.until_on:
            raise Invalid({"from_on": [Text(OVERLAPS, {"name": term.name})]})


def note(
    session: Session,
    actor: Actor,
    unit: Unit,
    action: str,
    data: Mapping[str, object],
    why: str = "",
) -> None:
    """Write what was entered onto the chain of the unit."""
    posts = [post for post in actor.posts_at(unit.path) if post.role in KEEPERS]
    role = posts[0].own if posts else Role.SYSTEM
    private = {"reason": why} if why else None
    accounts_log.note(session, actor, unit.path, action, data, role, private)


def _checked(name: str, from_on: date, until_on: date, most: int = LONGEST) -> str:
    errors: words.Errors = {}
    said = words.spoken(errors, "name", name)
    if until_on < from_on:
        errors["until_on"] = [Text(BACKWARDS)]
    elif (until_on - from_on).days >= most:
        errors["until_on"] = [Text(TOO_LONG, {"days": most})]
    words.demand(errors)
    return said


def _days(row: Term | SpecialPeriod | Closure) -> dict[str, object]:
    return {"from_on": row.from_on.isoformat(), "until_on": row.until_on.isoformat()}
