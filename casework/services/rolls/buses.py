"""The list of a bus held against the roll of the class: who rode along and is in no class.

A child who got on and did not come to class may still sit in the vehicle. Whichever of the two
rolls comes in last finds it: that of the class by the list of the bus, and that of a bus, which may
have waited for the network, by the open absence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Date, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.clock import LOCAL
from casework.models import AbsenceMark, Case, Leave, Rollcall, Seat, Unit
from casework.services.automatic import perform_as_system
from casework.services.locking import NO_KEY
from casework.services.rolls.called import Called, missing_since
from casework.services.rolls.marks import Line
from casework.services.rolls.roster import ABSENT, Known
from casework.services.rolls.shapes import AWAY

BUS, CLASS = "bus", "class"
REASON = "bus"


def rode_along(session: Session, student_ids: Sequence[int], called: Called) -> dict[int, datetime]:
    """The pupils whom the last roll before this bell has seen on a bus, with the bell of the ride.

    Of rolls of classes only. Who was called in class since has left the bus, or is looked for.
    """
    unit = called.place.unit
    if unit.kind != CLASS or not student_ids:
        return {}
    given = {"unit": unit.id, "day": called.on, "bell": called.bell_at, "ids": student_ids}
    return {row[0]: row[1] for row in session.execute(_statement(), given)}


@cache
def _statement() -> Any:
    """Made once, with everything left open: it is asked at every roll with somebody away."""
    day, bell = bindparam("day", type_=Date), bindparam("bell", type_=Rollcall.bell_at.type)
    own, newer = aliased(Rollcall), aliased(AbsenceMark)
    called_since = exists().where(
        own.unit_id == bindparam("unit"),
        own.on == day,
        own.bell_at < bell,
        own.bell_at >= Rollcall.bell_at,
    )
    same = (newer.rollcall_id == Rollcall.id, newer.student_id == Seat.student_id)
    newest = select(func.max(newer.id)).where(*same).correlate(Rollcall, Seat).scalar_subquery()
    away = exists().where(AbsenceMark.id == newest, AbsenceMark.kind.in_(AWAY))
    return (
        select(Seat.student_id, func.max(Rollcall.bell_at, type_=Rollcall.bell_at.type))
        .join(Unit, Unit.id == Seat.unit_id)
        .join(Rollcall, Rollcall.unit_id == Unit.id)
        .where(Seat.student_id.in_(bindparam("ids", expanding=True)))
        .where(Seat.from_on <= day, or_(Seat.until_on.is_(None), Seat.until_on >= day))
        .where(Unit.kind == BUS, Rollcall.on == day, Rollcall.bell_at < bell)
        .where(~called_since, ~away)
        .group_by(Seat.student_id)
    )


def missed(session: Session, lines: Sequence[Line], rode: Mapping[int, datetime]) -> list[Line]:
    """Who is to be followed: whoever is absent, and who rode along although on leave.

    A leave that was known before the ride did not keep the child at home. One that came after it
    tells where the child went.
    """
    ids = [line.leave_id for line in lines if line.student_id in rode and line.leave_id]
    query = select(Leave.id, Leave.recorded_at).where(Leave.id.in_(ids))
    known = {row[0]: row[1] for row in session.execute(query)} if ids else {}
    return [
        line
        for line in lines
        if line.kind == ABSENT
        or (line.leave_id in known and known[line.leave_id] < rode[line.student_id])
    ]


def look_in_vehicle(
    session: Session, called: Called, known: Iterable[Known], away: Collection[int]
) -> None:
    """Of a bus: say in each open absence that came after it that the pupil had been on board."""
    if called.place.unit.kind != BUS:
        return
    for one in sorted(known, key=lambda one: one.student_id):
        case = one.case
        if case is not None and one.student_id not in away and _came_after(session, called, case):
            session.refresh(case, with_for_update={"of": Case, **NO_KEY})
            search_at_once(session, case)


def search_at_once(session: Session, case: Case) -> None:
    """The pupil rode along: the vehicle is to be searched now, whatever else is being done."""
    if perform_as_system(session, case, "mark_strict", {"strict_reasons": [REASON]}):
        perform_as_system(session, case, "start_tracing")


def _came_after(session: Session, called: Called, case: Case) -> bool:
    """True when the pupil was missed later on the day of this ride, and not before it."""
    since = missing_since(session, case)
    return since > called.known_at and since.astimezone(LOCAL).date() == called.on
