"""The secret key of an installation that was not given one."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from filelock import FileLock


def stored_secret_key(data_dir: Path) -> str:
    """The key kept in the data folder, made at the first call and readable by its owner only."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = data_dir / "secret_key"
    # Server and worker start together: without the lock each would make its own key.
    with FileLock(data_dir / "secret_key.lock"):
        if not file.exists():
            part = file.with_suffix(".part")
            part.unlink(missing_ok=True)
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="ascii") as new:
                new.write(secrets.token_hex(32))
            part.replace(file)
        return file.read_text(encoding="ascii")
