"""Lists for programs: cases and approvals in scope, a page at a time by row id."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Approval, Case, Clock, Unit
from casework.permissions import Actor
from casework.services import approvers, case_data, part_data, part_list, parts
from casework.services.scope import parse_number, visible
from casework.workflows.registry import WORKFLOWS

MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: None means any. ``cursor`` is the last row id of the page before."""

    case_type: str | None = None
    state: str | None = None
    phase: str | None = None
    level: int | None = None
    overdue: bool | None = None
    unit_id: int | None = None
    q: str | None = None
    cursor: int | None = None
    limit: int = 50


def cases(session: Session, actor: Actor, wanted: Wanted) -> dict[str, Any]:
    """One page of the cases in scope, newest first, with the cursor of the next page."""
    limit = min(wanted.limit, MOST)
    part = _listed_in_part(session, actor, wanted)
    whole = and_(visible(actor), *_conditions(session, wanted))
    query = select(Case, part).join(Case.unit).where(or_(whole, part))
    rows = session.execute(query.order_by(Case.id.desc()).limit(limit + 1)).all()
    page = [(row[0], bool(row[1])) for row in rows[:limit]]
    flags = case_data.flags(session, [case.id for case, _ in page])
    items = [
        {
            **part_data.seen_summary(case, part=withheld),
            "flags": None if withheld else flags[case.id],
        }
        for case, withheld in page
    ]
    return {"items": items, "next_cursor": str(page[-1][0].id) if len(rows) > limit else None}


def _listed_in_part(session: Session, actor: Actor, wanted: Wanted) -> ColumnElement[bool]:
    """The cases that are seen in part, as far as the filters ask for nothing that is withheld."""
    if not parts.sees_parts(actor) or wanted.level is not None:
        return false()
    found = _conditions(session, replace(wanted, q=None, overdue=None))
    if wanted.q:
        found.append(part_list.by_number(wanted.q))
    if wanted.overdue is not None:
        late = part_list.late(actor, clock.now())
        found.append(late if wanted.overdue else ~late)
    return and_(parts.in_part(session, actor), *found)


def _conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    exact = (
        (Case.case_type, wanted.case_type),
        (Case.state, wanted.state),
        (Case.phase, wanted.phase),
        (Case.level, wanted.level),
    )
    found: list[ColumnElement[bool]] = [c == value for c, value in exact if value is not None]
    if wanted.overdue is not None:
        late = exists().where(
            Clock.case_id == Case.id,
            Clock.stopped_at.is_(None),
            or_(Clock.limit_at < clock.now(), Clock.target_at < clock.now()),
        )
        found.append(late if wanted.overdue else ~late)
    if wanted.unit_id is not None:
        unit = session.get(Unit, wanted.unit_id)
        found.append(Unit.path.startswith(unit.path if unit else "-", autoescape=True))
    if wanted.q:
        parsed = parse_number(wanted.q.upper())
        by_title = Case.title.icontains(wanted.q, autoescape=True)
        found.append(Case.id == parsed[1] if parsed else by_title)
    if wanted.cursor is not None:
        found.append(Case.id < wanted.cursor)
    return found


def approvals(session: Session, actor: Actor) -> list[dict[str, Any]]:
    """The open requests in scope that the actor has made or may decide."""
    query = (
        select(Approval, Case)
        .join(Case, Approval.case_id == Case.id)
        .join(Case.unit)
        .where(Approval.decision.is_(None), visible(actor))
        .order_by(Approval.id)
        .limit(MOST)
    )
    found = []
    for approval, case in session.execute(query):
        mine = approval.requester_id == actor.user_id
        able = approvers.able(session, actor, case, approval) is not None
        if mine or able:
            found.append({**approval_data(approval, case), "may_decide": able})
    return found


def approval_data(approval: Approval, case: Case) -> dict[str, Any]:
    """One request as a program reads it."""
    action = WORKFLOWS[case.case_type].action(approval.action)
    return {
        "id": approval.id,
        "case": case.number,
        "case_version": approval.case_version,
        "action": approval.action,
        "label": action.label if action else approval.action,
        "fields": approval.fields,
        "requested_by": approval.requester_id,
        "requested_at": approval.requested_at,
        "approvers": approval.approver_roles,
        "decision": approval.decision,
        "decided_at": approval.decided_at,
    }


def case_of(session: Session, approval: Approval) -> Case:
    """The case a request belongs to."""
    return session.get_one(Case, approval.case_id)
