"""Terms and special periods of schools, entered by their bureau.

A school may give itself more to attest, a special period, but no term: its own term replaces that
of its bureau, and with it every roll and attestation that the bureau expects.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotAllowed, NotFound
from casework.models import SpecialPeriod, Term, Unit
from casework.models.special_period import KINDS
from casework.permissions import BUREAU_ROLES, PERMISSIONS, SYSTEM, Actor, Permission, Role
from casework.services import accounts_log
from casework.services.zero_reports import expecting
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

BACKWARDS = N_("The last day lies before the first one.")
OVERLAPS = N_("This unit already has a term in these days: %(name)s.")
NO_KIND = N_("There is no such kind; there are %(kinds)s.")
TIMES = N_("Once or twice a day.")
BY_BUREAU = N_("The terms of a school are entered by its bureau.")
LONGEST = 400
KEEPERS = {role for role, held in PERMISSIONS.items() if Permission.CALENDAR_KEEP in held}


def add_term(
    session: Session, actor: Actor, unit_id: int, name: str, from_on: date, until_on: date
) -> Term:
    """Enter a term; what today owes by it is expected at once.

    Raises NotFound, NotAllowed for a school's own people, Invalid.
    """
    unit = _unit(session, actor, unit_id)
    if not sets_terms(actor, unit.path):
        raise NotAllowed(Text(BY_BUREAU))
    words = _checked(name, from_on, until_on)
    for term in session.scalars(select(Term).where(Term.unit_id == unit.id)):
        if term.from_on <= until_on and from_on <= term.until_on:
            raise Invalid({"from_on": [Text(OVERLAPS, {"name": term.name})]})
    term = Term(unit_id=unit.id, name=words, from_on=from_on, until_on=until_on)
    session.add(term)
    session.flush()
    _note(session, actor, unit, "term_entered", from_on, until_on)
    expecting.expect(session, clock.today())
    return term


def sets_terms(actor: Actor, path: str) -> bool:
    """True for a bureau above the unit at a path."""
    above = (post.powers in BUREAU_ROLES for post in actor.posts_at(path))
    return actor is SYSTEM or any(above)


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
    unit = _unit(session, actor, unit_id)
    words = _checked(name, from_on, until_on)
    if kind not in KINDS:
        raise Invalid({"kind": [Text(NO_KIND, {"kinds": ", ".join(KINDS)})]})
    if times not in (1, 2):
        raise Invalid({"times": [Text(TIMES)]})
    period = SpecialPeriod(
        unit_id=unit.id, kind=kind, name=words, from_on=from_on, until_on=until_on, times=times
    )
    session.add(period)
    session.flush()
    _note(session, actor, unit, "special_period_entered", from_on, until_on)
    expecting.expect(session, clock.today())
    return period


def in_reach(session: Session, actor: Actor) -> tuple[Sequence[Term], Sequence[SpecialPeriod]]:
    """The terms and special periods of the actor's units, the newest first."""
    paths = actor.paths(Permission.ZERO_READ)
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    terms = select(Term).join(Unit, Term.unit_id == Unit.id).where(inside)
    special = select(SpecialPeriod).join(Unit, SpecialPeriod.unit_id == Unit.id).where(inside)
    if not paths:
        return [], []
    return (
        session.scalars(terms.order_by(Term.from_on.desc(), Term.id)).all(),
        session.scalars(special.order_by(SpecialPeriod.from_on.desc(), SpecialPeriod.id)).all(),
    )


def _unit(session: Session, actor: Actor, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id)
    if unit is None or not (actor is SYSTEM or actor.can(Permission.CALENDAR_KEEP, unit.path)):
        raise NotFound
    return unit


def _checked(name: str, from_on: date, until_on: date) -> str:
    errors: dict[str, list[Text]] = {}
    words = checked_text("name", name)
    if not words:
        errors["name"] = [Text(REQUIRED)]
    if until_on < from_on or (until_on - from_on).days > LONGEST:
        errors["until_on"] = [Text(BACKWARDS)]
    if errors:
        raise Invalid(errors)
    return words


def _note(
    session: Session, actor: Actor, unit: Unit, action: str, from_on: date, until_on: date
) -> None:
    data = {"from_on": from_on.isoformat(), "until_on": until_on.isoformat()}
    posts = [post for post in actor.posts_at(unit.path) if post.role in KEEPERS]
    role = posts[0].own if posts else Role.SYSTEM
    accounts_log.note(session, actor, unit.path, action, data, role)
