"""Withdrawing: only together with what takes its place, and with a reason.

An issued document stays what it was. Whoever finds it wrong writes another one beside it; when that
is issued, the first is withdrawn in the same transaction, so that there is never neither and never
both.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid
from casework.models import Document
from casework.models.document import DROPPED, ISSUED, WITHDRAWN
from casework.permissions import Actor, Standing
from casework.services.documents import content, people, recording
from casework.services.documents.recording import Held
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

NOT_ISSUED = N_("Only what has been issued, and not yet withdrawn, is replaced.")
BEING_REPLACED = N_("A replacement for this document is already being written.")
REASON = "reason"


def replace(
    session: Session, actor: Actor, document_id: int, version: int, reason: str
) -> Document:
    """Begin what takes the place of an issued document, with its words to begin with.

    Raises NotFound, Stale, Conflict, NotAllowed, Invalid without a reason.
    """
    held = recording.hold(session, actor, document_id, version)
    old, kind = held.document, held.kind
    if old.state != ISSUED:
        raise Conflict(Text(NOT_ISSUED))
    roles = (*kind.issuers, *kind.drafters)
    standing = people.demand(session, actor, held.scene, roles, people.WRITTEN_BY)
    words = checked_text(REASON, reason)
    if not words:
        raise Invalid({REASON: [Text(REQUIRED)]})
    same = (Document.replaces_id == old.id, Document.state != DROPPED)
    if session.scalar(select(Document.id).where(*same).limit(1)) is not None:
        raise Conflict(Text(BEING_REPLACED))
    at = clock.now()
    about = ("case_id", "about_id", "person_id", "about_seq", "on", "two_persons", "template_id")
    document = Document(
        kind=old.kind,
        unit=held.office,
        replaces_id=old.id,
        created_at=at,
        created_by=actor.user_id,
        **{name: getattr(old, name) for name in about},
    )
    session.add(document)
    session.flush()
    written = content.read(session, old)[content.VALUES]
    content.write(session, document, {content.OWN: written, REASON: words})
    begun = Held(document, kind, held.case, held.place)
    recording.record(session, begun, actor, standing, "document_drafted", at, replaces=old.id)
    return document


def withdraw_replaced(
    session: Session, actor: Actor, standing: Standing, held: Held, at: datetime
) -> None:
    """Withdraw what a document that has just been issued replaces, with the reason given then."""
    if held.document.replaces_id is None:
        return
    old = session.get_one(Document, held.document.replaces_id, with_for_update=True)
    if old.state != ISSUED:
        raise Conflict(Text(NOT_ISSUED))
    reason = content.read(session, held.document).get(REASON, "")
    old.state, old.withdrawn_at, old.withdrawn_by = WITHDRAWN, at, actor.user_id
    old.version += 1
    gone = Held(old, held.kind, held.case, held.place)
    recording.record(
        session,
        gone,
        actor,
        standing,
        "document_withdrawn",
        at,
        {REASON: reason},
        replaced_by=held.document.id,
        **({"symbol": old.symbol} if old.symbol else {}),
    )
