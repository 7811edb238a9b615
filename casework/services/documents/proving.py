"""Proving files: each is still the one of its hash, and its frozen words still give the same bytes.

A file that was made by another version of the program or of its kind cannot be made again; its hash
proves it all the same, and the answer says so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Document, DocumentContent
from casework.models.document import LASTING
from casework.services.documents import content, frames, printing, values
from casework.services.documents.kinds import kind_of
from casework.services.documents.press import Press
from casework.services.documents.recording import Held, place_of


class Proof(StrEnum):
    """What came of looking at a file."""

    SAME = "same"
    HASH_ONLY = "hash_only"
    ERASED = "erased"
    MISSING = "missing"
    CHANGED = "changed"
    OTHER_BYTES = "other_bytes"


GOOD = frozenset({Proof.SAME, Proof.HASH_ONLY, Proof.ERASED})


@dataclass(frozen=True, slots=True)
class Proved:
    """One issued document and what came of looking at its file."""

    id: int
    kind: str
    symbol: str
    sha256: str
    proof: Proof

    @property
    def good(self) -> bool:
        """True when nothing speaks against the file."""
        return self.proof in GOOD


def prove_all(session: Session, press: Press) -> Iterator[Proved]:
    """Every issued document, oldest first; one file in memory at a time."""
    ids = session.scalars(
        select(Document.id).where(Document.state.in_(LASTING)).order_by(Document.id)
    ).all()
    for document_id in ids:
        document = session.get_one(Document, document_id)
        yield prove(session, press, document)
        session.expunge_all()


def prove(session: Session, press: Press, document: Document) -> Proved:
    """One issued document."""
    found = _proof(session, press, document)
    sha256, symbol = document.sha256 or "", document.symbol or ""
    return Proved(document.id, document.kind, symbol, sha256, found)


def _proof(session: Session, press: Press, document: Document) -> Proof:
    path = press.store.path(document.sha256 or "")
    if not path.is_file():
        return Proof.MISSING
    if hashlib.sha256(path.read_bytes()).hexdigest() != document.sha256:
        return Proof.CHANGED
    if session.get(DocumentContent, document.id) is None:
        return Proof.ERASED
    if document.template_version != printing.version_of(kind_of(session, document)):
        return Proof.HASH_ONLY
    again = hashlib.sha256(rendered(session, press, document)).hexdigest()
    return Proof.SAME if again == document.sha256 else Proof.OTHER_BYTES


def rendered(session: Session, press: Press, document: Document) -> bytes:
    """The file made anew from its frozen words."""
    body = content.read(session, document)
    kind = kind_of(session, document)
    case = session.get_one(Case, document.case_id) if document.case_id else None
    held = Held(document, kind, case, place_of(session, document, case))
    given = values.decoded(frames.entries(kind), body[content.VALUES])
    frame = frames.from_data(body[content.FRAME])
    fonts = body.get(content.FONTS, {})
    return printing.document(session, press, held, given, frame, fonts)
