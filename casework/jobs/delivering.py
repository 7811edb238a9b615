"""The delivery pass: plan, claim, send without any transaction, write down the answers.

May run in any number of processes at once, and be killed at any instant: what was claimed is free
again after its lease, and is sent again under the same number.
"""

from __future__ import annotations

import logging
import time as machine
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from secrets import token_hex

from casework import clock
from casework.db import Database
from casework.notifications.channels import CHANNELS, Answer, Fault, Letter
from casework.services import sweep as service
from casework.services.calls import climbing
from casework.services.delivery import alarms, claiming, digests, outcomes, planning, rerouting
from casework.services.delivery.claiming import Job
from casework.services.delivery.letters import letters
from casework.services.delivery.office import Office
from casework.services.delivery.outcomes import Outcome

log = logging.getLogger(__name__)

NAME = "deliver"
"""The name of its sign of life."""
LOCKED = "The address cannot be read with the present secret key: enter it again."


def never() -> bool:
    """Nobody asks to stop."""
    return False


@dataclass(slots=True)
class Pass:
    """What one pass did."""

    planned: int = 0
    sent: int = 0
    failed: int = 0
    words: list[str] = field(default_factory=list)


def deliver(db: Database, office: Office, stopping: Callable[[], bool] = never) -> Pass:
    """Deliver everything that is due, then send what fails another way, and tell of it."""
    done = Pass()
    _digests(db, office)
    holder = token_hex(8)
    while not stopping():
        done.planned += _plan(db)
        at = clock.now()
        began = machine.monotonic()
        with db.transaction() as session:
            jobs = claiming.claim(session, holder, at, office.terms)
        if jobs is None:
            break
        found = _send_all(db, office, jobs, began)
        with db.transaction() as session:
            outcomes.record(session, holder, found, office.terms, clock.now())
            tried = {one.endpoint_id for one in found}
            left = {job.endpoint.id for job in jobs} - tried
            claiming.unclaimed(session, holder, sorted(left))
        done.sent += sum(one.answer.ok for one in found)
        done.failed += sum(not one.answer.ok for one in found)
    _reroute(db, office)
    with db.transaction() as session:
        alarms.tell_failing(session, clock.now(), office.terms)
        alarms.tell_dead(session, clock.now())
        service.beat(session, clock.now(), done.sent, done.failed, NAME)
    return done


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


def _send_all(db: Database, office: Office, jobs: Sequence[Job], began: float) -> list[Outcome]:
    """Send each channel's parcels over one connection, the channels beside each other."""
    with db.reading() as session:
        made = letters(session, jobs, office)
    kinds = sorted({job.endpoint.channel for job in jobs})
    lease = office.terms.lease.total_seconds()
    until = began + max(lease - 2 * office.ground.timeout, lease / 2)

    def of_kind(kind: str) -> list[Outcome]:
        mine = [job for job in jobs if job.endpoint.channel == kind]
        return _send(office, kind, mine, made, until)

    if len(kinds) == 1:
        return of_kind(kinds[0])
    with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
        return [one for found in pool.map(of_kind, kinds) for one in found]


def _send(
    office: Office, kind: str, jobs: Sequence[Job], made: dict[int, Letter], until: float
) -> list[Outcome]:
    """Send in order; what stands behind a server that is not reached is not tried in this pass.

    Ends early rather than send anything after the claim has run out.
    """
    channel = CHANNELS[kind]
    down: dict[str, Answer] = {}
    found: list[Outcome] = []
    failed: set[int] = set()
    with channel.open(office.ground) as sender:
        for job in jobs:
            if machine.monotonic() > until:
                break
            if job.endpoint.id in failed:
                continue  # the order of an endpoint holds: nothing overtakes what failed
            address = office.vault.unlock(job.endpoint.address)
            if address is None:
                answer, transport = Answer(False, LOCKED, Fault.MISCONFIGURED), kind
            else:
                transport = channel.transport(address, office.ground)
                known = down.get(transport)
                answer = known or sender.send(address, made[job.parcel.id])
                if not answer.reached:
                    down[transport] = answer
            if not answer.ok:
                failed.add(job.endpoint.id)
            found.append(Outcome(job.endpoint.id, job.parcel.id, transport, answer, clock.now()))
    return found
