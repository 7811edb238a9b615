"""What takes long and is only read: made once in a run, and shared by its processes."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock


@dataclass(frozen=True, slots=True)
class Common:
    """What takes long is made by one process of the run; the others wait for it and share it."""

    folder: Path

    def made(self, name: str, make: Callable[[Path], None]) -> Path:
        """The file or folder of this name; ``make`` makes it, once."""
        path, half = self.folder / name, self.folder / f"{name}-half"
        with FileLock(f"{path}.lock"):
            if not path.exists():
                shutil.rmtree(half, ignore_errors=True)  # of a process that failed
                make(half)
                half.rename(path)
        return path
