"""Whether the rows of issued documents say what the chains say; part of ``timeline verify``.

The words are held against what the chain committed to, as far as they are not erased. The files
are another matter: ``document verify`` opens each of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Document, DocumentContent, DocumentDelivery, Event, Unit
from casework.models.document import LASTING, WITHDRAWN
from casework.services.documents.content import commitment
from casework.timeline.verifier import ChainFault

ISSUED_BY, WITHDRAWN_BY, DELIVERED_BY = (
    "document_issued",
    "document_withdrawn",
    "document_delivered",
)
SAID = ("sha256", "size", "symbol", "series", "year", "number")


def verify(session: Session) -> None:
    """Raise ChainFault at the first document that differs from its events, or is missing."""
    issued = {event["data"]["document"]: event for event in _events(session, ISSUED_BY)}
    gone = {event["data"]["document"] for event in _events(session, WITHDRAWN_BY)}
    query = select(Document).where(Document.state.in_(LASTING)).order_by(Document.id)
    for row in session.scalars(query.execution_options(yield_per=500)):
        event = issued.pop(row.id, None)
        if event is None:
            raise ChainFault(_chain(session, row), row.seq or 0, "no event issued a document")
        _same(session, row, event)
        if (row.state == WITHDRAWN) != (row.id in gone):
            raise _fault(event, f"document {row.id} is {row.state}, its events say otherwise")
    for event in issued.values():
        raise _fault(event, "the document that this event issued is missing")
    _deliveries(session)


def _same(session: Session, row: Document, event: dict[str, Any]) -> None:
    data = event["data"]
    columns = {name: data.get(name) for name in SAID}
    columns |= {"kind": data["kind"], "seq": event["seq"], "issued_by": event["actor"]["id"]}
    columns |= {"template_version": data["template"]}
    columns |= {"issued_at": datetime.fromisoformat(event["at"])}
    for name, value in columns.items():
        if getattr(row, name) != value:
            held = getattr(row, name)
            raise _fault(event, f"document {row.id} says {name} {held!r}, its event {value!r}")
    kept = session.get(DocumentContent, row.id)
    if kept is not None and commitment(kept) != data["content"]:
        reason = f"the words of document {row.id} are not those that were committed to"
        raise _fault(event, reason)


def _deliveries(session: Session) -> None:
    said = {event["data"]["delivery"]: event for event in _events(session, DELIVERED_BY)}
    for row in session.scalars(select(DocumentDelivery).order_by(DocumentDelivery.id)):
        event = said.pop(row.id, None)
        if event is None or event["seq"] != row.seq or event["data"]["how"] != row.how:
            document = session.get_one(Document, row.document_id)
            chain = _chain(session, document)
            raise ChainFault(chain, row.seq, f"no event made delivery {row.id}")
    for event in said.values():
        raise _fault(event, "the delivery that this event recorded is missing")


def _events(session: Session, action: str) -> Iterator[dict[str, Any]]:
    query = select(Event.body).where(Event.action == action).order_by(Event.id)
    for body in session.scalars(query):
        event: dict[str, Any] = orjson.loads(body)
        yield event


def _chain(session: Session, row: Document) -> str:
    if row.case_id is not None:
        return session.get_one(Case, row.case_id).chain
    return session.get_one(Unit, row.unit_id).chain


def _fault(event: dict[str, Any], reason: str) -> ChainFault:
    return ChainFault(event["case"], event["seq"], reason)
