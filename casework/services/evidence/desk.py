"""Where files are handed in: checked, stored, then entered.

The order is what makes it safe: the file is durable before the row is written, and no transaction
is open while a picture is drawn. These functions therefore open their own transactions.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from limits import RateLimitItemPerHour
from limits.strategies import FixedWindowRateLimiter

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotFound
from casework.models import Evidence
from casework.permissions import Actor
from casework.services.evidence import images, register, uploads
from casework.services.evidence.cleaning import clean_now_and_then
from casework.services.evidence.kinds import kind_of, refused
from casework.services.evidence.store import Received, Store
from casework.services.limits import LockedOut, SqlStorage
from casework.text import N_, Text

PER_PERSON = RateLimitItemPerHour(120)
OTHER_HASH = N_("The file did not arrive as it was sent (its SHA-256 differs). Send it again.")
NO_HASH = N_("A SHA-256 has 64 hexadecimal digits.")


@dataclass(frozen=True, slots=True)
class Desk:
    """One person handing in files, in one installation."""

    db: Database
    store: Store
    actor: Actor

    def take(self, number: str, stream: IO[bytes], name: str) -> Evidence:
        """Take in a file for a case. Raises NotFound, Invalid, Conflict, LockedOut."""
        self._admit(number)
        with self.store.temporary() as path:
            return self._enter(number, self.store.receive(stream, path), name)

    def start(self, number: str, size: int, name: str) -> uploads.Progress:
        """Begin an upload in pieces."""
        self._admit(number)
        with self.db.transaction() as session:
            return uploads.start(session, self.actor, number, size, name)

    def write(self, number: str, key: str, offset: int, data: bytes) -> uploads.Progress:
        """Take one piece."""
        with self.db.transaction() as session:
            return uploads.write(session, self.store, self.actor, number, key, offset, data)

    def finish(self, number: str, key: str, sha256: str | None) -> Evidence:
        """Put the pieces together, once; ``sha256`` is compared where it is given."""
        if sha256 is not None and len(sha256) != 64:
            raise Invalid({"sha256": [Text(NO_HASH)]})
        with self.db.reading() as session:
            upload = uploads.progress(session, self.actor, number, key)
            if upload.evidence_id is not None:
                return _again(session.get(Evidence, upload.evidence_id))
        uploads.demand_complete(upload)
        with self.store.temporary() as path:
            received = self._put_together(key, upload, path)
            if sha256 is not None and received.sha256 != sha256.lower():
                self._from_the_start(number, key)
                raise refused(OTHER_HASH)
            row = self._enter(number, received, upload.name)
        with self.db.transaction() as session:
            first = uploads.finished(session, self.actor, number, key, row.id)
            found = _again(session.get(Evidence, first))
        self.store.part(key).unlink(missing_ok=True)
        return found

    def _put_together(self, key: str, upload: uploads.Progress, path: Path) -> Received:
        try:
            with self.store.part(key).open("rb") as pieces:
                return self.store.receive(pieces, path)
        except FileNotFoundError:  # finished by another request, or lost with the disk
            raise Conflict(Text(uploads.INCOMPLETE, {"received": 0, "size": upload.size})) from None

    def _from_the_start(self, number: str, key: str) -> None:
        with self.db.transaction() as session:
            uploads.start_over(session, self.actor, number, key)

    def _admit(self, number: str) -> None:
        """Count this attempt, and look whether the person may add files at all."""
        clean_now_and_then(self.db, self.store)
        with self.db.reading() as session:
            register.case_for_upload(session, self.actor, number)
        storage = SqlStorage(self.db)
        who = str(self.actor.user_id)
        if not FixedWindowRateLimiter(storage).hit(PER_PERSON, "evidence", who):
            ends = storage.get_expiry(PER_PERSON.key_for("evidence", who))
            raise LockedOut(max(1, int(ends - clock.now().timestamp())))

    def _enter(self, number: str, received: Received, name: str) -> Evidence:
        facts = self._keep(received, name)
        with self.db.transaction() as session:
            return register.add(session, self.actor, number, facts, register.cleaned_name(name))

    def _keep(self, received: Received, name: str) -> register.Facts:
        """Store what is to be kept: a picture drawn anew, anything else as it came."""
        kind = kind_of(received.path, name)
        if not kind.picture:
            self.store.keep(received.path, received.sha256, None)
            return _facts(received, received, kind.media_type, kind.media_type, cleaned=False)
        with self.store.temporary() as path:
            drawn = images.redraw(received.path, kind.media_type, path)
            kept = _measured(path)
            self.store.keep(path, kept.sha256, drawn.preview)
        return _facts(received, kept, kind.media_type, drawn.media_type, cleaned=True)


def _facts(
    received: Received, kept: Received, original_type: str, media_type: str, *, cleaned: bool
) -> register.Facts:
    return register.Facts(
        sha256=kept.sha256,
        original_sha256=received.sha256,
        size=kept.size,
        media_type=media_type,
        original_type=original_type,
        cleaned=cleaned,
    )


def _measured(path: Path) -> Received:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
    return Received(path, digest.hexdigest(), path.stat().st_size)


def _again(row: Evidence | None) -> Evidence:
    """What an upload has become; it may have been cleaned away since."""
    if row is None:
        raise NotFound
    return row
