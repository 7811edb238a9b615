"""The words of a document, kept apart from it: as they are written, and as they were issued.

While it is a draft, only what somebody wrote is kept; the rest is gathered afresh each time. From
its submission on, everything stands still. What is issued is committed to by its event.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Document, DocumentContent
from casework.text import N_, Text
from casework.timeline.chain import commit, new_salt

OWN, VALUES, FRAME, FONTS = "own", "values", "frame", "fonts"
ERASED = N_("The words of this document have been erased.")


def write(session: Session, document: Document, body: Mapping[str, Any]) -> None:
    """Keep these words in the place of the former ones."""
    row = session.get(DocumentContent, document.id)
    if row is None:
        row = DocumentContent(document_id=document.id)
        session.add(row)
    row.body = _canonical(body)
    session.flush()


def read(session: Session, document: Document) -> dict[str, Any]:
    """The words. Raises NotFound when they have been erased."""
    row = session.get(DocumentContent, document.id)
    if row is None:
        raise NotFound(Text(ERASED))
    found: dict[str, Any] = orjson.loads(row.body)
    return found


def seal(session: Session, document: Document) -> str:
    """Fix the words; what stands for them on the chain."""
    row = session.get_one(DocumentContent, document.id)
    salt = new_salt()
    row.salt = salt.hex()
    session.flush()
    return commit(row.body, salt)


def commitment(row: DocumentContent) -> str:
    """What stands on the chain for these words, if they are still the same."""
    return commit(row.body, bytes.fromhex(row.salt or ""))


def _canonical(body: Mapping[str, Any]) -> str:
    return orjson.dumps(body, option=orjson.OPT_SORT_KEYS).decode()
