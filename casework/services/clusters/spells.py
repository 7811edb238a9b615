"""Who is ill where and when, from every mark there is: rolls, leaves, absences followed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework.deadlines.clusters import UNTOLD, ClusterRules, Spell
from casework.models import AbsenceMark, Leave, Rollcall, Seat, SickMark, Student, Unit
from casework.services.rolls.seated import of_school

SICK = "leave_sick"
PLACES = ("class", "dormitory")
"""Where illnesses are counted together."""


def places_of(session: Session, student_ids: Iterable[int], first: date, last: date) -> set[int]:
    """The classes and dormitories to which the pupils belong on one of these days."""
    ids = sorted(set(student_ids))
    classes = select(Student.unit_id).where(Student.id.in_(ids))
    beds = (
        select(Seat.unit_id)
        .join(Unit, Seat.unit_id == Unit.id)
        .join(Student, Seat.student_id == Student.id)
        .where(Seat.student_id.in_(ids), Unit.kind.in_(PLACES), *_seated(first, last))
        .where(of_school(Student.unit_id, Unit.parent_id))
    )
    return {*session.scalars(classes), *session.scalars(beds)}


def spells_at(
    session: Session, rules: ClusterRules, place: Unit, first: date, last: date
) -> list[Spell]:
    """The illnesses of the pupils of a class or dormitory that touch these days."""
    pupils = (
        select(Student.id).where(Student.unit_id == place.id)
        if place.kind == "class"
        else select(Seat.student_id)
        .join(Student, Seat.student_id == Student.id)
        .where(Seat.unit_id == place.id, *_seated(first, last))
        .where(of_school(Student.unit_id, place.parent_id))
    )
    followed = list(
        session.scalars(
            select(SickMark).where(
                SickMark.unit_id == place.id, SickMark.from_on <= last, SickMark.until_on >= first
            )
        )
    )
    told = _told(session, followed)
    return [
        *_followed(rules, followed),
        *_on_leave(session, rules, Leave.student_id.in_(pupils), first, last),
        *_called(session, rules, AbsenceMark.student_id.in_(pupils), (first, last), told),
    ]


def _seated(first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return Seat.from_on <= last, or_(Seat.until_on.is_(None), Seat.until_on >= first)


def _followed(rules: ClusterRules, rows: Iterable[SickMark]) -> Iterator[Spell]:
    for row in rows:
        # Who is on no roster is known only by the case, and can be nobody else's second mark.
        pupil = row.student_id if row.student_id is not None else -row.case_id
        days = (row.from_on, row.until_on)
        yield _spell(rules, pupil, days, row.symptoms, row.case_id)


def _on_leave(
    session: Session, rules: ClusterRules, whose: ColumnElement[bool], first: date, last: date
) -> Iterator[Spell]:
    query = select(Leave).where(
        whose,
        Leave.kind == "sick",
        Leave.from_on <= last,
        Leave.until_on >= first,
        Leave.revoked_at.is_(None),
    )
    for row in session.scalars(query):
        yield _spell(rules, row.student_id, (row.from_on, row.until_on), row.symptoms)


def _called(
    session: Session,
    rules: ClusterRules,
    whose: ColumnElement[bool],
    days: tuple[date, date],
    told: dict[int, list[str]],
) -> Iterator[Spell]:
    """The marks of rolls, each as last corrected.

    One without symptoms that rests on a leave or an absence has those told there.
    """
    query = (
        select(AbsenceMark, Rollcall.on)
        .join(Rollcall, AbsenceMark.rollcall_id == Rollcall.id)
        .where(whose, Rollcall.on.between(*days))
        .order_by(AbsenceMark.id)
    )
    newest = {(row.rollcall_id, row.student_id): (row, on) for row, on in session.execute(query)}
    for row, on in newest.values():
        if row.kind != SICK:
            continue
        symptoms = row.symptoms or told.get(row.case_id or 0, [])
        if symptoms or row.leave_id is None:  # the leave counts by itself
            yield _spell(rules, row.student_id, (on, on), symptoms, row.case_id)


def _spell(
    rules: ClusterRules,
    pupil: int,
    days: tuple[date, date],
    symptoms: Sequence[str],
    source: int | None = None,
) -> Spell:
    untold = set(symptoms) <= {UNTOLD}
    return Spell(pupil, *days, rules.of(symptoms), source, untold)


def _told(session: Session, rows: Iterable[SickMark]) -> dict[int, list[str]]:
    return {row.case_id: list(row.symptoms) for row in rows}
