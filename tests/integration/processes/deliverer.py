"""Deliverers that can be killed: ``deliverer URL SMTP`` starts one for each line it reads.

Says the process number of each. They are forks, so that starting one costs nothing; each opens the
database for itself and delivers without end. A line with a number waits for the end of that one.
"""

from __future__ import annotations

import os
import sys
import time as machine
import traceback
from datetime import time, timedelta
from itertools import count

from casework.jobs.delivering import deliver
from casework.notifications.terms import Retry, Terms
from tests.integration.posting import office
from tests.integration.processes import open_database

SHORT = Terms(
    retry=Retry(first=timedelta(seconds=0.2), most=timedelta(seconds=0.5)),
    lease=timedelta(seconds=3),
    singles=3,
    daily_at=time.max,
)
"""A lease that a test can wait for, digests of more than three messages, and none of a day."""


def main(url: str, smtp_url: str) -> None:
    """Start a deliverer for each empty line, wait for the one that a line names."""
    open_database(url)  # reads the packs once, for all forks
    for line in sys.stdin:
        if line.strip():
            os.waitpid(int(line), 0)
            continue
        child = os.fork()
        if not child:
            _deliver_on(url, smtp_url)
        sys.stdout.write(f"{child}\n")
        sys.stdout.flush()


def _deliver_on(url: str, smtp_url: str) -> None:
    """Deliver until somebody kills this process."""
    database, courier = open_database(url), office(smtp_url, SHORT)
    for _ in count():
        try:
            deliver(database, courier)
        except Exception:  # as the scheduler does: the next pass must come
            traceback.print_exc()
        machine.sleep(0.005)
