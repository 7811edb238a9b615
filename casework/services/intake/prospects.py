"""What happens next and by when, told as it is: from the running clock and the disposition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Clock, Disposition, Signal, Unit
from casework.services.intake.receipts import final
from casework.services.intake.settings import settings
from casework.services.signals.receiving import SUBJECT, TRIAGE

OPEN, LATE = "open", "late"


@dataclass(frozen=True, slots=True)
class Prospect:
    """``state``: open, late, or the outcome. ``by``: until when the bureau must act.

    ``default``: the figure is set by this system, no law names it. ``until``: how long the code
    goes on opening the conversation.
    """

    state: str
    bureau: str
    by: datetime | None = None
    default: bool = False
    at: datetime | None = None
    until: datetime | None = None


def of_signal(session: Session, signal: Signal, at: datetime) -> Prospect:
    """Where the signal stands now."""
    bureau = session.get_one(Unit, signal.bureau_id).name
    done = session.scalar(select(Disposition).where(Disposition.signal_id == signal.id, final()))
    if done is not None:
        when = done.decided_at or done.at
        return Prospect(done.outcome, bureau, at=when, until=when + settings().readable)
    clock = session.scalar(
        select(Clock)
        .where(Clock.subject_kind == SUBJECT, Clock.subject_id == signal.id)
        .where(Clock.rule_id == TRIAGE)
        .order_by(Clock.id.desc())
    )
    by = clock.limit_at if clock is not None else None
    default = clock is not None and bool(clock.terms.get("default"))
    return Prospect(LATE if by is not None and by < at else OPEN, bureau, by, default)
