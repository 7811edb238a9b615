"""Pictures that come with a report without a name: drawn anew so that they tell of no telephone."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid
from casework.models import IntakeFile
from casework.services.evidence import images
from casework.services.evidence.kinds import FIELD, kind_of
from casework.services.evidence.store import Store
from casework.text import N_, Text

MOST = 5
MOST_OF_ONE = 40
"""How many pictures one conversation may hold."""
FIELD_NAME = "files"
TOO_MANY = N_("At most %(most)s pictures at once.")
FULL = N_(
    "This conversation already holds %(most)s pictures. Describe in words what else there is."
)
ONLY_PICTURES = N_(
    "Only photos are taken here. From a document, a film or a sound recording the traces of who "
    "made it cannot be removed. Take a photo of it, or describe in words what is in it. "
    "Keep the original in a safe place."
)
AGAIN = N_(
    "None of your pictures was kept. What you wrote is still there: choose the pictures anew."
)


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as it is kept; nothing of what was sent."""

    sha256: str
    size: int
    media_type: str

    @property
    def data(self) -> dict[str, object]:
        """What the chain says of it."""
        return {"sha256": self.sha256, "size": self.size, "media_type": self.media_type}


def take(store: Store, streams: Iterable[IO[bytes]]) -> tuple[Picture, ...]:
    """Store the pictures, outside of any transaction. Raises Invalid at ``files``, with the reason.

    No name is looked at: the content alone decides.
    """
    sent = list(streams)
    if len(sent) > MOST:
        raise Invalid({FIELD_NAME: [Text(TOO_MANY, {"most": MOST}), Text(AGAIN)]})
    try:
        return tuple(_take(store, stream) for stream in sent)
    except Invalid as error:
        raise Invalid({FIELD_NAME: [*error.errors.get(FIELD, []), Text(AGAIN)]}) from None


def _take(store: Store, stream: IO[bytes]) -> Picture:
    with store.temporary() as path, store.temporary() as plain:
        received = store.receive(stream, path)
        media_type = _picture(received.path)
        drawn = images.redraw_plainly(received.path, media_type, plain)
        digest, size = hashlib.sha256(plain.read_bytes()).hexdigest(), plain.stat().st_size
        store.keep(plain, digest, drawn.preview)
    return Picture(digest, size, drawn.media_type)


def _picture(path: Path) -> str:
    kind = None
    with suppress(Invalid):
        kind = kind_of(path, "")
    if kind is None or not kind.picture:
        raise Invalid({FIELD: [Text(ONLY_PICTURES)]})
    return kind.media_type


def enter(
    session: Session, receipt_id: int, message_id: int | None, pictures: Iterable[Picture]
) -> None:
    """The rows of stored pictures. Raises Invalid when the conversation holds too many."""
    given = list(pictures)
    held = select(func.count()).where(IntakeFile.receipt_id == receipt_id)
    if (session.scalar(held) or 0) + len(given) > MOST_OF_ONE:
        raise Invalid({FIELD_NAME: [Text(FULL, {"most": MOST_OF_ONE})]})
    for picture in given:
        row = IntakeFile(
            receipt_id=receipt_id,
            message_id=message_id,
            sha256=picture.sha256,
            size=picture.size,
            media_type=picture.media_type,
            created_at=clock.now(),
        )
        session.add(row)
    session.flush()
