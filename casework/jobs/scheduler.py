"""The one importer of APScheduler: lets sweep and delivery run every few seconds, in memory.

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
from casework.jobs import delivering, tasks
from casework.services.delivery.office import Office

log = logging.getLogger(__name__)

DEFAULTS = {"misfire_grace_time": None, "coalesce": True, "max_instances": 1}


@contextmanager
def running(db: Database, seconds: int, office: Office | None = None) -> Iterator[None]:
    """Sweep now and every so many seconds inside the block, and deliver if there is an office.

    The end waits for the present pass.
    """
    scheduler = BackgroundScheduler(timezone=LOCAL, job_defaults=DEFAULTS)
    interval = timedelta(seconds=seconds)
    leaving = Event()
    scheduler.add_job(sweep, _now_and_every(interval), args=(db, interval, leaving), id="sweep")
    if office is not None:
        often = _now_and_every(office.terms.every)
        scheduler.add_job(deliver, often, args=(db, office, leaving), id="deliver")
    scheduler.start()
    try:
        yield
    finally:
        leaving.set()
        scheduler.shutdown(wait=True)


def _now_and_every(interval: timedelta) -> OrTrigger:
    now = DateTrigger(timezone=LOCAL)  # without a date: at once
    every = IntervalTrigger(seconds=interval.total_seconds(), timezone=LOCAL)
    return OrTrigger([now, every])


def sweep(db: Database, interval: timedelta, leaving: Event) -> None:
    """One pass; what fails is logged, and the missing heartbeat turns ``/healthz`` red."""
    try:
        done = tasks.sweep(db, interval, leaving.is_set)
    except Exception:  # the next pass must come, whatever happened to this one
        log.exception("the sweep failed")
        return
    if done.fired or done.failed:
        log.info("sweep fired=%s failed=%s", len(done.fired), len(done.failed))


def deliver(db: Database, office: Office, leaving: Event) -> None:
    """One pass of the delivery; what fails is logged, and the next pass goes on."""
    try:
        done = delivering.deliver(db, office, leaving.is_set)
    except Exception:  # the next pass must come, whatever happened to this one
        log.exception("the delivery failed")
        return
    if done.sent or done.failed:
        log.info("deliver sent=%s failed=%s", done.sent, done.failed)
