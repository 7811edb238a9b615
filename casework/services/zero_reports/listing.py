"""Zero reports as programs and pages read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Contradiction, Flag, Unit, User, ZeroReport
from casework.permissions import Actor, Permission
from casework.services.scope import visible
from casework.services.zero_reports.expecting import KIND


def of_day(session: Session, actor: Actor, on: date) -> list[dict[str, Any]]:
    """What the schools in scope owe and have attested for a day, by school and slot."""
    paths = actor.paths(Permission.ZERO_READ)
    inside = or_(*(Unit.path.startswith(path, autoescape=True) for path in paths))
    query = (
        select(ZeroReport, Unit, User.name)
        .join(Unit, ZeroReport.unit_id == Unit.id)
        .outerjoin(User, ZeroReport.attested_by == User.id)
        .where(ZeroReport.on == on, inside)
        .order_by(Unit.path, ZeroReport.slot)
    )
    rows = session.execute(query).all() if paths else []
    ids = [row[0].id for row in rows]
    clocks, against = _clocks(session, ids), _contradictions(session, actor, ids)
    raised = _flags(session, clocks)
    return [
        {
            "id": report.id,
            "unit_id": unit.id,
            "unit": unit.name,
            "on": report.on,
            "slot": report.slot,
            "attested_at": report.attested_at,
            "attested_by": name,
            "nothing": report.nothing,
            "cases": report.cases,
            "contradicted": against.get(report.id, []),
            "flags": raised.get(report.id, []),
            **_dues(clocks.get(report.id), report.attested_at),
        }
        for report, unit, name in rows
    ]


def _dues(clock: Clock | None, attested_at: datetime | None) -> dict[str, Any]:
    limit = clock.limit_at if clock else None
    late = bool(limit and attested_at and attested_at > limit)
    return {"target_at": clock.target_at if clock else None, "limit_at": limit, "late": late}


def _clocks(session: Session, ids: Sequence[int]) -> dict[int, Clock]:
    query = select(Clock).where(Clock.subject_kind == KIND, Clock.subject_id.in_(ids))
    return {clock.subject_id: clock for clock in session.scalars(query.order_by(Clock.id))}


def _flags(session: Session, clocks: Mapping[int, Clock]) -> dict[int, list[dict[str, Any]]]:
    """The flags of these days, cleared ones too; what only the bureau may know hangs elsewhere."""
    days = {clock.id: report_id for report_id, clock in clocks.items()}
    found: dict[int, list[dict[str, Any]]] = {}
    query = select(Flag).where(Flag.clock_id.in_(days)).order_by(Flag.id)
    for flag in session.scalars(query):
        one = {"id": flag.id, "kind": flag.kind, "at": flag.at, "cleared_at": flag.cleared_at}
        found.setdefault(days[flag.clock_id], []).append(one | {"reason": flag.reason or ""})
    return found


def _contradictions(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, list[str]]:
    """By what each is contradicted, as far as the actor may know of it."""
    query = (
        select(Contradiction.zero_report_id, Case)
        .join(Case, Contradiction.case_id == Case.id)
        .join(Case.unit)
        .where(Contradiction.zero_report_id.in_(ids), visible(actor))
        .order_by(Contradiction.id)
    )
    found: dict[int, list[str]] = {}
    for report_id, case in session.execute(query):
        found.setdefault(report_id, []).append(case.number)
    return found
