"""Who hears of a step: the owners of the duties it started, the level it called, the bureau."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import Approval, Case, Clock, User
from casework.permissions import Role
from casework.services.clocks import FILED, StepChanges
from casework.services.messages import send
from casework.services.standins import reach
from casework.workflows.definition import Action, Effect

ROLES = frozenset(role.value for role in Role)
AT_LEVEL = {
    1: Role.SAFETY_LEAD,
    2: Role.BUREAU_OFFICER,
    3: Role.BUREAU_LEADER,
    4: Role.CITY_OFFICER,
}
"""Who answers for an escalation level."""


def after_step(
    session: Session, case: Case, changes: StepChanges, action: Action | None, at: datetime
) -> None:
    """Tell everybody whom a step concerns, each with what is due and by when."""
    _tell_owners(session, case, changes, at)
    _tell_of_late_filing(session, case, changes, at)
    if action is None:
        return
    params = {"number": case.number, "action": action.label}
    told = [Role(name) for name in action.tells if name in ROLES]
    send(session, _people(session, told, case, at), action.notice, params, at=at, case=case)
    if Effect.RAISE_LEVEL in action.effects:
        called = {"number": case.number, "level": case.level}
        users = _people(session, [AT_LEVEL[case.level]], case, at)
        send(session, users, "level_called", called, at=at, level=case.level, case=case)


def approval_requested(session: Session, case: Case, approval: Approval, at: datetime) -> None:
    """Tell those who may approve, never the one who asks; with nobody else the next level up."""
    asks = {approval.requester_id}
    roles = map(Role, approval.approver_roles)
    users = [user for role in roles for user in reach(session, role, case, at, asks)]
    _tell_of_approval(session, case, approval, "approval", users, at)


def approval_decided(session: Session, case: Case, approval: Approval, at: datetime) -> None:
    """Tell the requester how it was decided."""
    requester = session.get_one(User, approval.requester_id)
    _tell_of_approval(session, case, approval, f"approval_{approval.decision}", [requester], at)


def _tell_of_approval(
    session: Session,
    case: Case,
    approval: Approval,
    template: str,
    users: Iterable[User],
    at: datetime,
) -> None:
    params = {"number": case.number, "action": approval.action}
    send(session, users, template, params, at=at, case=case, approval_id=approval.id)


def _tell_owners(session: Session, case: Case, changes: StepChanges, at: datetime) -> None:
    """One message for each owner, naming all the duties that have just started for that role."""
    duties: dict[Role, list[Clock]] = {}
    for clock in changes.started:
        if clock.stopped_at is None and clock.target_at is not None:
            duties.setdefault(Role(clock.owner), []).append(clock)
    for role, clocks in duties.items():
        first = min(clock.target_at for clock in clocks if clock.target_at is not None)
        params = {
            "number": case.number,
            "duties": [clock.terms["title"] for clock in clocks],
            "due_at": first,
        }
        send(session, _people(session, [role], case, at), "duty", params, at=at, case=case)


def _tell_of_late_filing(session: Session, case: Case, changes: StepChanges, at: datetime) -> None:
    late = [
        clock.limit_at
        for clock in changes.started
        if clock.stopped_by == FILED
        and clock.limit_at is not None
        and (clock.stopped_at or at) > clock.limit_at
    ]
    if late:
        params = {"number": case.number, "limit_at": late[0]}
        officers = _people(session, [Role.BUREAU_OFFICER], case, at)
        send(session, officers, "filed_late", params, at=at, level=2, case=case)


def _people(session: Session, roles: Iterable[Role], case: Case, at: datetime) -> list[User]:
    """The holders of these roles, or of the nearest role above; nobody the case names."""
    return [user for role in roles for user in reach(session, role, case, at)]
