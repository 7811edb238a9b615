"""The chain of one case, verified now, and its events as a table with their hashes and marks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Event, PrivateValue
from casework.permissions import ROLE_LABELS
from casework.services import timeline
from casework.services.pages import labels
from casework.services.pages.audit_scope import data_of
from casework.services.pages.timeline import Chain
from casework.text import N_, Text
from casework.timeline.chain import commit
from casework.timeline.rows import verify_rows
from casework.timeline.verifier import ChainFault
from casework.workflows.registry import WORKFLOWS

MARKS: Mapping[str, str] = {
    "entered_late": N_("entered late"),
    "corrected_after_report": N_("figure raised after the report"),
    "system_late": N_("the system was late"),
}
"""What the data of an event says about how it came to be."""
STANDING_IN = N_("in place of: %(role)s")
LOST_TEXT = N_("the text kept for %(field)s is not the one that was committed to")
BROKEN_STATE = N_("the case says %(state)s, its last step led to %(last)s")
AMENDING = "amend_fact"
AMENDED = N_("correction")


@dataclass(frozen=True, slots=True)
class Told:
    """One event with its columns and what its text carries, as far as it can be read."""

    seq: int
    at: datetime
    actor_id: int | None
    role: str
    action: str
    from_state: str
    to_state: str
    hash: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as the audit lists it."""

    seq: int
    at: datetime
    actor_id: int | None
    role: str
    label: str
    to_label: str
    hash: str
    marks: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with the chain, and at which event."""

    seq: int
    reason: Text | str


def told(session: Session, case: Case) -> tuple[Told, ...]:
    """Every event of a case, the oldest first."""
    rows = session.scalars(select(Event).where(Event.case_key == case.chain).order_by(Event.seq))
    return tuple(
        Told(
            *(row.seq, row.at, row.actor_id, row.actor_role, row.action),
            *(row.from_state or "", row.to_state or "", row.hash, data_of(row.body)),
        )
        for row in rows
    )


def verified(session: Session, case: Case, events: Iterable[Told]) -> tuple[Chain, Fault | None]:
    """Check hashes, columns and head, then the personal texts, then the state of the case."""
    found, known = Chain(case.head_seq, case.head_hash), tuple(events)
    return found, (_hashes(session, case) or _texts(session, case, known) or _state(case, known))


def _hashes(session: Session, case: Case) -> Fault | None:
    query = select(*timeline.COLUMNS).where(Event.case_key == case.chain).order_by(Event.seq)
    try:
        rows = session.execute(query).all()
        verify_rows(rows, expected={case.chain: (case.head_seq, case.head_hash)})
    except ChainFault as fault:
        return Fault(fault.seq, fault.reason)
    return None


def _texts(session: Session, case: Case, events: Iterable[Told]) -> Fault | None:
    committed = {event.seq: event.data.get("commitments", {}) for event in events}
    query = select(PrivateValue).where(PrivateValue.case_key == case.chain)
    for kept in session.scalars(query.order_by(PrivateValue.seq)):
        is_kept = commit(kept.value, bytes.fromhex(kept.salt))
        if committed.get(kept.seq, {}).get(kept.name) != is_kept:
            return Fault(kept.seq, Text(LOST_TEXT, {"field": kept.name}))
    return None


def _state(case: Case, events: tuple[Told, ...]) -> Fault | None:
    last = next((event.to_state for event in reversed(events) if event.to_state), "")
    if last == case.state:
        return None
    return Fault(case.head_seq, Text(BROKEN_STATE, {"state": case.state, "last": last}))


def row(case: Case, event: Told) -> EventRow:
    """One event in words."""
    workflow = WORKFLOWS[case.case_type]
    states = {state.name: state.label for state in workflow.states}
    moved = event.from_state != event.to_state
    return EventRow(
        event.seq,
        event.at,
        event.actor_id,
        ROLE_LABELS.get(event.role, event.role),
        label(case, event.action),
        states.get(event.to_state, event.to_state) if moved else "",
        event.hash,
        marks(event),
    )


def label(case: Case, action: str) -> str:
    """The words for an action or an event of the system."""
    found = WORKFLOWS[case.case_type].action(action)
    return found.label if found else labels.EVENTS.get(action, action)


def marks(event: Told) -> tuple[Text, ...]:
    """How an event came to be: entered late, corrected, in somebody's place."""
    found = [Text(words) for name, words in MARKS.items() if event.data.get(name)]
    if event.action == AMENDING:
        found.append(Text(AMENDED))
    stands_for = event.data.get("stands_for")
    if stands_for:
        role = Text(ROLE_LABELS.get(stands_for, stands_for))
        found.append(Text(STANDING_IN, {"role": role}))
    return tuple(found)
