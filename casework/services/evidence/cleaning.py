"""What nobody used within a day goes: uploads left half-way, files linked to no event, orphans."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import delete, select

from casework import clock
from casework.db import Database
from casework.models import Evidence, Upload
from casework.services.evidence import register
from casework.services.evidence.store import Store
from casework.services.evidence.uploads import LIFETIME

PAUSE = timedelta(hours=1)
MARK = "cleaned.lock"
BATCH = 500


def clean_now_and_then(db: Database, store: Store) -> None:
    """Clean, unless somebody has done so within the hour."""
    mark = store.folder / MARK
    if mark.exists() and time.time() - mark.stat().st_mtime < PAUSE.total_seconds():
        return
    store.folder.mkdir(parents=True, exist_ok=True)
    mark.touch()
    clean(db, store)


def clean(db: Database, store: Store) -> int:
    """Remove the rows, then the files that no row needs; how many files went.

    Rows first: a crash in between leaves files without rows, which the next cleaning removes.
    """
    before = clock.now() - LIFETIME
    with db.transaction() as session:
        session.execute(delete(Upload).where(Upload.started_at < before))
        session.execute(
            delete(Evidence).where(Evidence.seq.is_(None), Evidence.created_at < before)
        )
    gone = 0
    for paths in _batches(store.old(LIFETIME)):
        with db.reading() as session:
            stems = [path.stem for path in paths]
            known = register.needed(session, stems)
            known |= set(session.scalars(select(Upload.key).where(Upload.key.in_(stems))))
        gone += sum(store.remove(path, LIFETIME) for path in paths if path.stem not in known)
    return gone


def _batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while batch := list(islice(paths, BATCH)):
        yield batch
