"""What a case goes on from: the cases that became it by a change of type, and what those still owe.

Two changes of type, there and back again, must make no deadline later: a duty that ended with the
old case, unmet, keeps its due instants for whenever the new one comes to it.
"""

from __future__ import annotations

from collections.abc import Iterable

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Event
from casework.permissions import SYSTEM
from casework.services.clock_rows import tighten_to
from casework.services.scope import load_case

CARRIED_ON = "carried_on"
DUPLICATE_MERGED = "duplicate_merged"
TAKES_OVER = {CARRIED_ON: "earlier", DUPLICATE_MERGED: "duplicate"}
"""The events by which a case is the same event as another one, and where its number stands."""
ENDED = "final:retyped"


def voided(session: Session, cases: Iterable[Case]) -> list[Clock]:
    """The duties of these cases, oldest case first, that nothing but a change of type has ended.

    A duty that a later one of them has met counts no more.
    """
    newest: dict[tuple[str, str], Clock] = {}
    for case in cases:
        query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id == case.id)
        for row in session.scalars(query.order_by(Clock.id)):
            newest[row.rule_id, row.recipient] = row
    return [row for row in newest.values() if row.stopped_by == ENDED]


def line(session: Session, case: Case) -> list[Case]:
    """The case and those it goes on from, oldest first."""
    query = select(Event.body).where(Event.case_key == case.chain, Event.action == CARRIED_ON)
    body = session.scalar(query.limit(1))
    if body is None:
        return [case]
    before = load_case(session, SYSTEM, str(orjson.loads(body)["data"]["earlier"]))
    return [*line(session, before), case]


def keep_strictest(session: Session, case: Case, started: Iterable[Clock]) -> None:
    """Give duties that begin here for the first time what the cases before this one still owed.

    A new round counts from its own new fact.
    """
    new = [row for row in started if row.previous_id is None and row.round == 1]
    before = line(session, case)[:-1] if new and case.head_seq else []
    owed = {(row.rule_id, row.recipient): row for row in voided(session, before)}
    for row in new:
        old = owed.get((row.rule_id, row.recipient))
        if old is not None and row.stopped_at is None:
            tighten_to(row, old)
