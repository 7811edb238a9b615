"""Deliveries: to whom, how and when, and the receipt; as many as there are who get the document.

A unit that gets it through the system signs for it itself. Names of people stand beside the event
and can be erased.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotFound
from casework.models import Document, DocumentDelivery, Person, Unit
from casework.models.document import ISSUED
from casework.permissions import BUREAU_KINDS, Actor, Permission, Role, Standing
from casework.services.documents import people, recording, scope
from casework.services.documents.recording import Held
from casework.services.documents.reviewing import WITH_NAMES
from casework.services.evidence import register
from casework.services.standins import reach
from casework.text import N_, Text
from casework.workflows.forms import (
    FUTURE,
    NOT_INSTANT,
    REQUIRED,
    TOLERANCE,
    checked_text,
    one_line,
)

HOW: Mapping[str, str] = {
    "system": N_("Through this system"),
    "in_person": N_("Handed over in person"),
    "post": N_("By registered post"),
    "left": N_("Left at the home with witnesses"),
    "phone": N_("Told by telephone"),
    "electronic": N_("By e-mail or messenger"),
}
RECEIPTS: Mapping[str, str] = {
    "waiting": N_("No receipt yet"),
    "signed": N_("Signed for"),
    "refused": N_("Receipt refused"),
    "witnessed": N_("Left before witnesses"),
    "confirmed": N_("Confirmed by telephone"),
}
NOT_ISSUED = N_("Only what has been issued is delivered.")
NOT_CHOICE = N_("Choose one of the answers that are offered.")
TOO_EARLY = N_("This cannot have happened before the document was issued.")
NO_UNIT = N_("There is no such unit that could be reached from here.")
NO_PERSON = N_("This person does not belong to the case.")
NO_RECIPIENT = N_("Say to whom it was delivered.")
BEFORE_DELIVERY = N_("A receipt cannot be older than the delivery.")
HAS_RECEIPT = N_("The receipt of this delivery has already been recorded.")
NO_FILE = N_("This file does not belong to the case.")


@dataclass(frozen=True, slots=True)
class Handed:
    """A delivery as it is recorded: a unit, a person of the case, or somebody by name."""

    how: str
    delivered_at: datetime | None = None
    unit_id: int | None = None
    person_id: int | None = None
    recipient: str = ""
    receipt: str = "waiting"
    receipt_at: datetime | None = None
    note: str = ""
    evidence_id: int | None = None


def deliver(
    session: Session, actor: Actor, document_id: int, version: int, given: Handed
) -> DocumentDelivery:
    """Record a delivery. Raises NotFound, Stale, Conflict, NotAllowed, Invalid by field."""
    held = recording.hold(session, actor, document_id, version)
    document = held.document
    if document.state != ISSUED:
        raise Conflict(Text(NOT_ISSUED))
    standing = people.demand(session, actor, held.scene, _handing(held), people.WRITTEN_BY)
    at = clock.now()
    delivered_at, texts = given.delivered_at or at, _checked(session, held, given, at)
    signed = given.receipt != "waiting"
    row = DocumentDelivery(
        document_id=document.id,
        unit_id=given.unit_id,
        person_id=given.person_id,
        how=given.how,
        delivered_at=delivered_at,
        recorded_by=actor.user_id or 0,
        seq=held.subject.head_seq + 1,
        receipt=given.receipt,
        receipt_at=(given.receipt_at or delivered_at) if signed else None,
        receipt_by=actor.user_id if signed else None,
        receipt_seq=held.subject.head_seq + 1 if signed else None,
        evidence_id=given.evidence_id,
    )
    session.add(row)
    document.version += 1
    session.flush()
    recording.record(
        *(session, held, actor, standing, "document_delivered", at, texts),
        delivery=row.id,
        **_facts(row),
    )
    if given.unit_id is not None:
        unit = session.get_one(Unit, given.unit_id)
        users = reach(session, _head_of(unit), held.case or unit, at, unit=unit)
        recording.tell(session, held, users, "document_delivered", at)
    return row


def receipt(session: Session, actor: Actor, delivery_id: int, given: Handed) -> DocumentDelivery:
    """Record the receipt of a delivery, once; by who delivered it, or by the unit that got it.

    Raises NotFound, Conflict, NotAllowed, Invalid by field.
    """
    known = session.get(DocumentDelivery, delivery_id)
    if known is None:
        raise NotFound
    held = recording.hold(session, actor, known.document_id)
    query = select(DocumentDelivery).where(DocumentDelivery.id == delivery_id)
    row = session.scalars(query.execution_options(populate_existing=True)).one()
    if row.receipt != "waiting":
        raise Conflict(Text(HAS_RECEIPT))
    standing = receives(session, actor, row)
    if standing is None:
        roles = _handing(held)
        standing = people.demand(session, actor, held.scene, roles, people.WRITTEN_BY)
    at = clock.now()
    errors: dict[str, list[Text]] = {}
    if given.receipt not in RECEIPTS or given.receipt == "waiting":
        errors["receipt"] = [Text(NOT_CHOICE)]
    signed_at = given.receipt_at or at
    _demand_instant(errors, "receipt_at", signed_at, held.document, at)
    _demand_later(errors, signed_at, row.delivered_at)
    if errors:
        raise Invalid(errors)
    row.receipt, row.receipt_at, row.receipt_by = given.receipt, signed_at, actor.user_id
    row.receipt_seq = held.subject.head_seq + 1
    held.document.version += 1
    session.flush()
    note = checked_text("note", given.note)
    recording.record(
        *(session, held, actor, standing, "document_receipt", at, {"note": note} if note else {}),
        delivery=row.id,
        receipt=row.receipt,
        receipt_at=signed_at,
    )
    return row


def receives(session: Session, actor: Actor, row: DocumentDelivery) -> Standing | None:
    """The standing in which the actor signs for the unit that got it, or None."""
    unit = session.get(Unit, row.unit_id) if row.unit_id else None
    if unit is None or not actor.can(Permission.DOCUMENT_WRITE, unit.path):
        return None
    if not any(post.path == unit.path or post.home == unit.path for post in actor.posts):
        return None
    roles = (_head_of(unit), Role.DEPUTY, Role.SAFETY_LEAD)
    return people.at_unit(actor, roles, unit)


def of(session: Session, document: Document) -> list[DocumentDelivery]:
    """The deliveries of a document, oldest first."""
    query = select(DocumentDelivery).where(DocumentDelivery.document_id == document.id)
    return list(session.scalars(query.order_by(DocumentDelivery.id)))


def waiting(session: Session, actor: Actor) -> list[tuple[Document, DocumentDelivery]]:
    """What units of the actor have got through the system and not signed for."""
    query = (
        scope.known(actor)
        .join(DocumentDelivery, DocumentDelivery.document_id == Document.id)
        .add_columns(DocumentDelivery)
        .where(Document.state == ISSUED, DocumentDelivery.receipt == "waiting")
        .where(DocumentDelivery.unit_id.is_not(None))
        .order_by(DocumentDelivery.id)
    )
    rows = session.execute(query).all()
    return [(row[0], row[1]) for row in rows if receives(session, actor, row[1]) is not None]


def _handing(held: Held) -> tuple[Role, ...]:
    """Who delivers: who writes the kind, and who issues it."""
    return (*held.kind.drafters, *held.kind.issuers)


def _checked(session: Session, held: Held, given: Handed, at: datetime) -> dict[str, str]:
    """The texts of a delivery. Raises Invalid by field."""
    errors: dict[str, list[Text]] = {}
    if given.how not in HOW:
        errors["how"] = [Text(NOT_CHOICE)]
    if given.receipt not in RECEIPTS:
        errors["receipt"] = [Text(NOT_CHOICE)]
    recipient = checked_text("recipient", one_line(given.recipient))
    if not (recipient or given.unit_id or given.person_id):
        errors["recipient"] = [Text(NO_RECIPIENT)]
    if given.how == "system" and given.unit_id is None:
        errors["unit_id"] = [Text(REQUIRED)]
    unit = session.get(Unit, given.unit_id) if given.unit_id else None
    if given.unit_id and (unit is None or not _may_get(held, unit)):
        errors["unit_id"] = [Text(NO_UNIT)]
    person = session.get(Person, given.person_id) if given.person_id else None
    of_case = person is not None and held.case is not None and person.case_id == held.case.id
    if given.person_id and not of_case:
        errors["person_id"] = [Text(NO_PERSON)]
    _demand_instant(errors, "delivered_at", given.delivered_at or at, held.document, at)
    if given.receipt_at is not None:
        _demand_instant(errors, "receipt_at", given.receipt_at, held.document, at)
        _demand_later(errors, given.receipt_at, given.delivered_at or at)
    if given.evidence_id is not None and not _of_case(session, held, given.evidence_id):
        errors["evidence_id"] = [Text(NO_FILE)]
    if errors:
        raise Invalid(errors)
    texts = {"recipient": recipient, "note": checked_text("note", given.note)}
    return {name: words for name, words in texts.items() if words}


def _may_get(held: Held, unit: Unit) -> bool:
    """A unit above the office, or below it; of a case only one that the case lies in or around.

    Forms that name children do not leave the school.
    """
    office, place = held.office.path, held.place.path
    if held.kind.name in WITH_NAMES:
        return unit.path.startswith(office)
    if office.startswith(unit.path):
        return True
    if held.case is None:
        return unit.path.startswith(office)
    return place.startswith(unit.path) or unit.path.startswith(place)


def _of_case(session: Session, held: Held, evidence_id: int) -> bool:
    rows = register.of_case(session, held.case) if held.case else []
    return any(row.id == evidence_id for row in rows)


def _demand_instant(
    errors: dict[str, list[Text]], name: str, given: datetime, document: Document, at: datetime
) -> None:
    if given.tzinfo is None:
        errors[name] = [Text(NOT_INSTANT)]
    elif given > at + TOLERANCE:
        errors[name] = [Text(FUTURE)]
    elif document.issued_at is not None and given < document.issued_at - TOLERANCE:
        errors[name] = [Text(TOO_EARLY)]


def _demand_later(errors: dict[str, list[Text]], signed: datetime, delivered: datetime) -> None:
    aware = signed.tzinfo is not None and delivered.tzinfo is not None
    if aware and "receipt_at" not in errors and signed < delivered - TOLERANCE:
        errors["receipt_at"] = [Text(BEFORE_DELIVERY)]


def _head_of(unit: Unit) -> Role:
    return Role.BUREAU_OFFICER if unit.kind in BUREAU_KINDS else Role.PRINCIPAL


def _facts(row: DocumentDelivery) -> dict[str, Any]:
    """What the chain says of a delivery; of people only which one of the case it was."""
    names = ("how", "unit_id", "person_id", "delivered_at", "receipt", "receipt_at", "evidence_id")
    return {name: getattr(row, name) for name in names if getattr(row, name) is not None}
