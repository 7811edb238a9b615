"""Which kinds of documents a case offers somebody now, and which of them are due after a step."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.documents.catalogue import KINDS
from casework.documents.kinds import Kind, Level
from casework.models import Case, Document, Person, Unit
from casework.models.document import DROPPED, OPEN
from casework.permissions import Actor, Permission
from casework.services import steps
from casework.services.documents import people
from casework.services.documents.drafting import fits
from casework.services.documents.gathering.codes import codes
from casework.services.documents.kinds import made_from, templates_at
from casework.services.documents.reading import title_of
from casework.services.pages.audit_scope import acted_for_school
from casework.services.views import case_view
from casework.text import Text
from casework.workflows.case import CaseView, Record

SIDES = ("victim", "actor")
REPORTS = "emergency_report"
"""The kind of which each report of a case gets its own."""


@dataclass(frozen=True, slots=True)
class Offer:
    """One document that can be begun; ``due``: a step has been taken that asks for it.

    ``person_id`` and ``about`` name the pupil by code, where each side gets its own; ``seq`` is the
    report it is about; ``after`` are the steps that ask for the kind.
    """

    name: str
    title: Text
    due: bool
    person_id: int | None = None
    about: str = ""
    seq: int | None = None
    after: tuple[str, ...] = ()


def offers(session: Session, actor: Actor, case: Case) -> list[Offer]:
    """What the actor can begin in this case, what is due first."""
    if not actor.can(Permission.DOCUMENT_WRITE):
        return []
    fitting = [kind for kind in _known(session, case) if fits(kind, case)]
    writer = _Writer(session, actor, case)
    offered = [kind for kind in fitting if not kind.states or case.state in kind.states]
    own = [kind for kind in offered if writer.writes(kind)]
    if not own:
        return []
    view, made = case_view(session, case), _made(session, case)
    found = [one for kind in own for one in _of_kind(session, case, kind, view, made)]
    return sorted(found, key=lambda one: not one.due)


class _Writer:
    """Whether somebody writes a kind in one case; what all kinds share is asked once."""

    def __init__(self, session: Session, actor: Actor, case: Case) -> None:
        self._powers = steps.powers(session, actor, case)
        self._offices: dict[Level, Unit] = {}
        self._acted: bool | None = None
        self._of = (session, actor, case)

    def writes(self, kind: Kind) -> bool:
        session, actor, case = self._of
        if kind.level not in self._offices:
            self._offices[kind.level] = people.office_of(session, actor, kind, case.unit)
        scene = people.Scene(kind, self._offices[kind.level], case.unit, case)
        roles = scene.roles(kind.drafters)
        if not scene.of_bureau:
            return self._powers.standing(roles) is not None
        if people.at_unit(actor, roles, scene.office) is None:
            return False
        if self._acted is None:
            self._acted = acted_for_school(session, actor, case)
        return not (self._acted and people.against_school(scene))


def _known(session: Session, case: Case) -> list[Kind]:
    return [*KINDS.values(), *(made_from(row) for row in templates_at(session, case.unit))]


def _made(session: Session, case: Case) -> dict[str, list[Document]]:
    query = select(Document).where(Document.case_id == case.id, Document.state != DROPPED)
    found: dict[str, list[Document]] = {}
    for row in session.scalars(query.order_by(Document.id)):
        found.setdefault(row.kind, []).append(row)
    return found


def _of_kind(
    session: Session, case: Case, kind: Kind, view: CaseView, made: dict[str, list[Document]]
) -> Iterator[Offer]:
    rows, steps = made.get(kind.name, []), list(view.records(*kind.after)) if kind.after else []
    if kind.sides and _pupils(session, case):
        yield from _for_sides(session, case, kind, rows, steps)
    elif kind.name == REPORTS:
        done = {row.about_seq for row in rows}
        for step in steps:
            if step.seq not in done:
                yield Offer(kind.name, title_of(kind), True, seq=step.seq, after=kind.after)
        if not steps:
            yield Offer(kind.name, title_of(kind), False)
    elif not any(row.state in OPEN for row in rows):
        yield Offer(kind.name, title_of(kind), _due(steps, rows), after=kind.after)


def _for_sides(
    session: Session, case: Case, kind: Kind, rows: list[Document], steps: list[Record]
) -> Iterator[Offer]:
    """One for each pupil of the sides who has none yet."""
    coded = codes(session, case)
    for person in _pupils(session, case):
        own = [row for row in rows if row.person_id == person.id]
        if any(row.state in OPEN for row in own):
            continue
        due = bool(steps) and not own
        yield Offer(
            kind.name,
            title_of(kind),
            due,
            person_id=person.id,
            about=coded.of.get(person.id, ""),
            after=kind.after,
        )


def _pupils(session: Session, case: Case) -> list[Person]:
    query = select(Person).where(Person.case_id == case.id, Person.part.in_(SIDES))
    return list(session.scalars(query.order_by(Person.id)))


def _due(steps: list[Record], rows: list[Document]) -> bool:
    """A step that asks for the kind was taken, and none was begun since."""
    return bool(steps) and not any(row.created_at >= steps[-1].at for row in rows)
