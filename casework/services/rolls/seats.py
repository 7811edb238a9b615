"""Beds and bus seats: which pupils a dormitory or a bus has besides their classes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotFound
from casework.models import Seat, Student, Unit
from casework.permissions import Actor, Permission
from casework.services.actors import school_of
from casework.services.references import NO_STUDENT
from casework.services.rolls import ground, tally, words
from casework.services.rolls.seated import sits
from casework.text import N_, Text

NO_SEATS = N_("Pupils belong to a class by their roster; this is for dormitories and buses.")

NOT_BACK = N_("Today's list stays as it is: choose today or a later day.")


def give_seats(
    session: Session,
    actor: Actor,
    unit_id: int,
    student_ids: Iterable[int],
    *,
    from_on: date | None = None,
) -> int:
    """Put pupils of the school on the list of a dormitory or bus; how many were new.

    Who had a place in another unit of that kind gives it up. Raises NotFound, Invalid.
    """
    unit = ground.locked(session, actor, unit_id, Permission.ROLL_CALL)
    if unit.kind == "class":
        raise Invalid({"unit_id": [Text(NO_SEATS)]})
    start, wanted = from_on or clock.today(), sorted(set(student_ids))
    _demand_pupils(session, unit, wanted)
    held = session.execute(
        select(Seat, Unit.kind)
        .join(Unit, Seat.unit_id == Unit.id)
        .where(Seat.student_id.in_(wanted), *sits(start))
    ).all()
    there = {seat.student_id for seat, _ in held if seat.unit_id == unit.id}
    for seat, kind in held:
        if kind == unit.kind and seat.unit_id != unit.id:
            _end(session, seat, start - timedelta(days=1))
    new = [one for one in wanted if one not in there]
    session.add_all([Seat(student_id=one, unit_id=unit.id, from_on=start) for one in new])
    session.flush()
    if new:
        tally.forget(session, unit.path)
        _note(session, actor, unit, "seats_given", new, start)
    return len(new)


def end_seat(
    session: Session,
    actor: Actor,
    unit_id: int,
    student_id: int,
    *,
    until_on: date | None = None,
    reason: str,
) -> None:
    """Take a pupil off the list after a day, by default after today, and never off today's list.

    Raises NotFound, Invalid by field.
    """
    unit = ground.locked(session, actor, unit_id, Permission.ROLL_CALL)
    errors: words.Errors = {}
    why, last = words.spoken(errors, "reason", reason), until_on or clock.today()
    if last < clock.today():
        errors["until_on"] = [Text(NOT_BACK)]
    words.demand(errors)
    here = (Seat.unit_id == unit.id, Seat.student_id == student_id, *sits(last))
    seat = session.scalar(select(Seat).where(*here))
    if seat is None:
        raise NotFound
    seat.until_on = last
    session.flush()
    tally.forget(session, unit.path)
    _note(session, actor, unit, "seat_ended", [student_id], last, why)


def _demand_pupils(session: Session, unit: Unit, wanted: list[int]) -> None:
    home = school_of(session, unit).path
    query = (
        select(Student.id)
        .join(Student.unit)
        .where(Student.id.in_(wanted), Unit.path.startswith(home, autoescape=True))
    )
    missing = set(wanted) - set(session.scalars(query))
    if missing:
        faults = [Text(NO_STUDENT, {"id": one}) for one in sorted(missing)]
        raise Invalid({"student_ids": faults})


def _end(session: Session, seat: Seat, last: date) -> None:
    if last < seat.from_on:
        session.delete(seat)
    else:
        seat.until_on = last


def _note(
    session: Session, actor: Actor, unit: Unit, action: str, ids: list[int], on: date, why: str = ""
) -> None:
    stands = ground.calls(actor, unit)
    data = {"students": ids, "on": on}
    ground.note(
        session, actor, unit, clock.now(), action, data, {"reason": why} if why else None, stands
    )
    session.flush()
