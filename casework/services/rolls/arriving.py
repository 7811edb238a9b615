"""A roll that waited for the network while its list changed: nobody who was missed is lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Student, Unit
from casework.services.actors import school_of
from casework.services.rolls import plausible, roster
from casework.services.rolls.roster import Known
from casework.services.rolls.shapes import NewMark, NewRoll


@dataclass(frozen=True, slots=True)
class Arrived:
    """Who is on the list or was, the marks that count, and what the list has lost since."""

    known: Sequence[Known]
    absent: Sequence[NewMark]
    waited: bool = False
    changed: dict[str, object] = field(default_factory=dict)
    """For the event of the roll: ``moved`` pupils belong elsewhere by now, ``left`` the school."""


def arrived(session: Session, unit: Unit, new: NewRoll, known: Sequence[Known]) -> Arrived:
    """The list as it is now and, of a roll that waited, whom it names besides."""
    if not _waited(new):
        return Arrived(known, new.absent)
    named = {one.student_id for one in new.absent} - {one.student_id for one in known}
    if not named:
        return Arrived(known, new.absent, waited=True)
    ours, moved = elsewhere(session, unit, new.on, new.period, named)
    left = ours - {one.student_id for one in moved}
    return Arrived(
        known=[*known, *moved],
        absent=[one for one in new.absent if one.student_id not in left],
        waited=True,
        changed={"moved": sorted(one.student_id for one in moved), "left": sorted(left)},
    )


def elsewhere(
    session: Session, unit: Unit, on: date, period: str, named: Collection[int]
) -> tuple[set[int], list[Known]]:
    """Of these pupils those of the unit's school, and what is known of those who are still there.

    They are on no list of the unit any more: they have moved to another class, bed or bus.
    """
    home = school_of(session, unit).path
    rows = session.execute(
        select(Student.id, Student.unit_id)
        .join(Student.unit)
        .where(Student.id.in_(named), Unit.path.startswith(home, autoescape=True))
    ).all()
    ours = {row[0] for row in rows}
    moved: list[Known] = []
    for unit_id in sorted({row[1] for row in rows}):
        there = session.get_one(Unit, unit_id)
        found = roster.known_of(session, there, on, period)
        moved += [one for one in found if one.student_id in ours]
    return ours, moved


def _waited(new: NewRoll) -> bool:
    """By the device's own clock, right or wrong: it was not sent when it was called."""
    if new.taken_at is None or new.device_at is None:
        return False
    return new.device_at - new.taken_at > plausible.LIMITS.skew
