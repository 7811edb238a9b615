"""Does one thing after the other in children of its own, which die by SIGKILL: ``crasher URL``.

Each line read is ``JOB N``: the child dies before its N-th statement that writes (what only reads
leaves no trace) with the commit as the last, or says ``done`` and dies right after the commit when
there are fewer. ``loop 0`` files and acts until somebody kills it.
The child says ``pid`` with its number first; the parent says ``dead`` at last.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Case
from tests.factories import MONDAY, County, act, file_bullying
from tests.integration.processes import county_in, open_database
from tests.integration.processes.sweeper import say

COMMIT = "COMMIT"
Work = Callable[[Session, County], None]
FOUND = {"condition": "injured", "place": "河边", "handed_to": "母亲", "all_notified": True}
ACCEPTED = dict.fromkeys(("discovered_by", "stopped_by", "stopped_at", "protection"), "unknown")


def die() -> None:
    """End as by a power cut: nothing is cleaned up."""
    os.kill(os.getpid(), signal.SIGKILL)


def die_before(database: Database, number: int) -> None:
    """Die before the writing statement with this number, the commit being the last; 0 for none."""
    seen = 0

    def count(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        nonlocal seen
        if statement.startswith(("INSERT", "UPDATE", "DELETE", COMMIT)):
            seen += 1
            if seen == number:
                die()

    if number == 0:
        return
    event.listen(database.engine, "before_cursor_execute", count)
    event.listen(database.engine, "commit", lambda connection: count(connection, None, COMMIT))


def file_one(session: Session, county: County) -> None:
    """One filing: case, people, clocks, flag, chain, messages."""
    file_bullying(session, county, injury="serious", weapon=True)


def find_one(session: Session, county: County) -> None:
    """One action that also opens a linked case: the missing pupil is found, hurt."""
    act(session, county["lead1"], session.scalars(select(Case)).one(), "find", **FOUND)


def once(database: Database, work: Work) -> None:
    """Do it in one transaction."""
    county = county_in(database)
    with database.transaction() as session:
        work(session, county)


def sweep_once(database: Database) -> None:
    """One pass of the sweep, half a day later."""
    with clock.at(MONDAY + timedelta(hours=12)):
        sweep(database, timedelta(minutes=1))


def loop(database: Database) -> None:
    """File and act until the end."""
    county = county_in(database)
    while True:
        with database.transaction() as session:
            case = file_bullying(session, county)
        with database.transaction() as session:
            act(session, county["lead1"], session.get_one(Case, case.id), "accept", **ACCEPTED)
        with database.transaction() as session:
            row = session.get_one(Case, case.id)
            act(session, county["lead1"], row, "add_note", text="记录")


JOBS: dict[str, Work] = {"file": file_one, "find": find_one}


def live(job: str, number: int, database: Database) -> None:
    """The life of a child."""
    say(f"pid {os.getpid()}")
    die_before(database, number)
    with clock.at(MONDAY):
        if job in JOBS:
            once(database, JOBS[job])
        else:
            {"sweep": sweep_once, "loop": loop}[job](database)
    say("done")
    die()


def main(url: str) -> None:
    """Answer every line by a child that lives and dies for it."""
    database = open_database(url)
    county_in(database)  # policy and mappings are read once for all children
    database.dispose()
    for line in sys.stdin:
        job, number = line.split()
        child = os.fork()
        if not child:
            live(job, int(number), open_database(url))
        _, status = os.waitpid(child, 0)
        say("dead" if os.WIFSIGNALED(status) else "failed")
