"""The list of a bus held against the roll of the class: who rode along and is in no class.

A child who got on and did not come to class may still sit in the vehicle. Whichever of the two
rolls comes in last finds it: that of the class by the list of the bus, and that of a bus, which may
have waited for the network, by the open absence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from casework.clock import LOCAL
from casework.models import AbsenceMark, Case, Rollcall, Seat, Unit
from casework.services.automatic import perform_as_system
from casework.services.locking import NO_KEY
from casework.services.rolls.called import Called, missing_since
from casework.services.rolls.roster import Known
from casework.services.rolls.seated import sits
from casework.services.rolls.shapes import AWAY

BUS, CLASS = "bus", "class"
REASON = "bus"


def rode_along(session: Session, student_ids: Sequence[int], called: Called) -> set[int]:
    """The pupils whom the last roll before this bell has seen on a bus; of rolls of classes only.

    Who was called in class since has left the bus, or has been looked for already.
    """
    unit, on = called.place.unit, called.on
    if unit.kind != CLASS or not student_ids:
        return set()
    before = (Rollcall.on == on, Rollcall.bell_at < called.bell_at)
    since = session.scalar(
        select(func.max(Rollcall.bell_at)).where(Rollcall.unit_id == unit.id, *before)
    )
    later = () if since is None else (Rollcall.bell_at > since,)
    newer = aliased(AbsenceMark)
    same = (newer.rollcall_id == Rollcall.id, newer.student_id == Seat.student_id)
    newest = select(func.max(newer.id)).where(*same).correlate(Rollcall, Seat).scalar_subquery()
    away = exists().where(AbsenceMark.id == newest, AbsenceMark.kind.in_(AWAY))
    query = (
        select(Seat.student_id)
        .join(Unit, Unit.id == Seat.unit_id)
        .join(Rollcall, Rollcall.unit_id == Unit.id)
        .where(Unit.kind == BUS, Seat.student_id.in_(student_ids), *sits(on), *before, *later)
        .where(~away)
    )
    return set(session.scalars(query))


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
