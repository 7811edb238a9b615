"""Issuing: numbered, printed, stored by its hash, and written on the chain; all of it or nothing.

The number is taken in the transaction that issues: until it is kept nobody else gets one of the
series. The file is durable before the row speaks of it; if the transaction fails, it is an orphan
that is cleaned away, and the number goes to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.documents.compose import Incomplete
from casework.documents.frame import Frame
from casework.documents.kinds import Kind
from casework.documents.numbering import number_text
from casework.errors import Conflict, Invalid, NotAllowed, Refused
from casework.models import Document
from casework.models.document import DRAFT, ISSUED, LASTING, REVIEW
from casework.permissions import Actor, Standing
from casework.services.documents import (
    content,
    drafting,
    frames,
    numbering,
    people,
    printing,
    recording,
    replacing,
    reviewing,
    values,
    wording,
)
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.standins import present
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED

NUMBER_TAKEN = N_("The number %(number)s stands on another document here: change the mark.")
NOT_OPEN = N_("This document has already been issued, or was given up.")
NOT_REVIEWED = N_("This document has to be reviewed first.")
NOT_SUBMITTED = N_("This document has to be handed in by one person and issued by another.")
TWO_PERSONS = N_(
    "Who has reviewed or submitted this document does not issue it: two persons see it."
)


def issue(
    session: Session,
    press: Press,
    actor: Actor,
    document_id: int,
    version: int,
    *,
    names_checked: bool = False,
) -> Document:
    """Issue a document; a kind that needs no second person straight from its draft.

    Raises NotFound, Stale, Conflict in another state, NotAllowed, Invalid with what is missing by
    field, Refused for what the office has not set.
    """
    held = recording.hold(session, actor, document_id, version)
    standing = _demand(session, actor, held)
    document, at = held.document, clock.now()
    if document.state == DRAFT:
        reviewing.freeze(session, press, actor, held, names_checked=names_checked)
        document.submitted_at, document.submitted_by = at, actor.user_id
    given = values.decoded(
        frames.entries(held.kind), content.read(session, document)[content.VALUES]
    )
    said = wording.of(session, held.office)
    taken = _number(session, held, said, at.astimezone(LOCAL).date())
    frame = frames.draft(said, held.kind, given, at, press.zone)
    frame = replace(frame, **_issued(session, actor, held, said, at), number=taken.symbol)
    kept = printing.keep(press, _printed(session, press, held, given, frame))
    body = content.read(session, document)
    made_with = {content.FRAME: frames.as_data(frame), content.FONTS: dict(press.fonts)}
    content.write(session, document, {**body, **made_with})
    with session.no_autoflush:
        document.state, document.issued_at, document.issued_by = ISSUED, at, actor.user_id
        document.sha256, document.size = kept.sha256, kept.size
        document.template_version = printing.version_of(held.kind)
        document.symbol, document.number = taken.symbol or None, taken.n
        document.series, document.year = (taken.series, taken.year) if taken.n else (None, None)
        document.version += 1
        document.seq = held.subject.head_seq + 1
    session.flush()
    recording.record(session, held, actor, standing, "document_issued", at, **_said(session, held))
    replacing.withdraw_replaced(session, actor, standing, held, at)
    writers = recording.accounts(session, document.created_by, besides=actor.user_id)
    recording.tell(session, held, writers, "document_issued", at)
    session.flush()
    return document


def _demand(session: Session, actor: Actor, held: Held) -> Standing:
    document, kind = held.document, held.kind
    if document.state not in (DRAFT, REVIEW):
        raise Conflict(Text(NOT_OPEN))
    standing = people.demand(session, actor, held.scene, kind.issuers, people.ISSUED_BY)
    if people.waits_for_review(document, kind):
        raise Conflict(Text(NOT_REVIEWED))
    if kind.two_persons:
        if document.state != REVIEW:
            raise Conflict(Text(NOT_SUBMITTED))
        if actor.user_id == (document.reviewed_by or document.submitted_by):
            raise NotAllowed(Text(TWO_PERSONS))
    return standing


def _issued(
    session: Session, actor: Actor, held: Held, said: wording.Wording, at: datetime
) -> dict[str, Any]:
    """What a frame gets when the document is issued, besides the number."""
    on = at.astimezone(LOCAL).date()
    imprint = {"printed_by": said.get("printed_by", said.office), "printed_on": on}
    return {
        "draft": False,
        "signer": signer(session, actor, held, at),
        "issued_on": on,
        "identifier": identifier(held),
        **(imprint if held.kind.redhead else {}),
    }


@dataclass(frozen=True, slots=True)
class Taken:
    """A number that has been taken, as the office writes it; all empty without a series."""

    series: str = ""
    year: int = 0
    n: int | None = None
    symbol: str = ""


def _number(session: Session, held: Held, said: wording.Wording, on: date) -> Taken:
    """Take the next number of the series."""
    kind = held.kind
    if not kind.series:
        return Taken()
    n = numbering.take(session, held.office.id, kind.series, on.year)
    mark = said.mark(kind.series)
    pattern = said.pattern(kind)
    symbol = number_text(pattern, mark=mark, year=on.year, n=n)
    if "{mark}" in pattern and _printed_before(session, held, symbol):
        raise Refused([Text(NUMBER_TAKEN, {"number": symbol})])
    return Taken(kind.series, on.year, n, symbol)


def _printed_before(session: Session, held: Held, symbol: str) -> bool:
    """The office has issued a document with the same number on it."""
    query = select(Document.id).where(
        Document.unit_id == held.office.id,
        Document.symbol == symbol,
        Document.state.in_(LASTING),
    )
    return session.scalar(query.limit(1)) is not None


def signer(session: Session, actor: Actor, held: Held, at: datetime) -> str:
    """Who stands on the paper: whoever issues it, if in a post that signs, else who holds one."""
    scene = held.scene
    if people.may(session, actor, scene, held.kind.signers) is not None:
        return actor.name
    unit = scene.office if scene.of_bureau else scene.place
    for role in reversed(scene.roles(held.kind.signers)):
        for user in present(session, role, unit, at):
            return user.name
    return actor.name


def identifier(held: Held) -> str:
    """What the file is known by here."""
    about = held.case.number if held.case else held.office.chain
    return f"{about}-D{held.document.id}"


def _printed(
    session: Session, press: Press, held: Held, given: values.Values, frame: Frame
) -> bytes:
    """The bytes; what is still missing is refused by field, not printed as an empty line."""
    lacking = drafting.missing(held.kind, given)
    if lacking:
        raise Invalid({item.name: [Text(REQUIRED)] for item in lacking})
    try:
        return printing.document(session, press, held, given, frame)
    except Incomplete as fault:
        if fault.items:
            raise Invalid({item.name: [Text(REQUIRED)] for item in fault.items}) from None
        raise Refused(fault.sentences) from None


def _said(session: Session, held: Held) -> dict[str, Any]:
    """What the chain says of an issued document."""
    document = held.document
    found: dict[str, Any] = {
        "sha256": document.sha256,
        "size": document.size,
        "template": document.template_version,
        "content": content.seal(session, document),
    }
    if document.symbol:
        found |= {name: getattr(document, name) for name in ("symbol", "series", "year", "number")}
        found["office"] = held.office.id
    if document.about_seq is not None:
        found["about_seq"] = document.about_seq
    if document.replaces_id is not None:
        found["replaces"] = document.replaces_id
    return found


def offers_number(session: Session, kind: Kind, said: wording.Wording, on: date) -> str:
    """The number that the next document would get; it is not taken."""
    if not kind.series:
        return ""
    n = numbering.following(session, said.unit.id, kind.series, on.year)
    return number_text(said.pattern(kind), mark=said.mark(kind.series), year=on.year, n=n)
