"""Documents as pages show them: the part of a case, one document, the list, what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.documents.catalogue import KINDS
from casework.models import Case, Document, Person, Unit, User
from casework.models.document import ISSUED, LASTING, OPEN, REVIEW, WITHDRAWN
from casework.permissions import BUREAU_KINDS, ROLE_LABELS, Actor, Permission
from casework.services import timeline
from casework.services.actors import ancestors
from casework.services.documents import delivering, detail, issuing, offering, reading, wording
from casework.services.documents.detail import Detail
from casework.services.documents.gathering.codes import codes
from casework.services.documents.offering import Offer
from casework.services.documents.press import Press
from casework.services.documents.reading import DocumentLine, Wanted
from casework.services.documents.recording import KIND
from casework.services.pages import labels
from casework.services.pages.forms import Option, as_is
from casework.text import N_, Text

FILTERS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "open": (N_("Being written or decided"), OPEN),
    "review": (N_("Wait for a decision"), (REVIEW,)),
    "issued": (N_("Issued"), (ISSUED,)),
    "withdrawn": (N_("Withdrawn"), (WITHDRAWN,)),
}
"""What the list can be narrowed to."""


@dataclass(frozen=True, slots=True)
class CaseDocuments:
    """The part of a case's page: what there is, what is due, what else can be begun."""

    lines: tuple[DocumentLine, ...] = ()
    due: tuple[Offer, ...] = ()
    more: tuple[Offer, ...] = ()
    shown: bool = False
    bundle: bool = False

    def asked_by(self, action: str) -> tuple[Offer, ...]:
        """What a step that has just been taken asks for."""
        return tuple(one for one in self.due if action in one.after)


@dataclass(frozen=True, slots=True)
class Step:
    """One step in the life of a document."""

    label: str
    who: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Coded:
    """Who stands behind a code, for those who may know."""

    code: str
    name: str
    part: str


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """One document with everything its page shows."""

    found: Detail
    title: Text
    office: str
    number: str
    place: str
    next_number: str
    roles: tuple[str, ...]
    steps: tuple[Step, ...]
    codes: tuple[Coded, ...]
    units: tuple[Option, ...]
    people: tuple[Option, ...]
    replaced_by: int | None
    own: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class DocumentsPage:
    """The list of documents in scope."""

    lines: tuple[DocumentLine, ...]
    following: int | None
    waiting: tuple[DocumentLine, ...]
    unsigned: tuple[DocumentLine, ...]
    kinds: tuple[Option, ...]
    filter: str
    kind: str


def case_part(session: Session, actor: Actor, case: Case) -> CaseDocuments:
    """The documents of a case for whoever looks at its page."""
    if not actor.can(Permission.DOCUMENT_READ):
        return CaseDocuments()
    lines = reading.of_case(session, actor, case)
    offers = offering.offers(session, actor, case)
    return CaseDocuments(
        lines=tuple(lines),
        due=tuple(one for one in offers if one.due),
        more=tuple(one for one in offers if not one.due),
        shown=bool(lines or offers),
        bundle=any(line.state in LASTING for line in lines),
    )


def document_page(session: Session, press: Press, actor: Actor, document_id: int) -> DocumentPage:
    """One document. Raises NotFound, also when out of scope."""
    found = detail.detail(session, press, actor, document_id)
    held, document = found.held, found.held.document
    said = wording.of(session, held.office)
    today = clock.now().astimezone(LOCAL).date()
    coming = issuing.offers_number(session, held.kind, said, today) if found.line.open else ""
    case = held.case
    return DocumentPage(
        found=found,
        title=reading.title_of(held.kind),
        office=held.office.name,
        number=case.number if case else "",
        place=held.place.name,
        next_number=coming,
        roles=tuple(ROLE_LABELS[role] for role in _turn(found)),
        steps=tuple(_steps(session, found)),
        codes=tuple(_coded(session, case)) if case else (),
        units=_units(session, found) if found.able.deliver else (),
        people=_people(session, case) if case and found.able.deliver else (),
        replaced_by=session.scalar(
            select(Document.id).where(
                Document.replaces_id == document.id, Document.state.in_(LASTING)
            )
        ),
        own=document.submitted_by == actor.user_id,
        now=clock.now(),
    )


