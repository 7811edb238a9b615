"""Rolls of a simulated school: its times, its terms, and a day on which every class is called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import CaseworkError
from casework.models import Membership, Period, Unit
from casework.permissions import SYSTEM
from casework.services import actors, school_days
from casework.services.rolls import periods, roster, saving
from casework.services.rolls.shapes import AWAY, NewMark, NewPeriod, NewRoll, Saved

TIMES = {
    "class": (("morning", "早点名", time(8)), ("afternoon", "午点名", time(14))),
    "dormitory": (("dormitory", "就寝点名", time(21, 40)),),
    "bus": (("bus", "上车点名", time(7, 20)),),
}
"""By kind of unit: the rolls that a simulated school calls."""


def set_times(session: Session, school_ids: Iterable[int], from_on: date | None = None) -> None:
    """Give schools their rolls of the day, as far as they have such units; twice is no fault."""
    for school_id in school_ids:
        school = session.get_one(Unit, school_id)
        inside = Unit.path.startswith(school.path, autoescape=True)
        kinds = set(session.scalars(select(Unit.kind).where(inside).distinct()))
        known = {one.code for one in periods.periods_of(session, school)}
        for kind, times in TIMES.items():
            for code, name, bell in times:
                if kind in kinds and code not in known:
                    new = NewPeriod(code, name, kind, bell)
                    periods.set_period(session, SYSTEM, school_id, new, from_on=from_on)


def open_term(session: Session, unit_id: int, name: str, first: date, last: date) -> None:
    """Enter a term of a bureau or a school unless it has one in these days."""
    try:
        school_days.add_term(session, SYSTEM, unit_id, name, first, last)
    except CaseworkError:
        return


def call(
    session: Session, unit_id: int, code: str, marks: Sequence[NewMark] = (), on: date | None = None
) -> Saved | None:
    """Call one roll as the teacher of the unit would; None when nobody teaches there.

    Leave on file is matched, everybody else without a mark is there.
    """
    unit, day = session.get_one(Unit, unit_id), on or clock.today()
    query = select(Membership.user_id).where(
        Membership.unit_id == unit_id, Membership.role == "teacher"
    )
    user_id = session.scalars(query.order_by(Membership.id)).first()
    if user_id is None:
        return None
    known = roster.known_of(session, unit, day, code)
    given = {mark.student_id for mark in marks}
    excused = [
        NewMark(one.student_id)
        for one in known
        if one.leave is not None and one.student_id not in given
    ]
    away = len(excused) + sum(not mark.kind or mark.kind in AWAY for mark in marks)
    roll = NewRoll(unit_id, day, code, len(known) - away, (*marks, *excused))
    return saving.save_roll(session, actors.load_actor(session, user_id, clock.now()), roll)


def call_all(
    session: Session,
    school_id: int,
    code: str,
    marks: Mapping[int, Sequence[NewMark]] | None = None,
) -> list[Saved]:
    """Call one roll in every unit of a school that has a teacher; ``marks`` by unit.

    The clock must stand at the bell or after it.
    """
    school, today = session.get_one(Unit, school_id), clock.today()
    found = session.scalars(
        select(Period).where(
            Period.unit_id == school_id, Period.code == code, *periods.in_force(today)
        )
    ).one()
    units = session.scalars(
        select(Unit.id)
        .where(Unit.path.startswith(school.path, autoescape=True), Unit.kind == found.unit_kind)
        .order_by(Unit.id)
    )
    saved = (call(session, one, code, (marks or {}).get(one, ())) for one in units.all())
    return [one for one in saved if one is not None]
