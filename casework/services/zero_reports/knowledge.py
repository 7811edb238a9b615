"""Since when the school knew, and under which numbers the same event has been filed.

What a bureau knew is not the school's knowledge, wherever it is written down. The school's is what
its own people have filed or recorded, and what the bureau expressly says of it with evidence: in
the case of somebody of the school, or with the signal it came by.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Disposition, Event
from casework.permissions import BUREAU_ROLES
from casework.services.earlier import CARRIED_ON, TAKES_OVER
from casework.services.scope import by_number
from casework.workflows.case import FILE
from casework.workflows.definitions.shared_facts import OF_SCHOOL

LEARNED = "record_knowledge"


def school_knew(session: Session, case: Case) -> datetime | None:
    """Since when the school knew, as far as anything says so, under any number of the event."""
    found = [at for one in same_event(session, case) for at in _told(session, one)]
    return min(found, default=None)


def same_event(session: Session, case: Case) -> list[Case]:
    """The case, those it goes on from, and the duplicates merged into any of them."""
    found, ways = {case.id: case}, [case]
    while ways:
        for body in _events(session, ways.pop(), *TAKES_OVER):
            other = session.scalar(by_number(body["data"][TAKES_OVER[body["action"]]]))
            if other is not None and other.id not in found:
                found[other.id] = other
                ways.append(other)
    return list(found.values())


def _told(session: Session, case: Case) -> Iterator[datetime]:
    """Each instant at which the school knew, out of the case and the signals it came by."""
    said = _events(session, case, FILE, LEARNED, CARRIED_ON)
    carried_on = any(body["action"] == CARRIED_ON for body in said)
    for body in said:
        data, by_bureau = body["data"], body["actor"]["role"] in BUREAU_ROLES
        if body["action"] == FILE and not by_bureau and not carried_on:
            yield datetime.fromisoformat(data["core"]["known_at"])
        if body["action"] == LEARNED and (not by_bureau or data["fields"].get(OF_SCHOOL) is True):
            yield datetime.fromisoformat(data["fields"]["learned_at"])
    standing = (Disposition.case_id == case.id, Disposition.ended_at.is_(None))
    query = select(Disposition.school_knew_at).where(*standing)
    yield from (at for at in session.scalars(query) if at is not None)


def _events(session: Session, case: Case, *actions: str) -> list[dict[str, Any]]:
    query = select(Event.body).where(Event.case_key == case.chain, Event.action.in_(actions))
    return [orjson.loads(body) for body in session.scalars(query.order_by(Event.seq))]
