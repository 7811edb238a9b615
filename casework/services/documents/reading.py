"""Documents as pages and programs read them: what each is, where it stands, whose turn it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.documents.kinds import Kind
from casework.models import Case, Document, DocumentDelivery, Unit, User
from casework.models.document import DROPPED, LASTING, OPEN, REVIEW
from casework.permissions import Actor
from casework.services.actors import ancestors
from casework.services.documents import people, scope
from casework.services.documents.able import able
from casework.services.documents.gathering.codes import Codes, codes
from casework.services.documents.kinds import kind_of
from casework.services.documents.recording import Held, place_of
from casework.text import N_, Text

STATES: Mapping[str, str] = {
    "draft": N_("Draft"),
    "waits_review": N_("Waits for the review"),
    "waits_issue": N_("Waits for the signature"),
    "issued": N_("Issued"),
    "delivered": N_("Delivered, no receipt yet"),
    "received": N_("Delivered, receipt there"),
    "withdrawn": N_("Withdrawn"),
    "dropped": N_("Given up"),
}
"""The states as people are told them: in review and delivered are told more exactly."""
PAGE, MOST_WAITING = 50, 200


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One document in a list. ``about`` is a code of a pupil or the name of a unit."""

    id: int
    kind: str
    title: Text
    state: str
    stands: str
    symbol: str
    number: str
    unit: str
    about: str
    on: date | None
    at: datetime
    writer: str
    version: int
    sha256: str
    mine: bool
    replaces: int | None

    @property
    def stands_label(self) -> str:
        """Where it stands, in words."""
        return STATES[self.stands]

    @property
    def open(self) -> bool:
        """True while it is being written or waits for somebody."""
        return self.state in OPEN


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of documents is narrowed to."""

    states: tuple[str, ...] = ()
    kind: str = ""
    unit_id: int | None = None
    before: int | None = None


def seen(session: Session, actor: Actor, document_id: int) -> Held:
    """The document with what it is about, not locked. Raises NotFound, also when out of scope."""
    document = scope.load(session, actor, document_id)
    case = session.get_one(Case, document.case_id) if document.case_id else None
    return Held(document, kind_of(session, document), case, place_of(session, document, case))


def of_case(session: Session, actor: Actor, case: Case) -> list[DocumentLine]:
    """The documents of a case that the actor may know of, without those given up; oldest first."""
    query = scope.known(actor).where(Document.case_id == case.id, Document.state != DROPPED)
    return lines(session, actor, session.scalars(query.order_by(Document.id)).all())


def listing(
    session: Session, actor: Actor, wanted: Wanted
) -> tuple[list[DocumentLine], int | None]:
    """A page of the documents in scope, the newest first, and where the next one begins."""
    query = scope.known(actor)
    if wanted.states:
        query = query.where(Document.state.in_(wanted.states))
    if wanted.kind:
        query = query.where(Document.kind == wanted.kind)
    if wanted.unit_id is not None:
        query = query.where(Document.unit_id == wanted.unit_id)
    if wanted.before is not None:
        query = query.where(Document.id < wanted.before)
    rows = session.scalars(query.order_by(Document.id.desc()).limit(PAGE + 1)).all()
    following = rows[PAGE - 1].id if len(rows) > PAGE else None
    return lines(session, actor, rows[:PAGE]), following


def waiting(session: Session, actor: Actor) -> list[DocumentLine]:
    """What waits for the actor to review or to issue; the oldest first."""
    offices = {one for post in actor.posts for one in ancestors(post.path)}
    query = scope.known(actor).where(Document.state == REVIEW, Document.unit_id.in_(offices))
    rows = session.scalars(query.order_by(Document.id).limit(MOST_WAITING)).all()
    return [one for one in lines(session, actor, rows) if one.mine]


def lines(session: Session, actor: Actor, rows: Sequence[Document]) -> list[DocumentLine]:
    """These documents as lines of a list; what they share is read once."""
    cases = _by_id(session, Case, (row.case_id for row in rows))
    units = _by_id(session, Unit, (i for row in rows for i in (row.unit_id, row.about_id)))
    users = _by_id(session, User, (row.created_by for row in rows))
    handed = _handed(session, [row.id for row in rows if row.state in LASTING])
    known: dict[int, Codes] = {}
    found = []
    for row in rows:
        case, kind = cases.get(row.case_id or 0), kind_of(session, row)
        if case is not None and row.person_id is not None:
            known.setdefault(case.id, codes(session, case))
        about = units.get(row.about_id or 0)
        code = known[case.id].of.get(row.person_id or 0, "") if case and case.id in known else ""
        writer = users.get(row.created_by or 0)
        found.append(
            DocumentLine(
                id=row.id,
                kind=row.kind,
                title=title_of(kind),
                state=row.state,
                stands=_stands(row, kind, handed.get(row.id, [])),
                symbol=row.symbol or "",
                number=case.number if case else "",
                unit=units[row.unit_id].name,
                about=code or (about.name if about and about.id != row.unit_id else ""),
                on=row.on,
                at=row.issued_at or row.submitted_at or row.created_at,
                writer=writer.name if writer else "",
                version=row.version,
                sha256=row.sha256 or "",
                mine=row.state == REVIEW and _mine(session, actor, row, kind, case),
                replaces=row.replaces_id,
            )
        )
    return found


def title_of(kind: Kind) -> Text:
    """What a kind is called on screens; one of a bureau's own by the name it was given."""
    return Text(kind.title)


def data_of(line: DocumentLine) -> dict[str, Any]:
    """A document as programs read it in a list."""
    return {
        "id": line.id,
        "name": line.kind,
        "title": line.title,
        "state": line.state,
        "stands": line.stands,
        "symbol": line.symbol or None,
        "number": line.number or None,
        "about": line.about or None,
        "on": line.on,
        "version": line.version,
        "sha256": line.sha256 or None,
        "replaces": line.replaces,
        "waits_for_me": line.mine,
    }


def _stands(row: Document, kind: Kind, receipts: list[str]) -> str:
    if row.state == REVIEW:
        return "waits_review" if people.waits_for_review(row, kind) else "waits_issue"
    if row.state == "issued" and receipts:
        return "delivered" if "waiting" in receipts else "received"
    return row.state


def _mine(session: Session, actor: Actor, row: Document, kind: Kind, case: Case | None) -> bool:
    held = Held(row, kind, case, place_of(session, row, case))
    return able(session, actor, held).mine


def _handed(session: Session, ids: Sequence[int]) -> dict[int, list[str]]:
    query = select(DocumentDelivery.document_id, DocumentDelivery.receipt)
    found: dict[int, list[str]] = {}
    for document_id, receipt in session.execute(query.where(DocumentDelivery.document_id.in_(ids))):
        found.setdefault(document_id, []).append(receipt)
    return found


def _by_id(session: Session, model: type[Any], ids: Iterable[int | None]) -> dict[int, Any]:
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    return {row.id: row for row in session.scalars(select(model).where(model.id.in_(wanted)))}