def documents_page(
    session: Session, actor: Actor, which: str, kind: str, before: int | None
) -> DocumentsPage:
    """The documents in scope, narrowed; what waits for the actor stands above them."""
    states = FILTERS[which][1] if which in FILTERS else ()
    wanted = Wanted(states=states, kind=kind, before=before)
    lines, following = reading.listing(session, actor, wanted)
    first = before is None
    return DocumentsPage(
        lines=tuple(lines),
        following=following,
        waiting=tuple(reading.waiting(session, actor)) if first else (),
        unsigned=tuple(unsigned(session, actor)) if first else (),
        kinds=tuple(Option(name, Text(one.title)) for name, one in KINDS.items()),
        filter=which,
        kind=kind,
    )


def unsigned(session: Session, actor: Actor) -> Sequence[DocumentLine]:
    """What the actor's unit has got through the system and not signed for."""
    rows = [document for document, _ in delivering.waiting(session, actor)]
    return reading.lines(session, actor, list({row.id: row for row in rows}.values()))


def waiting(session: Session, actor: Actor) -> tuple[DocumentLine, ...]:
    """What waits for the actor: to review, to issue, to sign for."""
    if not actor.can(Permission.DOCUMENT_WRITE):
        return ()
    return (*reading.waiting(session, actor), *unsigned(session, actor))


def _turn(found: Detail) -> tuple[Any, ...]:
    """Whose turn it is, by role."""
    kind, stands = found.held.kind, found.line.stands
    by_stand = {
        "draft": kind.drafters,
        "waits_review": kind.reviewers,
        "waits_issue": kind.issuers,
    }
    return by_stand.get(stands, ())


def _steps(session: Session, found: Detail) -> list[Step]:
    """Every step, oldest first: from the chain of the case, and of the bureau before it issued."""
    held = found.held
    chains = [held.case.chain] if held.case else []
    if held.case is None or held.office.kind in BUREAU_KINDS:
        chains.append(held.office.chain)
    bodies = []
    for chain in chains:
        texts = timeline.texts(session, chain)
        for body in timeline.bodies(session, chain):
            if body["data"].get(KIND) == held.document.id:
                bodies.append((body, texts.get(body["seq"], {}).get("reason", "")))
    names = _names(session, [body["actor"]["id"] for body, _ in bodies])
    return [
        Step(
            labels.EVENTS.get(body["action"], body["action"]),
            names.get(body["actor"]["id"], ""),
            datetime.fromisoformat(body["at"]),
            reason,
        )
        for body, reason in sorted(bodies, key=lambda one: (one[0]["at"], one[0]["seq"]))
    ]


def _names(session: Session, ids: Sequence[int]) -> dict[int, str]:
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids)))
    return {row[0]: row[1] for row in rows}


def _coded(session: Session, case: Case) -> list[Coded]:
    known = codes(session, case).of
    rows = session.scalars(select(Person).where(Person.case_id == case.id).order_by(Person.id))
    return [
        Coded(known[one.id], one.name, labels.PARTS[one.part]) for one in rows if one.id in known
    ]


def _units(session: Session, found: Detail) -> tuple[Option, ...]:
    """The units that can get it through the system: schools and bureaus around the office."""
    office, place = found.held.office, found.held.place
    query = select(Unit).where(
        Unit.kind.in_(("school", *BUREAU_KINDS, "district")), Unit.id != office.id
    )
    inside = Unit.path.startswith(office.path, autoescape=True)
    above = Unit.id.in_(ancestors(office.path))
    rows = session.scalars(query.where(inside | above).order_by(Unit.path)).all()
    near = sorted(rows, key=lambda unit: not place.path.startswith(unit.path))
    return tuple(Option(str(unit.id), as_is(unit.name)) for unit in near)


def _people(session: Session, case: Case) -> tuple[Option, ...]:
    return tuple(
        Option(str(person_id), as_is(code)) for person_id, code in codes(session, case).of.items()
    )
