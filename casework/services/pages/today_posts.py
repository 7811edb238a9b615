"""Who is not there, who answers instead, and what one stands in for oneself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Away, Membership, Shift, Unit, User
from casework.permissions import ROLE_LABELS, Actor, Role
from casework.services.actors import away_at, gone, holders, in_force
from casework.services.pages.case_filters import Filters, as_args
from casework.services.pages.school import vacancies_of
from casework.services.standins import BELOW, present
from casework.text import N_, Text

COVERED = N_("%(names)s stands in")
UNCOVERED = N_("Nobody stands in; the next post above answers.")
VACANT = N_("Vacant; the next post above answers.")
ON_DUTY = N_("You are on duty today at %(unit)s until %(until)s.")
ON_DUTY_ALWAYS = N_("You are on duty today at %(unit)s.")
STANDING_IN = N_("You stand in for: %(role)s at %(unit)s.")


@dataclass(frozen=True, slots=True)
class PostState:
    """One post whose holder is not at the desk, and who answers for it."""

    role: str
    unit: str
    name: str
    until_at: datetime | None
    covered: Text


@dataclass(frozen=True, slots=True)
class Superior:
    """One class under a head of grade: its teachers, whether they are there, its open cases."""

    name: str
    teachers: tuple[str, ...]
    there: bool
    open: int
    args: Mapping[str, str]


def standing_in(session: Session, actor: Actor) -> tuple[Text, ...]:
    """What the actor is now besides the own posts: on duty, or in somebody's place."""
    now = clock.now()
    units = {p.unit_id: session.get_one(Unit, p.unit_id) for p in actor.posts if p.unit_id}
    found = []
    for post in actor.posts:
        unit = units[post.unit_id]
        if post.role is Role.DUTY:
            found.append(_duty(session, actor, unit, now))
        elif post.held_as is not None:
            found.append(_stands_in(post.role, unit))
        found += [
            _stands_in(above, unit)
            for above, below in BELOW.items()
            if post.role is below and _empty(session, above, unit, now)
        ]
    return tuple({str(one): one for one in found}.values())


def posts_open(session: Session, school: Unit) -> tuple[PostState, ...]:
    """The posts of a school that are vacant, then those whose holders are away."""
    vacant = [
        PostState(one.role, one.unit, "", None, Text(VACANT))
        for one in vacancies_of(session, school)
    ]
    return (*vacant, *_away(session, school, clock.now()))


def classes_of(
    session: Session, grade: Unit, count: Callable[[Filters], int]
) -> tuple[Superior, ...]:
    """The classes of a grade, each with its teachers and its open cases."""
    now = clock.now()
    below = (Unit.path.startswith(grade.path, autoescape=True), Unit.kind == "class")
    found = []
    for unit in session.scalars(select(Unit).where(*below).order_by(Unit.path)):
        here = [u for u in present(session, Role.TEACHER, unit, now) if u]
        own = holders(session, Role.TEACHER, unit, now.astimezone(LOCAL).date())
        wanted = Filters(unit_id=unit.id)
        found.append(
            Superior(
                unit.name,
                tuple(user.name for user in here or own),
                bool(here),
                count(wanted),
                as_args(wanted),
            )
        )
    return tuple(found)


def _away(session: Session, school: Unit, now: datetime) -> Iterator[PostState]:
    query = (
        select(User.name, Membership.role, Unit, Away)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .join(Away, Away.user_id == User.id)
        .where(
            Unit.path.startswith(school.path, autoescape=True),
            User.disabled_at.is_(None),
            *in_force(now.astimezone(LOCAL).date()),
            *gone(now),
        )
        .order_by(Unit.path, User.id, Membership.id)
    )
    for name, role, unit, away in session.execute(query):
        others = [user.name for user in present(session, Role(role), unit, now)]
        covered = Text(COVERED, {"names": others}) if others else Text(UNCOVERED)
        yield PostState(ROLE_LABELS[role], unit.name, name, away.until_at, covered)


def _duty(session: Session, actor: Actor, unit: Unit, now: datetime) -> Text:
    """The turn of duty that runs; a lasting post of duty has none."""
    runs = (Shift.from_at <= now, Shift.until_at > now, Shift.unit_id == unit.id)
    query = select(Shift.until_at).where(Shift.user_id == actor.user_id, *runs)
    until = session.scalar(query.order_by(Shift.until_at.desc()).limit(1))
    if until is None:
        return Text(ON_DUTY_ALWAYS, {"unit": unit.name})
    said = f"{until.astimezone(LOCAL):%m-%d %H:%M}"
    return Text(ON_DUTY, {"unit": unit.name, "until": said})


def _stands_in(role: Role, unit: Unit) -> Text:
    return Text(STANDING_IN, {"role": Text(ROLE_LABELS[role]), "unit": unit.name})


def _empty(session: Session, role: Role, unit: Unit, now: datetime) -> bool:
    """True when nobody holds the post, or whoever holds it is away."""
    people = {user.id for user in holders(session, role, unit, now.astimezone(LOCAL).date())}
    return people <= set(away_at(session, now))
