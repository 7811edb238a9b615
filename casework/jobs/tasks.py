"""What runs by itself: each task opens its own transactions and may run twice without harm."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from casework import clock
from casework.db import Database
from casework.services import sweep as service
from casework.services.calls import climbing
from casework.services.rolls import expecting as rolls
from casework.services.sweep import Fired
from casework.services.zero_reports import expecting

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Pass:
    """What one pass of the sweep did."""

    at: datetime
    fired: list[Fired] = field(default_factory=list)
    failed: list[int] = field(default_factory=list)


def never() -> bool:
    """Nobody asks to stop."""
    return False


def sweep(db: Database, interval: timedelta, stopping: Callable[[], bool] = never) -> Pass:
    """Fire every rung that is due by now; a failing clock is set aside and holds up no other.

    ``stopping`` is asked between batches: what is left then waits for the next pass.
    """
    done = Pass(clock.now())
    _expect(db)
    _expect_rolls(db, done.at, stopping)
    late_before = _late_before(db, done.at, interval)
    stuck: tuple[int, ...] = ()
    while not stopping():
        with db.reading() as session:
            ids = service.due_clocks(session, done.at)
        if not ids:
            break
        found = _batch(db, ids, late_before, done.failed)
        if not found and tuple(ids) == stuck:  # what is left is held by another sweeper
            break
        stuck = tuple(ids)
        done.fired += found
    _calls(db, done.at, stopping)
    with db.transaction() as session:
        service.beat(session, done.at, len(done.fired), len(done.failed))
    return done


def _expect(db: Database) -> None:
    """Once a day: what every school owes today; a failure must not keep the sweep from firing."""
    try:
        with db.reading() as session:
            if not expecting.behind(session):
                return
        with db.transaction() as session:
            expecting.ensure(session)
    except Exception:  # the next pass tries again
        log.exception("today's zero reports could not be expected")


def _expect_rolls(db: Database, at: datetime, stopping: Callable[[], bool]) -> None:
    """The rolls that are missing when they must first be reminded of, some schools at a time."""
    try:
        with db.reading() as session:
            more = rolls.behind(session, at)
        while more and not stopping():
            with db.transaction() as session:
                more = rolls.sweep_missing(session, at)
    except Exception:  # the next pass tries again
        log.exception("missing rolls could not be expected")


def _calls(db: Database, at: datetime, stopping: Callable[[], bool]) -> None:
    """Go on from the calls that nobody has answered in time.

    What another holds waits for the next pass; so does a call that fails, which is logged.
    """
    place: climbing.Place | None = None
    while not stopping():
        with db.reading() as session:
            due = climbing.due_calls(session, at, place)
        if not due:
            break
        place = due[-1]
        _climb(db, [call_id for _, call_id in due], at)


def _climb(db: Database, call_ids: list[int], at: datetime) -> None:
    try:
        with db.transaction() as session:
            climbing.climb(session, call_ids, at)
    except Exception:  # redone one by one: a broken call must not silence the others
        log.exception("a batch of %s calls could not go on", len(call_ids))
        for call_id in call_ids if call_ids[1:] else ():
            _climb(db, [call_id], at)


def _batch(
    db: Database, ids: list[int], late_before: datetime | None, failed: list[int]
) -> list[Fired]:
    try:
        with db.transaction() as session:
            return service.fire_due(session, ids, late_before)
    except Exception:  # the batch is redone one by one, so that only the culprit waits
        log.exception("a batch of %s clocks failed, working them singly", len(ids))
    return [one for clock_id in ids for one in _single(db, clock_id, late_before, failed)]


def _single(
    db: Database, clock_id: int, late_before: datetime | None, failed: list[int]
) -> list[Fired]:
    try:
        with db.transaction() as session:
            return service.fire_due(session, [clock_id], late_before)
    except Exception:  # isolated here: one broken clock must not silence the others
        log.exception("clock %s failed and is set aside", clock_id)
    with db.transaction() as session:
        service.set_aside(session, clock_id, clock.now())
    failed.append(clock_id)
    return []


def _late_before(db: Database, at: datetime, interval: timedelta) -> datetime | None:
    """Rungs due before this are late by the system's own fault; None when it has been awake."""
    with db.reading() as session:
        last = service.last_beat(session)
    if last is not None and at - last.at <= 2 * interval:
        return None
    return at - 2 * interval
