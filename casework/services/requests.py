"""Requests for a second person's approval: made here, decided in ``approvals``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.errors import Conflict, Refused
from casework.models import Approval, Case
from casework.permissions import Actor, Role
from casework.services import notices, steps, subject_clocks, timeline
from casework.services.evidence import linking
from casework.services.standins import answering
from casework.text import N_, Text

PENDING = N_("This step already waits for an approval.")


def request(
    session: Session,
    case: Case,
    attempt: steps.Attempt,
    second: tuple[Role, ...],
    refusals: Sequence[Text],
) -> Approval:
    """Ask for the approval an action needs; its guards must hold already. No clock stops for it."""
    if refusals:
        raise Refused(refusals)
    _demand_none_pending(session, case, attempt)
    approval = Approval(
        case_id=case.id,
        action=attempt.action.name,
        fields=timeline.plain(attempt.values),
        requester_id=attempt.actor.user_id,
        requester_role=attempt.standing.role.value,
        approver_roles=[role.value for role in second],
        case_version=case.version,
        requested_at=attempt.at,
    )
    session.add(approval)
    session.flush()
    data = {
        "approval": approval.id,
        "requested": attempt.action.name,
        "approvers": approval.approver_roles,
        **steps.event_fields(attempt.action.fields, attempt.values),
    }
    linked = linking.link(session, case, attempt.action.fields, attempt.values)
    data |= linked.data
    private = steps.private_texts(attempt.action.fields, attempt.values) | linked.private
    role = attempt.standing.role
    write_event(session, case, attempt.at, attempt.actor, role, "approval_requested", data, private)
    owner = answering(session, second[0], case, attempt.at, {approval.requester_id})
    subject_clocks.start(session, "approval", approval.id, case, at=attempt.at, owner=owner)
    notices.approval_requested(session, case, approval, attempt.at)
    return approval


def _demand_none_pending(session: Session, case: Case, attempt: steps.Attempt) -> None:
    pending = select(Approval.id).where(
        Approval.case_id == case.id,
        Approval.action == attempt.action.name,
        Approval.decision.is_(None),
    )
    if session.scalar(pending):
        raise Conflict(Text(PENDING))


def write_event(
    session: Session,
    case: Case,
    at: datetime,
    actor: Actor,
    role: Role,
    action: str,
    data: Mapping[str, Any],
    private: Mapping[str, str],
) -> None:
    """Write one event of a request onto the chain of its case."""
    entry = timeline.Entry(at, action, actor.user_id, role, data=data, private=private)
    timeline.append(session, case, entry)
