"""A school's month at a glance: for each day whether it was whole, had gaps, or worse."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Case, Contradiction, Flag, Rollcall, Unit, ZeroReport
from casework.permissions import Actor
from casework.services.reconciliation.counting import (
    CALLED,
    Bounds,
    expected_rolls,
    school_in,
    standing_flags,
)
from casework.services.rolls.owed import each
from casework.services.scope import visible

Days = Counter[tuple[int, date]]


class Mark(StrEnum):
    """What a day was like, the worst that holds."""

    AHEAD = "ahead"
    FREE = "free"
    WHOLE = "whole"
    GAPS = "gaps"
    TROUBLE = "trouble"


def month_of(
    session: Session, actor: Actor, area: Unit, schools: Sequence[Unit], first: date, last: date
) -> dict[int, tuple[Mark, ...]]:
    """Each day of the month for each of these schools; as many questions as for one of them."""
    ids = frozenset(school.id for school in schools)
    expected = expected_rolls(session, area, schools, first, last)
    saved = _saved(session, area, ids, first, last)
    owed, missing = _zero(session, ids, first, last)
    worse = _contradicted(session, actor, ids, first, last)
    worse += _flagged(session, actor, Bounds(first, _below(area), last), ids)
    today = clock.today()
    return {
        one: tuple(
            _mark(
                ahead=on > today,
                worse=worse[one, on] > 0,
                gaps=(missing[one, on] > 0 and on < today) or saved[one, on] < expected[one, on],
                owed=expected[one, on] + saved[one, on] + owed[one, on] > 0,
            )
            for on in each(first, last)
        )
        for one in ids
    }


def _mark(*, ahead: bool, worse: bool, gaps: bool, owed: bool) -> Mark:
    if ahead:
        return Mark.AHEAD
    if worse:
        return Mark.TROUBLE
    if gaps:
        return Mark.GAPS
    return Mark.WHOLE if owed else Mark.FREE


def _below(area: Unit) -> ColumnElement[bool]:
    return Unit.path.startswith(area.path, autoescape=True)


def _saved(session: Session, area: Unit, ids: frozenset[int], first: date, last: date) -> Days:
    """By the class, dormitory or bus, for which there is an index, and then by its school."""
    query = select(Unit.id, Unit.path).where(_below(area), Unit.kind.in_(CALLED))
    around = {unit: school_in(path, ids) for unit, path in session.execute(query)}
    known = [unit for unit, school in around.items() if school is not None]
    found = Days()
    rolls = (
        select(Rollcall.unit_id, Rollcall.on, func.count())
        .where(Rollcall.unit_id.in_(known), Rollcall.on.between(first, last))
        .group_by(Rollcall.unit_id, Rollcall.on)
    )
    for unit, on, number in session.execute(rolls):
        found[around[unit] or 0, on] += number
    return found


def _zero(session: Session, ids: frozenset[int], first: date, last: date) -> tuple[Days, Days]:
    """What is owed, and what of it is missing."""
    query = (
        select(
            ZeroReport.unit_id,
            ZeroReport.on,
            func.count(ZeroReport.id),
            func.count(ZeroReport.attested_at),
        )
        .where(ZeroReport.unit_id.in_(ids), ZeroReport.on.between(first, last))
        .group_by(ZeroReport.unit_id, ZeroReport.on)
    )
    owed, missing = Days(), Days()
    for school, on, number, signed in session.execute(query):
        owed[school, on], missing[school, on] = number, number - signed
    return owed, missing


def _contradicted(
    session: Session, actor: Actor, ids: frozenset[int], first: date, last: date
) -> Days:
    query = (
        select(ZeroReport.unit_id, ZeroReport.on)
        .join(Contradiction, Contradiction.zero_report_id == ZeroReport.id)
        .join(Case, Contradiction.case_id == Case.id)
        .join(Case.unit)
        .where(ZeroReport.unit_id.in_(ids), ZeroReport.on.between(first, last), visible(actor))
    )
    return Counter((row[0], row[1]) for row in session.execute(query))


def _flagged(session: Session, actor: Actor, here: Bounds, ids: frozenset[int]) -> Days:
    query = select(Unit.path, Flag.at).join(Flag, Flag.unit_id == Unit.id)
    found = Days()
    for path, at in session.execute(query.where(*standing_flags(actor, here), here.area)):
        if (school := school_in(path, ids)) is not None:
            found[school, at.astimezone(LOCAL).date()] += 1
    return found
