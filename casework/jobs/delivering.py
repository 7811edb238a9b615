"""The delivery pass: plan, claim, send without any transaction, write down the answers.

May run in any number of processes at once, and be killed at any instant: what was claimed is free
again after its lease, and is sent again under the same number.
"""

from __future__ import annotations

import logging
import time as machine
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex

from sqlalchemy.exc import DBAPIError

from casework import clock
from casework.db import Database, collided
from casework.jobs import alarming
from casework.jobs.sending import Lease, send_all
from casework.services import sweep as service
from casework.services.calls import climbing
from casework.services.delivery import claiming, digests, outcomes, planning, rerouting
from casework.services.delivery.office import Office
from casework.services.delivery.outcomes import Outcome

log = logging.getLogger(__name__)

NAME = "deliver"
"""The name of its sign of life."""
ASIDE_EVERY = 60
"""Seconds after which a long pass looks at what fails and gives a sign of life."""


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(slots=True)
class Pass:
    """What one pass did."""

    planned: int = 0
    sent: int = 0
    failed: int = 0


def deliver(db: Database, office: Office, stopping: Callable[[], bool] = never) -> Pass:
    """Deliver everything that is due, then send what fails another way, and tell of it."""
    done = Pass()
    holder = token_hex(8)
    _by_itself("the digests could not be written", lambda: _digests(db, office))
    aside = machine.monotonic()
    while not stopping():
        done.planned += _plan(db)
        if not _round(db, office, holder, done):
            break
        if machine.monotonic() - aside > ASIDE_EVERY:  # a long backlog must not hold these up
            _aside(db, office, done)
            aside = machine.monotonic()
    _aside(db, office, done)
    return done


def _round(db: Database, office: Office, holder: str, done: Pass) -> bool:
    """One claim and what becomes of it; False when nothing was due."""
    with db.transaction() as session:
        jobs = claiming.claim(session, holder, clock.now(), office.terms)
    if jobs is None:
        return False
    found = send_all(db, office, jobs, Lease(db, holder, office.terms))
    left = {job.endpoint.id for job in jobs} - {one.endpoint_id for one in found}
    recovered = _record(db, office, holder, found, sorted(left))
    if recovered:
        with db.transaction() as session:
            outcomes.wake(session, recovered, clock.now())
    done.sent += sum(one.answer.ok for one in found)
    done.failed += sum(not one.answer.ok for one in found)
    return True


def _record(
    db: Database, office: Office, holder: str, found: Sequence[Outcome], left: Sequence[int]
) -> frozenset[str]:
    """Write down what was answered; once more when another was in the way, for it has happened."""
    for last in (False, True):
        try:
            with db.transaction() as session:
                recovered = outcomes.record(session, holder, found, office.terms, clock.now())
                claiming.unclaimed(session, holder, left)
        except DBAPIError as error:
            if last or not collided(error):
                raise
        else:
            return recovered
    raise AssertionError("unreachable")


def _aside(db: Database, office: Office, done: Pass) -> None:
    _by_itself("what fails could not be sent another way", lambda: _reroute(db, office))
    _by_itself("failing channels could not be told of", lambda: alarming.tell(db, office))
    with db.transaction() as session:
        service.beat(session, clock.now(), done.sent, done.failed, NAME)


def _by_itself(complaint: str, work: Callable[[], None]) -> None:
    """What comes beside the sending must not stop it."""
    try:
        work()
    except Exception:  # the next pass tries again
        log.exception(complaint)


def _digests(db: Database, office: Office) -> None:
    with db.reading() as session:
        due = digests.due_editions(session, clock.now(), office.terms)
    for edition in due:
        written = 1
        while written:
            with db.transaction() as session:
                written = digests.write(session, edition, clock.now())


def _plan(db: Database) -> int:
    planned, found = 0, 1
    while found:
        with db.transaction() as session:
            found = planning.plan(session, clock.now())
        planned += found
    return planned


def _reroute(db: Database, office: Office) -> None:
    """Other channels first; who has none left is passed over for the next person."""
    looked = 1
    while looked:
        with db.transaction() as session:
            looked, stuck = rerouting.reroute(session, clock.now(), office.terms)
        for call_id in stuck:
            with db.transaction() as session:
                climbing.pass_over(session, call_id, clock.now())
