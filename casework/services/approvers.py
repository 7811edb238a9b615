"""Whose approval a request waits for: the role asked, or whoever answers for it by now.

Passed over are posts that are vacant or away, people the case names, who asks, and who has let the
target of ``approval.decide`` pass. The first that answers is awaited; anybody above may decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Approval, Case, Clock, User
from casework.permissions import LADDER, RANK, Actor, Role, Standing
from casework.services import steps
from casework.services.scope import visible
from casework.services.standins import answering, reach

KIND = "approval"


@dataclass(frozen=True, slots=True)
class Awaited:
    """A request with the role it waits for now, and the clock of its decision.

    ``able``: this actor may decide it. ``mine``: it waits for this actor.
    """

    approval: Approval
    case: Case
    role: Role
    clock: Clock | None
    able: Standing | None
    mine: bool


def roles_of(approval: Approval) -> tuple[Role, ...]:
    """The roles whose approval was asked for."""
    return tuple(Role(role) for role in approval.approver_roles)


def able(session: Session, actor: Actor, case: Case, approval: Approval) -> Standing | None:
    """In which standing the actor may decide the request; never the own one."""
    if approval.requester_id == actor.user_id:
        return None
    return steps.may(session, actor, case, roles_of(approval))


def awaited_role(session: Session, case: Case, approval: Approval, at: datetime) -> Role:
    """The role that must decide now: each threshold that passed in silence moves it one up."""
    role = answering(session, roles_of(approval)[0], case, at, {approval.requester_id})
    running = decision_clock(session, approval)
    due = (running.target_at, running.limit_at) if running else ()
    for passed in (instant for instant in due if instant is not None and instant <= at):
        higher = _above(role)
        if passed and higher is not None:
            role = answering(session, higher, case, at, {approval.requester_id})
    return role


def awaited_people(session: Session, case: Case, approval: Approval, at: datetime) -> list[User]:
    """The people the request waits for now."""
    role = awaited_role(session, case, approval, at)
    return reach(session, role, case, at, {approval.requester_id})


def of_case(session: Session, actor: Actor, case: Case) -> list[Awaited]:
    """The open requests of a case as this actor finds them."""
    query = select(Approval).where(Approval.case_id == case.id, Approval.decision.is_(None))
    rows = session.scalars(query.order_by(Approval.id))
    return [_as_found(session, actor, case, approval) for approval in rows]


def waiting_for(session: Session, actor: Actor, most: int) -> list[Awaited]:
    """The open requests in scope that wait for this actor, oldest first."""
    query = (
        select(Approval, Case)
        .join(Case, Approval.case_id == Case.id)
        .join(Case.unit)
        .where(Approval.decision.is_(None), visible(actor))
        .order_by(Approval.id)
    )
    found = []
    for approval, case in session.execute(query):
        one = _as_found(session, actor, case, approval)
        if one.mine:
            found.append(one)
        if len(found) == most:
            break
    return found


def asked_by(session: Session, actor: Actor, most: int) -> list[tuple[Approval, Case]]:
    """The newest requests the actor has made, decided or not."""
    query = (
        select(Approval, Case)
        .join(Case, Approval.case_id == Case.id)
        .join(Case.unit)
        .where(Approval.requester_id == actor.user_id, visible(actor))
        .order_by(Approval.id.desc())
        .limit(most)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def decision_clock(session: Session, approval: Approval) -> Clock | None:
    """The running clock of the decision."""
    return session.scalar(
        select(Clock).where(
            Clock.subject_kind == KIND,
            Clock.subject_id == approval.id,
            Clock.stopped_at.is_(None),
        )
    )


def _as_found(session: Session, actor: Actor, case: Case, approval: Approval) -> Awaited:
    now = time.now()
    role = awaited_role(session, case, approval, now)
    standing = able(session, actor, case, approval)
    people = reach(session, role, case, now, {approval.requester_id})
    mine = standing is not None and any(user.id == actor.user_id for user in people)
    return Awaited(approval, case, role, decision_clock(session, approval), standing, mine)


def _above(role: Role) -> Role | None:
    higher = RANK.get(role, len(LADDER)) + 1
    return LADDER[higher] if higher < len(LADDER) else None
