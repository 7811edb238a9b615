"""Escalations for programs: the rungs that fired in reach, oldest first, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session

from casework.models import Call, Case, Clock, Escalation, Unit
from casework.permissions import BUREAU_ROLES, Actor, Permission
from casework.services.calls.reach import SHIELDED, Held, find_any, in_reach
from casework.services.scope import visible

MOST = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which escalations: None means any. ``cursor`` is the last id of the page before."""

    since: datetime | None = None
    level: int | None = None
    cursor: int | None = None
    limit: int = 50


def page(session: Session, actor: Actor, wanted: Wanted) -> dict[str, Any]:
    """One page of what has fired in reach, with the cursor of the next page."""
    limit = min(wanted.limit, MOST)
    query = (
        select(Escalation, Clock, Case, Unit)
        .join(Clock, Clock.id == Escalation.clock_id)
        .join(Unit, Unit.id == Escalation.unit_id)
        .outerjoin(Case, Case.id == Escalation.case_id)
        .where(_reached(actor))
    )
    if wanted.since is not None:
        query = query.where(Escalation.at >= wanted.since)
    if wanted.level is not None:
        query = query.where(Escalation.level == wanted.level)
    if wanted.cursor is not None:
        query = query.where(Escalation.id > wanted.cursor)
    rows = session.execute(query.order_by(Escalation.id).limit(limit + 1)).all()
    held = [Held(row, clock, case or unit) for row, clock, case, unit in rows[:limit]]
    seen = [one for one in held if one.row.case_id or in_reach(session, actor, one)]
    more = len(rows) > limit
    return {
        "items": _data(session, seen),
        "next_cursor": str(rows[limit - 1][0].id) if more else None,
    }


def one(session: Session, actor: Actor, escalation_id: int) -> dict[str, Any]:
    """One escalation. Raises NotFound out of reach."""
    return _data(session, [find_any(session, actor, escalation_id)])[0]


def _reached(actor: Actor) -> ColumnElement[bool]:
    """About cases in scope, or about what units in reach owe; who is called is not asked here."""
    case = (
        select(Case.id)
        .join(Case.unit)
        .where(Case.id == Escalation.case_id, visible(actor))
        .correlate(Escalation)
        .exists()
    )
    bureau = [post.path for post in actor.posts if post.powers in BUREAU_ROLES]
    own = actor.paths(Permission.CASE_READ)
    of_units = or_(_inside(bureau), and_(_inside(own), Clock.subject_kind.not_in(sorted(SHIELDED))))
    return or_(case, and_(Escalation.case_id.is_(None), of_units))


def _inside(paths: Sequence[str]) -> ColumnElement[bool]:
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def _data(session: Session, found: Sequence[Held]) -> list[dict[str, Any]]:
    ids = [one.row.id for one in found]
    query = select(Call).where(Call.escalation_id.in_(ids), Call.ended_at.is_(None))
    calls = {call.escalation_id: call for call in session.scalars(query) if call.user_id}
    return [_one(held, calls.get(held.row.id)) for held in found]


NAMES = ("id", "rung", "kind", "level", "due_at", "at", "system_late")
ANSWER = ("acknowledged_at", "acknowledged_by")


def _one(held: Held, call: Call | None) -> dict[str, Any]:
    row, clock, subject = held.row, held.clock, held.subject
    return {
        **{name: getattr(row, name) for name in (*NAMES, *ANSWER)},
        "rule": clock.rule_id,
        "recipient": clock.recipient or None,
        "case": subject.number if isinstance(subject, Case) else None,
        "unit_id": row.unit_id,
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "stopped_at": clock.stopped_at,
        "called": call.user_id if call is not None else None,
        "answer_by": call.due_at if call is not None else None,
    }
