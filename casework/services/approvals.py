"""Two persons: requested by one, performed when the other approves; never the same person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Approval, Case
from casework.permissions import Actor, Standing, in_words, is_named
from casework.services import notices, references, requesters, steps, subject_clocks
from casework.services.approvers import able, roles_of
from casework.services.cases import attempt_step
from casework.services.pending import VOID
from casework.services.requests import write_event
from casework.services.scope import load_case
from casework.services.views import case_view, people
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, checked_text, load
from casework.workflows.registry import ENGINES

SAME_PERSON = N_("Who asks for a step cannot approve it.")
DECIDED = N_("This request has already been decided.")
NOT_APPROVER = N_("This request is for: %(roles)s.")


def decide(
    session: Session, actor: Actor, approval_id: int, *, approve: bool, reason: str = ""
) -> Approval:
    """Approve or refuse with a reason.

    A case that has changed since voids the request, and so does a step that needs another approval
    by now.

    Raises NotFound, Conflict when decided, NotAllowed for the requester and for other roles,
    Invalid without a reason for a refusal, Refused when a guard no longer holds or when who asked
    could not ask any more.
    """
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise NotFound
    known = session.get_one(Case, approval.case_id)
    case = load_case(session, actor, known.number, lock=True)
    session.refresh(approval)
    if approval.decision is not None:
        raise Conflict(Text(DECIDED))
    standing = _approver(session, actor, case, approval)
    words = checked_text("reason", reason)
    if not approve and not words:
        raise Invalid({"reason": [Text(REQUIRED)]})
    at, attempt = clock.now(), None
    decision = "approved" if approve else "refused"
    if approval.case_version != case.version:
        decision = VOID
    elif approve:
        attempt = _attempt(session, case, actor, standing, approval, at)
        if _outgrown(session, case, approval, attempt):
            decision, attempt = VOID, None
        else:
            requesters.demand_power(session, case, approval, attempt)
    _decide(session, case, actor, standing, approval, decision, words, at)
    if attempt is not None:
        attempt_step(session, case, attempt)
    notices.approval_decided(session, case, approval, at)
    return approval


def _outgrown(session: Session, case: Case, approval: Approval, attempt: steps.Attempt) -> bool:
    """True when the step needs somebody else's approval by now than the one that was asked for.

    A linked case may have changed what is known without changing this one.
    """
    context = steps.context_of(case_view(session, case), attempt)
    second = attempt.action.second_for(context)
    return second is not None and second != roles_of(approval)


def _approver(session: Session, actor: Actor, case: Case, approval: Approval) -> Standing:
    if approval.requester_id == actor.user_id:
        raise NotAllowed(Text(SAME_PERSON))
    standing = able(session, actor, case, approval)
    named = is_named(actor, [(p.part, p.user_id) for p in people(session, case.id)])
    if standing is None or named:
        raise NotAllowed(Text(NOT_APPROVER, {"roles": in_words(roles_of(approval))}))
    return standing


def _decide(
    session: Session,
    case: Case,
    actor: Actor,
    standing: Standing,
    approval: Approval,
    decision: str,
    reason: str,
    at: datetime,
) -> None:
    approval.decision, approval.decided_at, approval.decided_by = decision, at, actor.user_id
    approval.reason = reason or None
    session.flush()
    subject_clocks.stop(session, "approval", approval.id, by=decision, at=at)
    data = {"approval": approval.id, "requested": approval.action}
    if standing.stands_for is not None:
        data["stands_for"] = standing.stands_for
    private = {"reason": reason} if reason else {}
    write_event(session, case, at, actor, standing.role, f"approval_{decision}", data, private)


def _attempt(
    session: Session,
    case: Case,
    actor: Actor,
    standing: Standing,
    approval: Approval,
    at: datetime,
) -> steps.Attempt:
    """What was asked for, with the values of the request; its guards run again."""
    action = ENGINES[case.case_type].find(approval.action, case.state)
    values = load(action.fields, approval.fields, at)
    subject = references.Subject(actor, case.id, requested_by=approval.requester_id)
    refs = references.check(session, subject, action.fields, values)
    return steps.Attempt(
        action, actor, standing, values, at, refs, approval.requester_id, approval.id
    )
