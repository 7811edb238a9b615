"""What a document says, as a page shows it: the same words in the same order as in its file."""

from __future__ import annotations

import re
import zipfile
from html import unescape
from io import BytesIO

from sqlalchemy.orm import Session

from casework import clock
from casework.documents.frame import Frame
from casework.documents.preview import Shown, outline, pictures
from casework.permissions import Actor
from casework.services.documents import content, drafting, frames, printing, reading, wording
from casework.services.documents.detail import Detail
from casework.services.documents.press import Press
from casework.services.documents.recording import Held
from casework.services.documents.values import Values

PARAGRAPH = re.compile(r"<w:p[ >].*?</w:p>", re.DOTALL)
RUN = re.compile(r"<w:t(?: [^>]*)?>([^<]*)</w:t>")
"""The words of a run: the file is our own, so that no reader of XML is needed."""
SPEAKING = tuple(
    re.compile(rf"word/{part}\.xml")
    for part in (r"header\d*", "document", r"footer\d*", "(?:foot|end)notes")
)
"""The parts with words, in the order of a page."""


def preview(session: Session, press: Press, actor: Actor, found: Detail) -> list[Shown]:
    """The document as it stands: a draft with what is missing, else as it was issued."""
    held, values = found.held, found.values
    frame = frame_of(session, press, held, values)
    if held.document.template_id is not None:
        return plainly(printing.document(session, press, held, values, frame))
    return outline(printing.paper(held, values, frame))


def picture(
    session: Session, press: Press, actor: Actor, document_id: int, place: int
) -> bytes | None:
    """One picture of a document by its place, or None."""
    held = reading.seen(session, actor, document_id)
    if held.document.template_id is not None:
        return None
    values = drafting.effective(session, press, actor, held).values
    frame = frame_of(session, press, held, values)
    found = pictures(printing.paper(held, values, frame))
    return found[place] if place < len(found) else None


def frame_of(session: Session, press: Press, held: Held, values: Values) -> Frame:
    """The frame of an issued document as it was frozen, else that of a draft."""
    body = content.read(session, held.document)
    if content.FRAME in body:
        return frames.from_data(body[content.FRAME])
    said = wording.of(session, held.office)
    return frames.draft(said, held.kind, values, clock.now(), press.zone)


def plainly(data: bytes) -> list[Shown]:
    """The words of a Word file made from a bureau's own template, without its looks.

    Headers first, then the text, footers and notes: everything that the file says.
    """
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = [(rank, name) for name in archive.namelist() if (rank := _rank(name)) is not None]
        texts = [archive.read(name).decode() for _, name in sorted(parts)]
    paragraphs = ("".join(RUN.findall(one)) for xml in texts for one in PARAGRAPH.findall(xml))
    return [Shown("paragraph", unescape(words)) for words in paragraphs if words.strip()]


def _rank(name: str) -> int | None:
    """Where the words of a part stand on the page; None for a part without words."""
    return next((n for n, part in enumerate(SPEAKING) if part.fullmatch(name)), None)
