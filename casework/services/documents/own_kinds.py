"""Kinds that a bureau has added with a template of its own."""

from __future__ import annotations

from sqlalchemy.orm import Session

from casework.documents.frame import Frame
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values


def filled(session: Session, press: Press, held: Held, values: Values, frame: Frame) -> bytes:
    """The template of the document's kind, filled in."""
    raise NotImplementedError
