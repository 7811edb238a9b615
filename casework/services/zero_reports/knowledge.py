"""Since when the school knew, and under which numbers the same event has been filed.

A report that a bureau files past the school is known since the bureau knew: that is not the
school's knowledge. The school's is what somebody has recorded with evidence, in the case or with
the signal it came by.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Disposition, Event
from casework.permissions import BUREAU_ROLES
from casework.services.earlier import CARRIED_ON
from casework.services.scope import by_number
from casework.workflows.case import FILE
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

LEARNED = "record_knowledge"
TAKES_OVER = {CARRIED_ON: "earlier", "duplicate_merged": "duplicate"}
"""The events by which a case is the same event as another one, and where its number stands."""


def school_knew(session: Session, case: Case) -> datetime | None:
    """Since when the school knew, as far as anything says so."""
    if case.source != PAST_SCHOOL or not _filed_by_bureau(session, case):
        return case.known_at
    said = [body["data"]["fields"]["learned_at"] for body in _events(session, case, LEARNED)]
    told = select(Disposition.school_knew_at).where(
        Disposition.case_id == case.id, Disposition.ended_at.is_(None)
    )
    found = [datetime.fromisoformat(one) for one in said]
    found += [one for one in session.scalars(told) if one is not None]
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


def _filed_by_bureau(session: Session, case: Case) -> bool:
    roles = {body["actor"]["role"] for body in _events(session, case, FILE)}
    return bool(roles & BUREAU_ROLES)


def _events(session: Session, case: Case, *actions: str) -> list[dict[str, Any]]:
    query = select(Event.body).where(Event.case_key == case.chain, Event.action.in_(actions))
    return [orjson.loads(body) for body in session.scalars(query.order_by(Event.seq))]
