"""What the school learns of who told: of a shielded kind only that it came, and on which day.

An anonymous report reaches the school only when its sender said that nobody of the staff is part
of it. Any other one is handled past the school.
"""

from __future__ import annotations

from datetime import datetime, time

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import IntakeReceipt, Signal
from casework.services.intake import receipts, staff
from casework.services.signals.kinds import ANONYMOUS, KINDS

OUTSIDE = "outside"
"""The kind of a shielded signal as the school reads it."""
SHIELDED = frozenset(kind.name for kind in KINDS.values() if kind.shielded)
SOURCE = "signal"


def past_school_only(session: Session, signal: Signal) -> bool:
    """True for an anonymous report unless nobody of the staff is part of it."""
    if signal.kind != ANONYMOUS:
        return False
    receipt = receipts.of_signal(session, signal.id)
    return receipt is None or receipt.staff != staff.NO


def is_past_school_only() -> ColumnElement[bool]:
    """The same as a condition; correlated to ``signal``."""
    mine = (IntakeReceipt.signal_id == Signal.id, IntakeReceipt.staff == staff.NO)
    cleared = select(IntakeReceipt.id).where(*mine).correlate(Signal)
    return and_(Signal.kind == ANONYMOUS, ~exists(cleared))


def tells_kind(overseen: ColumnElement[bool], reader_id: int | None) -> ColumnElement[bool]:
    """The signals of which a reader, who oversees some, may know the kind."""
    return or_(Signal.kind.not_in(SHIELDED), overseen, Signal.entered_by == reader_id)


def source_of(signal: Signal) -> str:
    """The source of a case opened from it, which the school reads.

    An anonymous report that may be opened at the school is known there: its leaders are asked to
    read it, and its sender is to be asked through the code before the case is closed.
    """
    told = signal.kind == ANONYMOUS or signal.kind not in SHIELDED
    return f"{SOURCE}:{signal.kind}" if told else SOURCE


def day(at: datetime) -> datetime:
    """The beginning of the day: the minute of a call tells who made it."""
    return datetime.combine(at.astimezone(LOCAL).date(), time(), tzinfo=LOCAL)
