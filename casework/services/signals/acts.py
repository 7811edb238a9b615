"""What every act on a signal shares: who may, the event on the bureau's chain, the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, Invalid, NotAllowed
from casework.models import Clock, Disposition, Signal, Unit
from casework.models.signal import OPEN, WAITING
from casework.permissions import Actor, Standing, in_words
from casework.services import flags, timeline
from casework.services.signals.kinds import KINDS
from casework.services.signals.reach import disposes
from casework.services.signals.receiving import LONG, LONGEST, SUBJECT, TRIAGE
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text

NOT_YOURS = N_("A signal is disposed of by: %(roles)s.")
DISPOSED = N_("This signal has already been disposed of.")
WAITS = N_("An explanation of this signal waits for the second person.")
NOT_SEEN = N_("Somebody must have seen on the spot what the alarm is about, and confirmed it here.")


def demand(actor: Actor, signal: Signal, bureau: Unit) -> Standing:
    """The standing in which the actor disposes of it. Raises NotAllowed."""
    roles = KINDS[signal.kind].dispose
    found = disposes(actor, bureau, roles)
    if found is None:
        raise NotAllowed(Text(NOT_YOURS, {"roles": in_words(roles)}))
    return found


def demand_open(signal: Signal) -> None:
    """Raise Conflict unless the signal still is to be disposed of."""
    if signal.state == WAITING:
        raise Conflict(Text(WAITS))
    if signal.state != OPEN:
        raise Conflict(Text(DISPOSED))


def demand_seen(signal: Signal) -> None:
    """An alarm is not put aside before somebody has looked. Raises Conflict."""
    if KINDS[signal.kind].alarm and signal.seen_at is None:
        raise Conflict(Text(NOT_SEEN))


def needed(name: str, value: str) -> str:
    """A text that must be there. Raises Invalid at its name."""
    text = optional(name, value)
    if not text:
        raise Invalid({name: [Text(REQUIRED)]})
    return text


def optional(name: str, value: str) -> str:
    """A text that may be there. Raises Invalid at its name."""
    text = checked_text(name, value)
    if len(text) > LONGEST:
        raise Invalid({name: [Text(LONG, {"most": LONGEST})]})
    return text


def write(
    session: Session,
    signal: Signal,
    bureau: Unit,
    actor: Actor,
    stands: Standing,
    action: str,
    at: datetime,
    data: Mapping[str, Any],
    private: Mapping[str, str],
) -> None:
    """One event of the signal on the chain of its bureau, which the caller holds."""
    said = {"signal": signal.id, **data}
    if stands.stands_for is not None:
        said["stands_for"] = stands.stands_for.value
    entry = timeline.Entry(
        at,
        action,
        actor.user_id,
        stands.role.value,
        data=timeline.plain(said),
        private={name: value for name, value in private.items() if value},
    )
    timeline.append(session, bureau, entry)
    session.flush()


def stop(session: Session, signal: Signal, rule: str, by: str, subject: Unit, at: datetime) -> None:
    """Stop one of the signal's clocks; stopped after its limit, it is flagged at once."""
    for clock in clocks(session, signal.id, rule):
        if clock.stopped_at is None:
            clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, by, None
            if clock.limit_at is not None and at > clock.limit_at:
                flags.raise_flag(session, subject, clock, at)
    session.flush()


def clocks(session: Session, signal_id: int, rule: str = TRIAGE) -> list[Clock]:
    """The signal's clocks of one rule, oldest first."""
    query = select(Clock).where(
        Clock.subject_kind == SUBJECT, Clock.subject_id == signal_id, Clock.rule_id == rule
    )
    return list(session.scalars(query.order_by(Clock.id)))


def live(session: Session, signal: Signal) -> Disposition | None:
    """The disposition in force, or the explanation that waits."""
    return session.scalar(
        select(Disposition).where(
            Disposition.signal_id == signal.id, Disposition.ended_at.is_(None)
        )
    )
