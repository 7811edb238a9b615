"""From values to the file: composed and rendered, or filled into a bureau's own template; kept.

The same values, frame, kind and program give the same bytes. That is how a file is proved later.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

from sqlalchemy.orm import Session

from casework.documents import renderer
from casework.documents.compose import compose
from casework.documents.fonts import Fonts
from casework.documents.frame import Frame
from casework.documents.kinds import Kind
from casework.documents.paper import Paper
from casework.services.documents import own_kinds
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values
from casework.services.evidence.store import Received

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def document(
    session: Session,
    press: Press,
    held: Held,
    values: Values,
    frame: Frame,
    fonts: Mapping[str, str] | None = None,
) -> bytes:
    """The Word file, in the faces of this press unless others are given.

    Raises Incomplete unless it is a draft or nothing is missing.
    """
    if held.document.template_id is not None:
        return own_kinds.filled(session, press, held, values, frame)
    chosen = Fonts.named(press.fonts if fonts is None else fonts)
    return renderer.render(paper(held, values, frame), chosen)


def paper(held: Held, values: Values, frame: Frame) -> Paper:
    """What is printed, before it is a file."""
    return compose(held.kind, values, frame)


def keep(press: Press, data: bytes) -> Received:
    """Store a file under its hash; durable when this returns."""
    with press.store.temporary() as path:
        received = press.store.receive(io.BytesIO(data), path)
        press.store.keep(path, received.sha256, None)
    return received


def version_of(kind: Kind) -> str:
    """What an issued file was made with; only the same version can make it again."""
    return f"{kind.name}/{kind.version}/{renderer.VERSION}"
