"""Requests that a change of their case has overtaken: void at once, nobody waits for them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Approval, Case
from casework.permissions import Role
from casework.services import notices, subject_clocks, timeline

VOID = "void"


def void_pending(session: Session, case: Case, at: datetime) -> None:
    """Void every open request of a case that has just changed; the requester is told."""
    query = select(Approval).where(Approval.case_id == case.id, Approval.decision.is_(None))
    for approval in session.scalars(query.order_by(Approval.id)).all():
        approval.decision, approval.decided_at = VOID, at
        session.flush()
        subject_clocks.stop(session, "approval", approval.id, by=VOID, at=at)
        data = {"approval": approval.id, "requested": approval.action}
        entry = timeline.Entry(at, "approval_void", None, Role.SYSTEM, data=data)
        timeline.append(session, case, entry)
        notices.approval_decided(session, case, approval, at)
