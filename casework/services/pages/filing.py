"""The filing form: what can be filed, where, and whom one can name by a tap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Student, Unit
from casework.permissions import PERMISSIONS, Actor, Permission, Role
from casework.services.actors import holders
from casework.services.pages import danger, labels
from casework.services.pages.forms import Entry, Option, plain_entries
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

ABOUT: Mapping[str, str] = {
    "bullying": N_("Hitting, insults, extortion, exclusion or humiliation online among pupils."),
    "absence": N_("A pupil is not where he or she should be and nobody knows why."),
    "emergency": N_("Somebody is hurt or in danger: accident, fire, illness, violence, traffic."),
    "opinion": N_("Something about the school is spreading online or in the press."),
}
PARTS: Mapping[str, tuple[str, ...]] = {
    "bullying": ("victim", "actor", "witness"),
    "absence": ("absent",),
    "emergency": ("injured", "witness", "actor"),
    "opinion": ("victim", "witness"),
}
OTHERS = ("victim", "actor", "witness", "injured", "absent", "staff", "reporter")
PICKED = frozenset({"student_id"})
"""Fields that the class list answers: the pupil is tapped, not typed as a number."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of case with a line that explains it."""

    case_type: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Place:
    """A unit one may file for."""

    id: int
    name: str
    kind: str
    depth: int


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil of the chosen class."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class FilingPage:
    """The form for one kind of case at one unit."""

    case_type: str
    title: str
    about: str
    unit_id: int | None
    unit: str
    places: tuple[Place, ...]
    pupils: tuple[Pupil, ...]
    parts: tuple[Option, ...]
    other_parts: tuple[Option, ...]
    fields: tuple[Entry, ...]
    danger_words: tuple[str, ...]
    danger_answers: tuple[str, ...]
    danger_figures: tuple[str, ...]
    danger_always: bool
    principal: str
    now: datetime


def kinds() -> tuple[Kind, ...]:
    """The kinds of case, each with its explanation."""
    return tuple(Kind(w.case_type, w.title, ABOUT.get(w.case_type, "")) for w in WORKFLOWS.values())


def filing_page(
    session: Session, actor: Actor, case_type: str, unit_id: int | None = None
) -> FilingPage:
    """The form, at the actor's own class when no unit is chosen. Raises NotFound: no such kind."""
    workflow = WORKFLOWS.get(case_type)
    if workflow is None:
        raise NotFound
    places = _places(session, actor)
    chosen = next((p for p in places if p.id == unit_id), None) or _own(actor, places)
    return FilingPage(
        case_type=case_type,
        title=workflow.title,
        about=ABOUT.get(case_type, ""),
        unit_id=chosen.id if chosen else None,
        unit=chosen.name if chosen else "",
        places=places,
        pupils=_pupils(session, chosen),
        parts=_parts(PARTS.get(case_type, OTHERS)),
        other_parts=_parts(OTHERS),
        fields=plain_entries([f for f in workflow.filing if f.name not in PICKED]),
        danger_words=danger.WORDS,
        danger_answers=danger.marks(),
        danger_figures=danger.FIGURES,
        danger_always=case_type in danger.ALWAYS,
        principal=principal_of(session, chosen.id) if chosen else "",
        now=time.now(),
    )


def principal_of(session: Session, unit_id: int) -> str:
    """The name of the principal of the school around a unit, empty when nobody holds the post."""
    unit = session.get_one(Unit, unit_id)
    return "、".join(user.name for user in holders(session, Role.PRINCIPAL, unit, time.today()))


def _parts(names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(name, Text(labels.PARTS[name])) for name in names)


def _places(session: Session, actor: Actor) -> tuple[Place, ...]:
    """The units the actor may file for: everything at home; for a bureau, its schools."""
    filing = [p for p in actor.posts if Permission.CASE_FILE in PERMISSIONS[p.role]]
    inside = [
        Unit.path.startswith(post.home, autoescape=True)
        for post in filing
        if _in_school(post.unit_kind)
    ]
    below = [
        Unit.path.startswith(post.path, autoescape=True) & Unit.kind.in_(("school", post.unit_kind))
        for post in filing
        if not _in_school(post.unit_kind)
    ]
    if not (inside or below):
        return ()
    query = select(Unit).where(or_(*inside, *below)).order_by(Unit.path)
    units = list(session.scalars(query))
    least = min(unit.path.count("/") for unit in units)
    return tuple(
        Place(unit.id, unit.name, unit.kind, unit.path.count("/") - least) for unit in units
    )


def _in_school(kind: str) -> bool:
    return kind not in {"city_bureau", "county_bureau", "district"}


def _own(actor: Actor, places: tuple[Place, ...]) -> Place | None:
    """The actor's own class, else the own unit, else the first that is offered."""
    own = {post.unit_id for post in actor.posts}
    mine = [place for place in places if place.id in own]
    classes = [place for place in mine if place.kind == "class"]
    return next(iter((*classes, *mine, *places)), None)


def _pupils(session: Session, place: Place | None) -> tuple[Pupil, ...]:
    if place is None:
        return ()
    query = (
        select(Student)
        .where(Student.unit_id == place.id, Student.left_on.is_(None))
        .order_by(Student.code)
    )
    return tuple(Pupil(row.id, row.name) for row in session.scalars(query))
