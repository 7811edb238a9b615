"""One document in full, for its page and for programs: values, what is missing, who may do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.documents.cleaning import Stripped
from casework.documents.kinds import UNKNOWN, Item
from casework.models import DocumentDelivery, Person, Unit, User
from casework.permissions import Actor
from casework.services import timeline
from casework.services.documents import delivering, drafting, frames, reading, reviewing, values
from casework.services.documents.able import Able, able
from casework.services.documents.gathering.codes import codes
from casework.services.documents.press import Press
from casework.services.documents.reading import DocumentLine
from casework.services.documents.recording import Held
from casework.services.documents.values import Values
from casework.text import Text


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery in words; ``may_sign``: the reader may record its receipt."""

    id: int
    whom: str
    how: str
    at: datetime
    by: str
    receipt: str
    receipt_at: datetime | None
    receipt_by: str
    note: str
    may_sign: bool


@dataclass(frozen=True, slots=True)
class Detail:
    """Everything about one document. ``faults`` is why it cannot be submitted, by entry."""

    line: DocumentLine
    held: Held
    items: tuple[Item, ...]
    values: Values
    locked: frozenset[str]
    faults: Mapping[str, list[Text]]
    missing: tuple[Item, ...]
    stripped: tuple[Stripped, ...]
    able: Able
    deliveries: tuple[Delivery, ...]


def detail(session: Session, press: Press, actor: Actor, document_id: int) -> Detail:
    """One document. Raises NotFound, also when out of scope."""
    held = reading.seen(session, actor, document_id)
    standing = drafting.effective(session, press, actor, held)
    [line] = reading.lines(session, actor, [held.document])
    can = able(session, actor, held)
    return Detail(
        line=line,
        held=held,
        items=frames.entries(held.kind),
        values=standing.values,
        locked=standing.locked,
        faults=reviewing.named_in(session, held, standing.values) if line.open else {},
        missing=tuple(drafting.missing(held.kind, standing.values)) if line.open else (),
        stripped=standing.stripped,
        able=can,
        deliveries=tuple(_deliveries(session, actor, held, can)),
    )


def data(found: Detail) -> dict[str, Any]:
    """The same as programs read it."""
    document = found.held.document
    return {
        **reading.data_of(found.line),
        "template_version": document.template_version,
        "size": document.size,
        "issued_at": document.issued_at,
        "withdrawn_at": document.withdrawn_at,
        "fields": values.encoded(found.values),
        "form": [_field(item, item.name in found.locked) for item in found.items],
        "missing": [item.name for item in found.missing],
        "stripped": {one.name: one.signs for one in found.stripped},
        "may": [name for name in Able.__slots__ if getattr(found.able, name)],
        "deliveries": [_delivery(one) for one in found.deliveries],
    }


def _field(item: Item, locked: bool) -> dict[str, Any]:
    """One entry of the form as programs read it."""
    field: dict[str, Any] = {
        "name": item.name,
        "label": Text(item.label),
        "printed": item.printed,
        "type": item.type.value,
        "required": item.required,
        "locked": locked,
    }
    if item.words:
        field["choices"] = list(item.words)
    if item.unknown:
        field["choices"] = [*field.get("choices", ()), UNKNOWN]
    if item.columns:
        field["columns"] = [column.name for column in item.columns]
    return field


def _delivery(one: Delivery) -> dict[str, Any]:
    names = ("id", "whom", "how", "at", "receipt", "receipt_at")
    return {name: getattr(one, name) for name in names}


def _deliveries(session: Session, actor: Actor, held: Held, can: Able) -> list[Delivery]:
    rows = delivering.of(session, held.document)
    texts = timeline.texts(session, held.subject.chain) if rows else {}
    coded = codes(session, held.case).of if held.case and rows else {}
    found = []
    for row in rows:
        said = texts.get(row.seq, {})
        note = texts.get(row.receipt_seq or 0, {}).get("note") or said.get("note", "")
        signs = can.deliver or delivering.receives(session, actor, row) is not None
        found.append(
            Delivery(
                id=row.id,
                whom=_whom(session, row, coded, said.get("recipient", "")),
                how=delivering.HOW.get(row.how, row.how),
                at=row.delivered_at,
                by=_name(session, row.recorded_by),
                receipt=delivering.RECEIPTS[row.receipt],
                receipt_at=row.receipt_at,
                receipt_by=_name(session, row.receipt_by),
                note=note,
                may_sign=row.receipt == "waiting" and signs,
            )
        )
    return found


def _whom(session: Session, row: DocumentDelivery, coded: Mapping[int, str], recipient: str) -> str:
    unit = session.get(Unit, row.unit_id) if row.unit_id else None
    person = session.get(Person, row.person_id) if row.person_id else None
    of_pupil = coded.get(person.id, "") if person else ""
    names = (unit.name if unit else "", of_pupil, recipient)
    return " ".join(name for name in names if name)


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
