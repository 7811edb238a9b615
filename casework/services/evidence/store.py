"""The folder of the files: named by SHA-256, two levels deep, outside everything that is served.

A file is complete before it gets its name, and has its name before any row speaks of it. Whatever
a crash leaves behind is therefore a file without a row: harmless, and cleaned away a day later.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO

from filelock import FileLock

from casework.services.evidence.kinds import refused
from casework.text import N_

MOST = 20 * 1024 * 1024
BLOCK = 256 * 1024
EMPTY = N_("This file is empty.")
TOO_LARGE = N_("This file is larger than 20 MB. Make it smaller, or send it in parts.")
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Received:
    """A file as it came in, in the folder of what is on its way."""

    path: Path
    sha256: str
    size: int


class Store:
    """The evidence folder of an installation; shared by all its processes."""

    def __init__(self, data_dir: Path) -> None:
        self.folder = data_dir / "evidence"
        self.incoming = self.folder / "incoming"

    def path(self, sha256: str) -> Path:
        """Where the file with this hash lies."""
        if not _HASH.fullmatch(sha256):
            raise ValueError("not a SHA-256 in hexadecimal")
        return self.folder / sha256[:2] / sha256[2:4] / sha256

    def preview(self, sha256: str) -> Path:
        """Where the small picture of this file lies."""
        return self.path(sha256).with_suffix(".jpg")

    @contextlib.contextmanager
    def temporary(self) -> Iterator[Path]:
        """A path for a file on its way; nothing is left there afterwards."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        path = self.incoming / f"{secrets.token_hex(16)}.tmp"
        try:
            yield path
        finally:
            path.unlink(missing_ok=True)

    def receive(self, stream: IO[bytes], path: Path) -> Received:
        """Write a stream block by block. Raises Invalid as soon as it is too large, or if empty."""
        digest, size = hashlib.sha256(), 0
        with path.open("wb") as file:
            while block := stream.read(BLOCK):
                size += len(block)
                if size > MOST:
                    raise refused(TOO_LARGE)
                digest.update(block)
                file.write(block)
        if not size:
            raise refused(EMPTY)
        return Received(path, digest.hexdigest(), size)

    def keep(self, path: Path, sha256: str, preview: bytes | None) -> None:
        """Give a complete file its name, its preview first; durable when this returns."""
        target = self.path(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            if preview is not None:
                with self.temporary() as small:
                    small.write_bytes(preview)
                    _move(small, self.preview(sha256))
            _move(path, target)
        for folder in (target.parent, target.parent.parent, self.folder):
            _flush_folder(folder)

    def part(self, key: str) -> Path:
        """Where the pieces of an upload are put together."""
        return self.incoming / f"{key}.part"

    def write_part(self, key: str, offset: int, data: bytes) -> None:
        """Write one piece in its place; durable when this returns. What lay beyond is dropped."""
        self.incoming.mkdir(parents=True, exist_ok=True)
        path = self.part(key)
        with path.open("r+b" if path.exists() else "wb") as file:
            file.seek(offset)
            file.write(data)
            file.truncate()
            file.flush()
            os.fsync(file.fileno())

    def old(self, age: timedelta) -> Iterator[Path]:
        """The files of the store, and those on their way, untouched for so long."""
        for path in self.folder.glob("**/*"):
            if path.suffix != ".lock" and path.is_file() and _age(path) > age:
                yield path

    def remove(self, path: Path, age: timedelta) -> bool:
        """Remove a file unless somebody has stored it again meanwhile; True when it is gone."""
        with self._lock():
            if _age(path) <= age:
                return False
            path.unlink()
        return True

    def _lock(self) -> FileLock:
        self.folder.mkdir(parents=True, exist_ok=True)
        return FileLock(self.folder / "store.lock")


def _move(path: Path, target: Path) -> None:
    """Flush, then rename over whatever has the name; the time of the file becomes now."""
    with path.open("r+b") as file:
        os.fsync(file.fileno())
    os.utime(path)
    path.replace(target)


def _age(path: Path) -> timedelta:
    """How long ago it was written, by the clock of the machine, which no demo can shift."""
    try:
        return timedelta(seconds=time.time() - path.stat().st_mtime)
    except FileNotFoundError:  # moved or removed meanwhile
        return timedelta.min


def _flush_folder(folder: Path) -> None:
    """Make the names in a folder durable; Windows has no such call and needs none."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
