"""A sweeper of its own: ``sweeper URL INSTANT`` sweeps once for each line it reads.

Says ``ready`` when it could begin and, after each pass, how many rungs it has fired.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from casework import clock
from casework.jobs.tasks import sweep
from tests.integration.processes import open_database


def main(url: str, instant: str) -> None:
    """Answer every line with one pass at the instant."""
    database = open_database(url)
    say("ready")
    with clock.at(datetime.fromisoformat(instant)):
        for _ in sys.stdin:
            done = sweep(database, timedelta(minutes=1))
            say(f"{len(done.fired)} {len(done.failed)}")


def say(line: str) -> None:
    """Write one line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
