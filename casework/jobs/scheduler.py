"""The one importer of APScheduler: lets the sweep run every few seconds, in memory.

The rows are the schedule; this is only the heartbeat. Any number of processes may run one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Event

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.combining import OrTrigger
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from casework.clock import LOCAL
from casework.db import Database
from casework.jobs import tasks

log = logging.getLogger(__name__)

DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@contextmanager
def running(db: Database, seconds: int) -> Iterator[None]:
    """Sweep now and every so many seconds inside the block; its end waits for the present pass."""
    scheduler = BackgroundScheduler(timezone=LOCAL, job_defaults=DEFAULTS)
    interval = timedelta(seconds=seconds)
    now = DateTrigger(timezone=LOCAL)  # without a date: at once
    now_and_every = OrTrigger([now, IntervalTrigger(seconds=seconds, timezone=LOCAL)])
    leaving = Event()
    scheduler.add_job(sweep, now_and_every, args=(db, interval, leaving), id="sweep")
    scheduler.start()
    try:
        yield
    finally:
        leaving.set()
        scheduler.shutdown(wait=True)


def sweep(db: Database, interval: timedelta, leaving: Event) -> None:
    """One pass; what fails is logged, and the missing heartbeat turns ``/healthz`` red."""
    try:
        done = tasks.sweep(db, interval, leaving.is_set)
    except Exception:  # the next pass must come, whatever happened to this one
        log.exception("the sweep failed")
        return
    if done.fired or done.failed:
        log.info("sweep fired=%s failed=%s", len(done.fired), len(done.failed))
