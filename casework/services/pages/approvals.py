"""What waits for a second person: on the case, and on the approver's own page."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Approval, Case, Person
from casework.permissions import ROLE_LABELS, Actor
from casework.services import approvers
from casework.services.pages import labels
from casework.services.pages.clocks import ClockLine, line
from casework.services.pages.clocks import of_case as clocks_of
from casework.services.pages.head import user_name
from casework.services.pages.masking import masked, masked_within
from casework.services.pages.result import Result, result_of
from casework.services.pages.shown import Line
from casework.services.pages.timeline import Narrator
from casework.services.scope import visible
from casework.text import N_
from casework.workflows.registry import WORKFLOWS

MOST = 60
MOST_ASKED = 20
DECISIONS = {
    "approved": N_("Approved"),
    "refused": N_("Not approved"),
    "void": N_("Void: the case had changed"),
    None: N_("Still waiting"),
}


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One request that waits for a second person.

    ``awaited`` is the role it waits for by now; ``stands_for`` the one the actor would replace.
    ``title`` and ``people`` tell on a list which case it is, with the names covered.
    """

    id: int
    number: str
    type_title: str
    label: str
    who: str
    roles: tuple[str, ...]
    awaited: str
    stands_for: str
    requested_at: datetime
    may_decide: bool
    stale: bool
    lines: tuple[Line, ...]
    clock: ClockLine | None
    title: str = ""
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AskedLine:
    """One request of the actor's own, with what became of it."""

    number: str
    label: str
    requested_at: datetime
    decision: str
    decided_at: datetime | None
    decided_by: str


@dataclass(frozen=True, slots=True)
class ApprovalsPage:
    """What waits for me, and what I have asked for."""

    waiting: tuple[ApprovalLine, ...]
    asked: tuple[AskedLine, ...]
    done: AskedLine | None
    result: Result | None


def approvals_page(session: Session, actor: Actor, done: int | None = None) -> ApprovalsPage:
    """The actor's own page of second persons; ``done`` is the request decided just now."""
    waiting = approvers.waiting_for(session, actor, MOST)
    asked = approvers.asked_by(session, actor, MOST_ASKED)
    decided = _decided(session, actor, done) if done else None
    return ApprovalsPage(
        tuple(_on_list(session, one) for one in waiting),
        tuple(_asked(session, approval, case) for approval, case in asked),
        _asked(session, *decided) if decided else None,
        _result(session, actor, *decided) if decided else None,
    )


def of_case(
    session: Session, actor: Actor, case: Case, narrator: Narrator
) -> tuple[ApprovalLine, ...]:
    """The open requests of one case."""
    found = approvers.of_case(session, actor, case)
    return tuple(_line(session, one, narrator) for one in found)


def _on_list(session: Session, one: approvers.Awaited) -> ApprovalLine:
    query = select(Person).where(Person.case_id == one.case.id).order_by(Person.id)
    people = session.scalars(query).all()
    return replace(
        _line(session, one, Narrator(session, one.case)),
        title=masked_within(one.case.title, [person.name for person in people]),
        people=tuple((labels.PARTS[person.part], masked(person.name)) for person in people),
    )


def _line(session: Session, one: approvers.Awaited, narrator: Narrator) -> ApprovalLine:
    approval, stands_for = one.approval, one.able.stands_for if one.able else None
    return ApprovalLine(
        id=approval.id,
        number=one.case.number,
        type_title=WORKFLOWS[one.case.case_type].title,
        label=narrator.label(approval.action),
        who=user_name(session, approval.requester_id),
        roles=tuple(ROLE_LABELS[role] for role in approval.approver_roles),
        awaited=ROLE_LABELS[one.role],
        stands_for=ROLE_LABELS[stands_for] if stands_for else "",
        requested_at=approval.requested_at,
        may_decide=one.able is not None,
        stale=approval.case_version != one.case.version,
        lines=narrator.values(approval.action, approval.fields),
        clock=line(one.clock, time.now()) if one.clock else None,
    )


def _asked(session: Session, approval: Approval, case: Case) -> AskedLine:
    action = WORKFLOWS[case.case_type].action(approval.action)
    return AskedLine(
        case.number,
        action.label if action else approval.action,
        approval.requested_at,
        DECISIONS[approval.decision],
        approval.decided_at,
        user_name(session, approval.decided_by),
    )


def _decided(session: Session, actor: Actor, approval_id: int) -> tuple[Approval, Case] | None:
    """What was decided just now, by the actor only: a made-up number says nothing."""
    approval = session.get(Approval, approval_id)
    if approval is None or approval.decided_by != actor.user_id:
        return None
    query = select(Case).join(Case.unit).where(Case.id == approval.case_id, visible(actor))
    case = session.scalar(query)
    return (approval, case) if case is not None else None


def _result(session: Session, actor: Actor, approval: Approval, case: Case) -> Result | None:
    """Who has been told of the decision, and what comes next after it."""
    events = Narrator(session, case).events()
    done = max((e.seq for e in events if e.at == approval.decided_at), default=0)
    return result_of(session, actor, case, events, clocks_of(session, case)[0], done)
