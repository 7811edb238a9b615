"""Sending what was claimed, outside of any transaction: one connection a channel, side by side."""

from __future__ import annotations

import time as machine
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from threading import Lock

from casework import clock
from casework.db import Database
from casework.notifications.channels import CHANNELS, Answer, Fault, Letter
from casework.notifications.terms import Terms
from casework.services.delivery import claiming
from casework.services.delivery.claiming import Job
from casework.services.delivery.letters import letters
from casework.services.delivery.office import Office
from casework.services.delivery.outcomes import Outcome
from casework.services.delivery.shared import addresses

LOCKED = "The address cannot be read with the present settings: enter it again."
WORDLESS = "The message could not be put into words; the log says why."


@dataclass(frozen=True, slots=True)
class Luggage:
    """What is carried out of the database: letters by parcel, addresses by endpoint."""

    letters: Mapping[int, Letter]
    addresses: Mapping[int, Mapping[str, str] | None]


class Lease:
    """The claim of a deliverer, renewed while it sends; nothing is sent without it."""

    def __init__(self, db: Database, holder: str, terms: Terms) -> None:
        self._db, self._holder, self._terms = db, holder, terms
        self._lock = Lock()
        self._since = machine.monotonic()

    def holds(self) -> bool:
        """True while the claim lasts for longer than any one letter can take."""
        third = self._terms.lease.total_seconds() / 3
        with self._lock:
            if machine.monotonic() - self._since < third:
                return True
            with self._db.transaction() as session:
                kept = claiming.renew(session, self._holder, clock.now(), self._terms)
            self._since = machine.monotonic() if kept else float("-inf")
            return kept


def send_all(db: Database, office: Office, jobs: Sequence[Job], lease: Lease) -> list[Outcome]:
    """Send each channel's parcels over one connection, the channels beside each other.

    Ends rather than send anything after the claim has been lost; what has not been tried is
    missing in the answer.
    """
    with db.reading() as session:
        made = letters(session, jobs, office)
        known = addresses(session, [job.endpoint for job in jobs], office.vault)
    luggage = Luggage(made, known)
    kinds = sorted({job.endpoint.channel for job in jobs})

    def of_kind(kind: str) -> list[Outcome]:
        mine = [job for job in jobs if job.endpoint.channel == kind]
        return _send(office, kind, mine, luggage, lease)

    if len(kinds) <= 1:
        return [one for kind in kinds for one in of_kind(kind)]
    # In the context of whoever asks: what stops the clock stops it in the threads as well.
    contexts = [copy_context() for _ in kinds]
    with ThreadPoolExecutor(max_workers=len(kinds)) as pool:
        sent = pool.map(lambda context, kind: context.run(of_kind, kind), contexts, kinds)
        return [one for found in sent for one in found]


def _send(
    office: Office, kind: str, jobs: Sequence[Job], luggage: Luggage, lease: Lease
) -> list[Outcome]:
    """Send in order; what stands behind a server that is not reached is not tried in this pass."""
    channel = CHANNELS[kind]
    down: dict[str, Answer] = {}
    found: list[Outcome] = []
    failed: set[int] = set()
    with channel.open(office.ground) as sender:
        for job in jobs:
            if not lease.holds():
                break
            endpoint, parcel = job.endpoint, job.parcel
            if endpoint.id in failed:
                continue  # the order of an endpoint holds: nothing overtakes what failed
            address, letter = luggage.addresses[endpoint.id], luggage.letters.get(parcel.id)
            transport = channel.transport(address, office.ground) if address is not None else kind
            if address is None:
                answer = Answer(False, LOCKED, Fault.MISCONFIGURED)
            elif letter is None:
                answer = Answer(False, WORDLESS, Fault.REFUSED)
            else:
                answer = down.get(transport) or sender.send(address, letter)
            if not answer.reached:
                down[transport] = answer
            if not answer.ok:
                failed.add(endpoint.id)
            found.append(Outcome(endpoint.id, parcel.id, transport, answer, clock.now()))
    return found
