"""Receipts: found by the hash of their code, readable until a while after the disposition."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from casework.models import Disposition, IntakeReceipt, Signal
from casework.services.intake.settings import settings

EXPLAINED = "explained"


def find(session: Session, code_hash: str, at: datetime) -> IntakeReceipt | None:
    """The receipt of a code; None for a wrong one, and for one that has run out."""
    query = select(IntakeReceipt).where(IntakeReceipt.code_hash == code_hash)
    return session.scalar(query.where(~IntakeReceipt.signal_id.in_(_done(at))))


def of_signal(session: Session, signal_id: int) -> IntakeReceipt | None:
    """The receipt of a signal that came without a name."""
    return session.scalar(select(IntakeReceipt).where(IntakeReceipt.signal_id == signal_id))


def erase_old(session: Session, at: datetime) -> None:
    """Forget the codes that have run out."""
    session.execute(
        update(IntakeReceipt)
        .where(IntakeReceipt.code_hash.is_not(None), IntakeReceipt.signal_id.in_(_done(at)))
        .values(code_hash=None, erased_at=at)
    )


def final() -> ColumnElement[bool]:
    """The disposition stands: it was not ended, and an explanation has its second person."""
    decided = or_(Disposition.outcome != EXPLAINED, Disposition.decided_at.is_not(None))
    return and_(Disposition.ended_at.is_(None), decided)


def urgent(session: Session, signal_ids: Iterable[int]) -> set[int]:
    """Which of these signals came without a name and speak of danger to life."""
    query = select(IntakeReceipt.signal_id).where(
        IntakeReceipt.signal_id.in_(list(signal_ids)), IntakeReceipt.urgent
    )
    return set(session.scalars(query))


def with_receipt(session: Session, signal_ids: Iterable[int | None]) -> set[int]:
    """Which of these signals came without a name over the public page."""
    ids = [one for one in signal_ids if one is not None]
    query = select(IntakeReceipt.signal_id).where(IntakeReceipt.signal_id.in_(ids))
    return set(session.scalars(query)) if ids else set()


def _done(at: datetime) -> ColumnElement[int]:
    """The signals disposed of so long ago that nobody asks any more."""
    when = or_(
        and_(Disposition.outcome != EXPLAINED, Disposition.at < at - settings().readable),
        Disposition.decided_at < at - settings().readable,
    )
    rows = select(Signal.id).join(Disposition, Disposition.signal_id == Signal.id)
    return rows.where(final(), when)  # type: ignore[return-value]
