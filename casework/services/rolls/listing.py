"""Saved rolls as pages and programs read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import (
    AbsenceMark,
    Case,
    Period,
    Rollcall,
    RollCorrection,
    Student,
    Unit,
    User,
)
from casework.permissions import Actor, Permission
from casework.services.rolls import ground, words
from casework.services.rolls.duty import duty
from casework.services.rolls.shapes import AWAY, Correction, Mark, Roll
from casework.services.scope import visible


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside some rolls, read once for all of them."""

    marks: Mapping[int, Sequence[AbsenceMark]]
    pupils: Mapping[int, str]
    users: Mapping[int, str]
    cases: Mapping[int, str]
    periods: Mapping[int, str]
    corrections: Mapping[int, Sequence[RollCorrection]] = field(default_factory=dict)
    reasons: Mapping[int, Mapping[str, str]] = field(default_factory=dict)


def rolls_of(session: Session, actor: Actor, unit_id: int, on: date) -> tuple[Roll, ...]:
    """The saved rolls of a unit on a day, by bell. Raises NotFound, NotAllowed."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    return of_days(session, actor, unit, on, on)


def of_days(
    session: Session, actor: Actor, unit: Unit, first: date, last: date
) -> tuple[Roll, ...]:
    """The saved rolls of a unit that may be read, by day and bell."""
    query = (
        select(Rollcall)
        .where(Rollcall.unit_id == unit.id, Rollcall.on >= first, Rollcall.on <= last)
        .order_by(Rollcall.on, Rollcall.bell_at, Rollcall.id)
    )
    return shown(session, actor, unit, session.scalars(query).all())


def shown(session: Session, actor: Actor, unit: Unit, rows: Sequence[Rollcall]) -> tuple[Roll, ...]:
    """Rolls of one unit with their marks, corrections and the cases the reader may know of."""
    if not rows:
        return ()
    beside = _beside(session, actor, unit, rows)
    region = ground.place_of(session, unit).region
    return tuple(as_roll(session, unit, row, region, beside) for row in rows)


def kinds_now(marks: Iterable[AbsenceMark]) -> dict[int, str]:
    """What a roll says of each pupil with a mark now: the newest mark holds."""
    return {mark.student_id: mark.kind for mark in marks}


def marks_of(session: Session, ids: Iterable[int]) -> dict[int, list[AbsenceMark]]:
    """The marks of some rolls, oldest first."""
    found: dict[int, list[AbsenceMark]] = {}
    query = select(AbsenceMark).where(AbsenceMark.rollcall_id.in_(list(ids)))
    for mark in session.scalars(query.order_by(AbsenceMark.id)):
        found.setdefault(mark.rollcall_id, []).append(mark)
    return found


def _beside(session: Session, actor: Actor, unit: Unit, rows: Sequence[Rollcall]) -> Beside:
    marks = marks_of(session, [row.id for row in rows])
    every = [mark for found in marks.values() for mark in found]
    corrections: dict[int, list[RollCorrection]] = {}
    query = select(RollCorrection).where(RollCorrection.rollcall_id.in_([r.id for r in rows]))
    for one in session.scalars(query.order_by(RollCorrection.id)):
        corrections.setdefault(one.rollcall_id, []).append(one)
    changed = [one for found in corrections.values() for one in found]
    people = {r.taken_by for r in rows} | {c.by for c in changed}
    ids = {mark.case_id for mark in every if mark.case_id}
    cases = select(Case).join(Case.unit).where(Case.id.in_(ids), visible(actor))
    return Beside(
        marks=marks,
        corrections=corrections,
        pupils=_names(session, Student, {mark.student_id for mark in every}),
        users=_names(session, User, {one for one in people if one}),
        cases={case.id: case.number for case in session.scalars(cases)} if ids else {},
        periods=_names(session, Period, {row.period_id for row in rows}),
        reasons=words.texts(session, unit, [one.seq for one in changed]),
    )


def _names(
    session: Session, entity: type[Student | User | Period], ids: set[int]
) -> dict[int, str]:
    if not ids:
        return {}
    found = session.execute(select(entity.id, entity.name).where(entity.id.in_(ids)))
    return {row[0]: row[1] for row in found}


def as_roll(session: Session, unit: Unit, row: Rollcall, region: str, beside: Beside) -> Roll:
    """One roll with what stands beside it."""
    owed = duty(session, region, row.bell_at)
    limit = owed.limit_at if owed else None
    marks = beside.marks.get(row.id, [])
    away = sum(kind in AWAY for kind in kinds_now(marks).values())
    return Roll(
        id=row.id,
        unit_id=unit.id,
        unit=unit.name,
        on=row.on,
        period=row.period,
        period_name=beside.periods.get(row.period_id, row.period),
        bell_at=row.bell_at,
        taken_at=row.taken_at,
        arrived_at=row.arrived_at,
        judged_at=row.judged_at,
        judged_by=row.judged_by,
        doubt=row.doubt,
        taken_by=beside.users.get(row.taken_by or 0, ""),
        role=row.role,
        stands_for=row.stands_for,
        enrolled=row.enrolled,
        present=row.present,
        present_now=row.enrolled - away,
        limit_at=limit,
        late=limit is not None and row.judged_at > limit,
        marks=_marks(marks, beside),
        corrections=tuple(
            Correction(
                at=one.at,
                by=beside.users.get(one.by or 0, ""),
                role=one.role,
                reason=beside.reasons.get(one.seq, {}).get("reason", ""),
                changed={m.student_id: m.kind for m in marks if m.correction_id == one.id},
            )
            for one in beside.corrections.get(row.id, [])
        ),
    )


def _marks(marks: Sequence[AbsenceMark], beside: Beside) -> tuple[Mark, ...]:
    """One line for each pupil: what holds now, and what the first roll said."""
    first: dict[int, str] = {}
    newest: dict[int, AbsenceMark] = {}
    numbers: dict[int, str] = {}
    for mark in marks:
        first.setdefault(mark.student_id, "present" if mark.correction_id else mark.kind)
        newest[mark.student_id] = mark
        if mark.case_id and mark.case_id in beside.cases:
            numbers[mark.student_id] = beside.cases[mark.case_id]
    return tuple(
        Mark(
            student_id=mark.student_id,
            name=beside.pupils.get(mark.student_id, ""),
            kind=mark.kind,
            first=first[mark.student_id],
            symptoms=tuple(mark.symptoms),
            case=numbers.get(mark.student_id),
        )
        for mark in newest.values()
    )
