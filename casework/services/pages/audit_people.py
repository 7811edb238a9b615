"""Who was asked, who handed over, and who has read the case."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.models import Access, Approval, Case
from casework.permissions import ROLE_LABELS
from casework.services.pages.audit_chain import Told, label
from casework.text import N_, Text
from casework.workflows.definition import Effect
from casework.workflows.registry import WORKFLOWS

WHAT: Mapping[str, str] = {
    "case": N_("The case"),
    "action": N_("The form of a step"),
    "timeline": N_("The timeline"),
    "clocks": N_("The clocks"),
    "told": N_("Who was told, and how"),
    "audit": N_("The audit"),
    "export": N_("An export of the chain"),
    "filed": N_("The receipt of the filing"),
    "approval": N_("A request for approval"),
    "report": N_("A report"),
    "evidence": N_("The list of files"),
    "documents": N_("The list of documents"),
    "documents.zip": N_("All documents as a zip"),
}
OF_ONE: Mapping[str, str] = {
    "evidence": N_("File no. %(id)s"),
    "document": N_("Document no. %(id)s"),
}
"""What is read of one file or document, of which the number is noted as well."""
DOORS: Mapping[str, str] = {"web": N_("screen"), "api": N_("program")}
DECISIONS: Mapping[str, str] = {
    "approved": N_("Approved"),
    "refused": N_("Not approved"),
    "void": N_("The request lapsed because the case had changed"),
}
HANDING = frozenset({"reassign", "retype", "transfer", "return_from_police", "duplicate_merged"})
"""What hands a case over, whatever type it has."""


@dataclass(frozen=True, slots=True)
class AuditApproval:
    """One request for a second person."""

    label: str
    by: int
    role: str
    at: datetime
    asked: tuple[str, ...]
    decision: str
    decided_by: int | None
    decided_at: datetime | None
    reason: str
    stands_for: str


@dataclass(frozen=True, slots=True)
class HandOver:
    """The case passed on: by whom, in which role, with which step."""

    seq: int
    at: datetime
    by: int | None
    role: str
    label: str


@dataclass(frozen=True, slots=True)
class Readings:
    """How often somebody has read one part of a case through one door."""

    user_id: int
    what: Text
    door: str
    times: int
    first: datetime
    last: datetime


def approvals(session: Session, case: Case, events: Iterable[Told]) -> tuple[AuditApproval, ...]:
    """Every request, the oldest first, with the answer to it."""
    stands_for = {
        event.data.get("approval"): event.data["stands_for"]
        for event in events
        if event.data.get("approval") and event.data.get("stands_for")
    }
    query = select(Approval).where(Approval.case_id == case.id).order_by(Approval.id)
    return tuple(
        AuditApproval(
            label(case, one.action),
            one.requester_id,
            ROLE_LABELS.get(one.requester_role, one.requester_role),
            one.requested_at,
            tuple(ROLE_LABELS.get(role, role) for role in one.approver_roles),
            DECISIONS.get(one.decision or "", one.decision or ""),
            one.decided_by,
            one.decided_at,
            one.reason or "",
            ROLE_LABELS.get(stands_for.get(one.id, ""), ""),
        )
        for one in session.scalars(query)
    )


def hand_overs(case: Case, events: Iterable[Told]) -> tuple[HandOver, ...]:
    """Who took the case on at first, and every passing on since."""
    workflow, found, taken = WORKFLOWS[case.case_type], [], False
    merging = {a.name for a in workflow.actions if Effect.MERGE in a.effects}
    for event in events:
        first = not taken and event.from_state == workflow.initial != event.to_state != ""
        taken = taken or first
        if first or event.action in HANDING | merging:
            role = ROLE_LABELS.get(event.role, event.role)
            found.append(
                HandOver(event.seq, event.at, event.actor_id, role, label(case, event.action))
            )
    return tuple(found)


def readings(
    session: Session, case: Case, limit: int | None, offset: int = 0
) -> tuple[Readings, ...]:
    """Who has read what of the case, the newest reader first."""
    key = (Access.user_id, Access.what, Access.door)
    last = func.max(Access.at)
    query = (
        select(*key, func.count(), func.min(Access.at), last)
        .where(Access.case_key == case.chain)
        .group_by(*key)
        .order_by(last.desc(), *key)
        .limit(limit)
        .offset(offset)
    )
    return tuple(
        Readings(
            row[0],
            _what(row[1]),
            DOORS.get(row[2], row[2]),
            *row[3:],
        )
        for row in session.execute(query)
    )


def _what(noted: str) -> Text:
    """What somebody has read, in words."""
    kind, _, number = noted.partition(":")
    if number:
        return Text(OF_ONE[kind], {"id": number}) if kind in OF_ONE else Text(noted)
    return Text(WHAT.get(kind, kind))
