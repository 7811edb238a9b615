"""Uploads between their preview and their confirmation: files of one person, for one hour."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from casework.errors import Conflict
from casework.text import N_, Text

FOLDER = "imports"
LASTS = 3600
GONE = N_(
    "This upload is no longer here: it was taken over or is older than an hour. Look at the "
    "accounts or rosters, and upload the file again if something is missing."
)
_TOKEN = re.compile(r"[A-Za-z0-9_-]{20,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Pending:
    """The uploads that wait in the data folder, which only the service reads."""

    data_dir: Path

    def keep(self, user_id: int, data: bytes) -> str:
        """Keep an upload; returns the token under which its owner finds it again."""
        folder = self.data_dir / FOLDER
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep(folder)
        token = secrets.token_urlsafe(24)
        path = self._path(user_id, token)
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(data)
        return token

    def take(self, user_id: int, token: str) -> bytes:
        """Give the upload out, once. Raises Conflict when it is gone."""
        if not _TOKEN.fullmatch(token):
            raise Conflict(Text(GONE))
        path = self._path(user_id, token)
        mine = path.with_suffix(".taken")
        try:
            path.rename(mine)  # of two confirmations at once one finds nothing
            data = mine.read_bytes()
            mine.unlink()
        except FileNotFoundError:
            raise Conflict(Text(GONE)) from None
        return data

    def drop(self, user_id: int, token: str) -> None:
        """Forget an upload; one that is gone is forgotten already."""
        if _TOKEN.fullmatch(token):
            self._path(user_id, token).unlink(missing_ok=True)

    def _path(self, user_id: int, token: str) -> Path:
        return self.data_dir / FOLDER / f"{user_id}.{token}.upload"

    def _sweep(self, folder: Path) -> None:
        """Rosters of minors do not stay behind: what nobody has confirmed goes."""
        # The wall clock: file times know no shifted demo clock.
        oldest = time.time() - LASTS
        for path in folder.iterdir():
            try:
                if path.stat().st_mtime < oldest:
                    path.unlink()
            except FileNotFoundError:
                continue
