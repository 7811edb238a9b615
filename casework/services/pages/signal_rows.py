"""A signal as one line of a list: of the queue, and of the alarms on the first page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Clock, Signal, Unit
from casework.permissions import Actor
from casework.services.pages.clocks import ClockLine, line
from casework.services.signals import listing
from casework.services.signals.kinds import ALARMS, KINDS
from casework.services.signals.receiving import SUBJECT
from casework.services.signals.shielding import OUTSIDE
from casework.text import N_

STATES: Mapping[str, str] = {
    "open": N_("To dispose of"),
    "waiting": N_("Explanation waits for approval"),
    "matched": N_("Belongs to a filed case"),
    "opened": N_("Opened as a case"),
    "explained": N_("Explained"),
}
LABELS = {kind.name: kind.label for kind in KINDS.values()} | {OUTSIDE: N_("From outside")}


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One signal in the list; its words stand on its own page."""

    id: int
    number: str
    kind: str
    state: str
    unit: str
    received_at: datetime
    clock: ClockLine | None
    alarm: bool


def rows_of(session: Session, actor: Actor, signals: list[Signal]) -> tuple[SignalRow, ...]:
    """The signals as lines, each with the nearest of its clocks as far as the reader sees them."""
    now = time.now()
    ids = [signal.id for signal in signals]
    near = select(Unit.id, Unit.name).where(Unit.id.in_({s.unit_id for s in signals}))
    units = {row[0]: row[1] for row in session.execute(near)}
    running = select(Clock).where(
        Clock.subject_kind == SUBJECT, Clock.subject_id.in_(ids), Clock.stopped_at.is_(None)
    )
    told = listing.data(session, actor, signals)
    clocks: dict[int, Clock] = {}
    for clock in session.scalars(running.order_by(Clock.target_at.desc())):
        clocks[clock.subject_id] = clock  # the nearest one stays
    return tuple(
        SignalRow(
            signal.id,
            signal.number,
            LABELS[shown["kind"]],
            STATES[signal.state],
            units[signal.unit_id],
            shown["received_at"],
            line(clocks[signal.id], now) if signal.id in clocks and shown["clocks"] else None,
            signal.kind in ALARMS and signal.seen_at is None,
        )
        for signal, shown in zip(signals, told, strict=True)
    )
