"""Who hears of a step: the owners of the duties it started, the bureau when something is late."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Approval, Case, Clock
from casework.permissions import Role
from casework.services.clocks import FILED, StepChanges
from casework.services.messages import bureau_of, people_of, send
from casework.workflows.definition import Action


def after_step(
    session: Session, case: Case, changes: StepChanges, action: Action | None, at: datetime
) -> None:
    """Tell the owner of every newly started duty, once a role, what is due and by when."""
    duties: dict[Role, list[Clock]] = {}
    for clock in changes.started:
        if clock.stopped_at is None and clock.target_at is not None:
            duties.setdefault(Role(clock.owner), []).append(clock)
    for role, clocks in duties.items():
        first = min(clocks, key=lambda clock: clock.target_at or at)
        send(
            session,
            people_of(session, [role], case.unit, _day(at)),
            "duty",
            {
                "number": case.number,
                "duties": [clock.terms["title"] for clock in clocks],
                "due_at": first.target_at,
            },
            at=at,
            case=case,
        )
    _tell_of_late_filing(session, case, changes, at)


def approval_requested(session: Session, case: Case, approval: Approval, at: datetime) -> None:
    """Tell those who may approve, but never the one who asks."""
    roles = [Role(role) for role in approval.approver_roles]
    users = people_of(session, roles, case.unit, _day(at))
    send(
        session,
        [user for user in users if user.id != approval.requester_id],
        "approval",
        {"number": case.number, "action": approval.action},
        at=at,
        case=case,
        approval_id=approval.id,
    )


def approval_decided(session: Session, case: Case, approval: Approval, at: datetime) -> None:
    """Tell the requester how it was decided."""
    from_users = people_of(session, [Role(approval.requester_role)], case.unit, _day(at))
    send(
        session,
        [user for user in from_users if user.id == approval.requester_id],
        f"approval_{approval.decision}",
        {"number": case.number, "action": approval.action},
        at=at,
        case=case,
        approval_id=approval.id,
    )


def _tell_of_late_filing(session: Session, case: Case, changes: StepChanges, at: datetime) -> None:
    late = [
        clock
        for clock in changes.started
        if clock.stopped_by == FILED
        and clock.limit_at
        and (clock.stopped_at or at) > clock.limit_at
    ]
    if late:
        bureau = bureau_of(session, case.unit)
        send(
            session,
            people_of(session, [Role.BUREAU_OFFICER], bureau, _day(at)),
            "filed_late",
            {"number": case.number, "limit_at": late[0].limit_at},
            at=at,
            level=2,
            case=case,
        )


def _day(at: datetime) -> object:
    return at.astimezone(LOCAL).date()
