"""The audit of one case: who knew what, when, who was told, what was late, who has read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from casework.models import Access, Case, Escalation, User
from casework.permissions import Actor
from casework.services.pages import audit_chain, audit_clocks, audit_people, audit_times, told
from casework.services.pages.audit_chain import EventRow, Fault, Told
from casework.services.pages.audit_clocks import AuditClock, AuditFlag, AuditRung
from casework.services.pages.audit_people import (
    AuditApproval,
    HandOver,
    Readings,
)
from casework.services.pages.audit_scope import audited
from casework.services.pages.audit_times import Known, Stamp
from casework.services.pages.findings import CaseFindings, of_case
from casework.services.pages.head import Head, head_of
from casework.services.pages.timeline import Chain
from casework.services.pages.told import ToldLine
from casework.workflows.registry import WORKFLOWS

FIRST = 30
"""How many rows of a long part the whole audit shows; the part by itself shows PAGE at a time."""
PAGE = 150
PARTS = ("events", "rungs", "messages", "readings")
"""The parts that grow with the case and can be leafed through by themselves."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Everything the audit of a case shows; ``part`` is the one part shown, or empty for all.

    ``counts`` says how many rows each long part has in all, ``most`` how many of them are shown,
    the newest; None is all of them. Without ``head`` the chain is damaged.
    """

    number: str
    type_title: str
    head: Head | None
    part: str
    most: int | None
    page: int
    pages: int
    counts: Mapping[str, int]
    chain: Chain
    fault: Fault | None
    stamps: tuple[Stamp, ...]
    known: tuple[Known, ...]
    clocks: tuple[AuditClock, ...]
    rungs: tuple[AuditRung, ...]
    messages: tuple[ToldLine, ...]
    approvals: tuple[AuditApproval, ...]
    flags: tuple[AuditFlag, ...]
    hand_overs: tuple[HandOver, ...]
    readings: tuple[Readings, ...]
    events: tuple[EventRow, ...]
    names: Mapping[int, str]
    findings: CaseFindings


def audit_page(
    session: Session,
    actor: Actor,
    number: str,
    part: str = "",
    page: int = 1,
    *,
    whole: bool = False,
) -> AuditPage:
    """The audit of a case, or a page of one part. Raises as :func:`audit_scope.audited` does.

    ``whole`` leaves out nothing: what is printed as a proof must be complete.
    """
    case = audited(session, actor, number)
    part, page = part if part in PARTS else "", max(page, 1)
    most = PAGE if part else None if whole else FIRST
    cut = (most, (page - 1) * PAGE if part else 0)
    events = audit_chain.told(session, case)
    chain, fault = audit_chain.verified(session, case, events)
    clocks = audit_clocks.clocks(session, case, events)
    counts = _counts(session, case, events)
    found = AuditPage(
        number=case.number,
        type_title=WORKFLOWS[case.case_type].title,
        head=head_of(session, case) if fault is None else None,
        part=part,
        most=most,
        page=page,
        pages=-(-counts[part] // PAGE) if part else 1,
        counts=counts,
        chain=chain,
        fault=fault,
        stamps=audit_times.stamps(case, clocks),
        known=audit_times.knowledge(session, case, events, readable=fault is None),
        clocks=clocks,
        rungs=audit_clocks.rungs(session, case, *cut),
        messages=told.lines_of(session, case, *cut),
        approvals=audit_people.approvals(session, case, events),
        flags=audit_clocks.flags(session, case),
        hand_overs=audit_people.hand_overs(case, events),
        readings=audit_people.readings(session, case, *cut),
        events=_shown(case, events, *cut),
        names={},
        findings=of_case(session, actor, case, audited=True),
    )
    return replace(found, names=_names(session, set(_accounts(found))))


def _accounts(page: AuditPage) -> Iterator[int | None]:
    """Every account the page speaks of."""
    yield from (one.by for one in page.clocks)
    yield from (one.by for one in page.hand_overs)
    yield from (one.by for one in page.known)
    yield from (one.cleared_by for one in page.flags)
    yield from (one.actor_id for one in page.events)
    yield from (one.user_id for one in page.readings)
    for approval in page.approvals:
        yield from (approval.by, approval.decided_by)
    for rung in page.rungs:
        yield rung.acknowledged_by
        yield from (reader.user_id for reader in rung.told)


def _shown(
    case: Case, events: tuple[Told, ...], limit: int | None, offset: int
) -> tuple[EventRow, ...]:
    """The newest events after the offset."""
    newest = events[::-1][offset:][:limit]
    return tuple(audit_chain.row(case, event) for event in newest)


def _counts(session: Session, case: Case, events: tuple[Told, ...]) -> dict[str, int]:
    """How many rows each long part has."""

    def count(query: Select[int]) -> int:
        return session.scalar(query) or 0

    key = (Access.user_id, Access.what, Access.door)
    groups = select(*key).where(Access.case_key == case.chain).group_by(*key).subquery()
    return {
        "events": len(events),
        "rungs": count(select(func.count()).where(Escalation.case_id == case.id)),
        "messages": told.count(session, case),
        "readings": count(select(func.count()).select_from(groups)),
    }


def _names(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    wanted = [one for one in ids if one is not None]
    rows = session.execute(select(User.id, User.name).where(User.id.in_(wanted)))
    return {row[0]: row[1] for row in rows}
