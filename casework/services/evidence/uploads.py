"""A file in pieces: begun, sent piece by piece, finished; only the person who began it goes on."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotFound
from casework.models import Upload
from casework.permissions import Actor
from casework.services.evidence import register
from casework.services.evidence.kinds import FIELD
from casework.services.evidence.store import EMPTY, MOST, TOO_LARGE, Store
from casework.services.scope import load_case
from casework.text import N_, Text

LARGEST_PIECE = 1024 * 1024
LIFETIME = timedelta(days=1)
MOST_OPEN = 20
OTHER_PLACE = N_("%(received)s bytes have arrived; go on from there.")
TOO_MUCH = N_("More bytes were sent than the file has.")
NO_PIECE = N_("A piece has 1 byte to 1 MB.")
INCOMPLETE = N_("Only %(received)s of %(size)s bytes have arrived.")
TOO_MANY_OPEN = N_("Too many files are on their way at once. Finish one first.")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an upload has come; ``evidence_id`` once it is finished."""

    key: str
    size: int
    received: int
    name: str
    evidence_id: int | None


def start(session: Session, actor: Actor, number: str, size: int, name: str) -> Progress:
    """Begin an upload. Raises Invalid for a size that is not taken, Conflict beyond the quotas."""
    if not 0 < size <= MOST:
        raise Invalid({FIELD: [Text(TOO_LARGE if size > 0 else EMPTY)]})
    case = register.case_for_upload(session, actor, number, size)
    mine = select(func.count()).where(Upload.user_id == actor.user_id)
    if (session.scalar(mine.where(Upload.evidence_id.is_(None))) or 0) >= MOST_OPEN:
        raise Conflict(Text(TOO_MANY_OPEN))
    row = Upload(
        key=secrets.token_hex(16),
        case_id=case.id,
        user_id=actor.user_id,
        size=size,
        received=0,
        name=register.cleaned_name(name),
        started_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return _progress(row)


def progress(session: Session, actor: Actor, number: str, key: str) -> Progress:
    """How far it has come. Raises NotFound for everybody but the person who began it."""
    return _progress(_load(session, actor, number, key))


def write(
    session: Session,
    store: Store,
    actor: Actor,
    number: str,
    key: str,
    offset: int,
    data: bytes,
) -> Progress:
    """Take one piece; one that has already arrived changes nothing.

    The bytes are on disk before the row says so: a crash in between costs this piece, no more.
    Raises Conflict, saying how much has arrived, for a piece that does not come next.
    """
    row = _load(session, actor, number, key, lock=True)
    if not 0 < len(data) <= LARGEST_PIECE:
        raise Invalid({FIELD: [Text(NO_PIECE)]})
    if offset < 0 or offset + len(data) > row.size:
        raise Invalid({FIELD: [Text(TOO_MUCH)]})
    if offset + len(data) <= row.received:
        return _progress(row)
    if row.received and not store.part(key).exists():  # lost with the disk: begin again
        row.received = 0
        session.flush()
        return _progress(row)
    if offset != row.received:
        raise Conflict(Text(OTHER_PLACE, {"received": row.received}))
    store.write_part(key, offset, data)
    row.received += len(data)
    session.flush()
    return _progress(row)


def finished(session: Session, actor: Actor, number: str, key: str, evidence_id: int) -> int:
    """Note what became of an upload; the file that was noted first, if two finish at once."""
    row = _load(session, actor, number, key, lock=True)
    row.evidence_id = row.evidence_id or evidence_id
    session.flush()
    return row.evidence_id


def start_over(session: Session, actor: Actor, number: str, key: str) -> None:
    """Forget what has arrived: it is not what was sent."""
    _load(session, actor, number, key, lock=True).received = 0
    session.flush()


def demand_complete(upload: Progress) -> None:
    """Raise Conflict while bytes are missing."""
    if upload.received != upload.size:
        params = {"received": upload.received, "size": upload.size}
        raise Conflict(Text(INCOMPLETE, params))


def _load(session: Session, actor: Actor, number: str, key: str, *, lock: bool = False) -> Upload:
    case = load_case(session, actor, number)
    query = select(Upload).where(
        Upload.key == key,
        Upload.case_id == case.id,
        Upload.user_id == actor.user_id,
        Upload.started_at > clock.now() - LIFETIME,
    )
    row = session.scalar(query.with_for_update() if lock else query)
    if row is None:
        raise NotFound
    return row


def _progress(row: Upload) -> Progress:
    return Progress(row.key, row.size, row.received, row.name, row.evidence_id)
