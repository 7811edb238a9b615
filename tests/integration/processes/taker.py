"""Takes in a file in children of its own, which die by SIGKILL: ``taker URL FOLDER NUMBER``.

Each line read is N: the child dies before its N-th step that lasts (a flush, a rename, a statement
that writes, a commit), or says ``done``. The parent says ``dead`` at last.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from casework import clock
from casework.services.evidence.desk import Desk
from casework.services.evidence.store import Store
from tests.evidence_files import photo
from tests.factories import MONDAY
from tests.integration.processes import county_in, open_database
from tests.integration.processes.crasher import die
from tests.integration.processes.sweeper import say

LASTING = ("INSERT", "UPDATE", "DELETE")


class Countdown:
    """Dies before the step with this number."""

    def __init__(self, steps: int) -> None:
        self.left = steps

    def step(self, *_: Any, **__: Any) -> None:
        """One step that lasts."""
        self.left -= 1
        if self.left == 0:
            die()

    def before(self, name: str) -> None:
        """Count the calls of a function of the operating system."""
        real = getattr(os, name)

        def counted(*args: Any, **kwargs: Any) -> Any:
            self.step()
            return real(*args, **kwargs)

        setattr(os, name, counted)


def live(url: str, folder: Path, number: str, steps: int) -> None:
    """The life of a child."""
    database = open_database(url)
    county = county_in(database)
    countdown = Countdown(steps)
    for name in ("fsync", "replace", "rename", "utime", "unlink"):
        countdown.before(name)

    def writes(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(LASTING):
            countdown.step()

    event.listen(database.engine, "before_cursor_execute", writes)
    event.listen(database.engine, "commit", countdown.step)
    with clock.at(MONDAY):
        desk = Desk(database, Store(folder), county["teacher1"])
        desk.take(number, io.BytesIO(photo()), "现场.jpg")
    say("done")


def main(url: str, folder: str, number: str) -> None:
    """Answer every line by a child that lives and dies for it."""
    database = open_database(url)
    county_in(database)  # policy and mappings are read once for all children
    database.dispose()
    for line in sys.stdin:
        child = os.fork()
        if not child:
            live(url, Path(folder), number, int(line))
            die()
        os.waitpid(child, 0)
        say("dead")
