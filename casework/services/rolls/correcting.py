"""Correcting a saved roll: the first one stays, the corrections stand beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import Invalid, NotFound
from casework.models import Leave, Period, Rollcall, RollCorrection, Unit
from casework.permissions import Actor, Permission, Standing
from casework.services.locking import NO_KEY
from casework.services.rolls import (
    absences,
    arriving,
    ground,
    illness,
    leaves,
    listing,
    marks,
    proposals,
    roster,
    words,
)
from casework.services.rolls.called import Called
from casework.services.rolls.marks import Line
from casework.services.rolls.roster import Known
from casework.services.rolls.saving import claimed_leaves
from casework.services.rolls.shapes import ON_LEAVE, NewMark, Proposal, Saved
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED

TOO_OLD = N_("A roll can be corrected up to %(days)s days later.")
MOST_DAYS = 31


def correct_roll(
    session: Session,
    actor: Actor,
    rollcall_id: int,
    changes: Sequence[NewMark],
    reason: str,
) -> Saved:
    """Say what the roll should have said of some pupils, and why.

    Who is missing after all is followed; of who was here, and of leave that explains an absence,
    the step in the open case is proposed. Raises NotFound, NotAllowed, Invalid by field.
    """
    roll = session.get(Rollcall, rollcall_id)
    if roll is None:
        raise NotFound
    unit = ground.locked(session, actor, roll.unit_id, Permission.ROLL_CALL)
    stands, at = ground.calling(actor, unit), clock.now()
    why = _demand(roll.on, changes, reason)
    return amend(session, actor, Told(unit, roll, stands, why, at), changes)


@dataclass(frozen=True, slots=True)
class Told:
    """A correction: which roll of which unit, which is locked, in which standing, why and when."""

    unit: Unit
    roll: Rollcall
    stands: Standing
    why: str
    at: datetime


def amend(session: Session, actor: Actor, told: Told, changes: Sequence[NewMark]) -> Saved:
    """The same, of a correction whose reason and standing are known. Raises Invalid by field."""
    unit, roll, stands, at = told.unit, told.roll, told.stands, told.at
    before = listing.kinds_now(listing.marks_of(session, [roll.id]).get(roll.id, []))
    known = _known(session, unit, roll, before)
    lines = marks.resolve({one.student_id: one for one in known}, changes, before=before)
    _withdraw(session, actor, told, lines)
    kept = claimed_leaves(session, actor, unit, stands, roll, lines, at)
    data = {"roll": roll.seq, "on": roll.on, "period": roll.period, "changed": len(lines)}
    private = {"reason": told.why, "marks": marks.as_text(lines)}
    seq = ground.note(session, actor, unit, at, "roll_corrected", data, private, stands)
    one = RollCorrection(
        rollcall_id=roll.id,
        at=at,
        by=actor.user_id,
        role=stands.role.value,
        stands_for=stands.stands_for.value if stands.stands_for else None,
        seq=seq,
    )
    session.add(one)
    session.flush()
    period = session.get_one(Period, roll.period_id)
    place = ground.place_of(session, unit)
    called = Called(place, period, roll.bell_at, at, roll.judged_at, roll.on)
    followed = absences.follow(session, called, lines, at)
    marks.write(session, roll.id, lines, followed.ids, kept, one.id)
    illness.count_marked(session, lines, roll.on, at)
    [shown] = listing.shown(session, actor, unit, [roll])
    return Saved(
        roll=shown,
        opened=tuple(followed.opened),
        noted=tuple(followed.noted),
        proposals=tuple(_proposals(lines, roll, unit.name, at)),
    )


def _known(
    session: Session, unit: Unit, roll: Rollcall, before: Mapping[int, str]
) -> Sequence[Known]:
    """Who is on the list and, of those with a mark in this roll, who has moved away since."""
    known = roster.known_of(session, unit, roll.on, roll.period)
    gone = before.keys() - {one.student_id for one in known}
    if not gone:
        return known
    _, moved = arriving.elsewhere(session, unit, roll.on, roll.period, gone)
    return [*known, *moved]


def _withdraw(session: Session, actor: Actor, told: Told, lines: Sequence[Line]) -> None:
    """Take back what was put on file as leave for this one roll only, where there was none."""
    ids = [one.known.leave.id for one in lines if one.known.leave and one.kind not in ON_LEAVE]
    own = (Leave.period == told.roll.period, Leave.from_on == Leave.until_on)
    query = select(Leave).where(Leave.id.in_(ids), *own).order_by(Leave.unit_id, Leave.id)
    for leave in session.scalars(query).all() if ids else ():
        home = session.get_one(Unit, leave.unit_id, with_for_update=NO_KEY, populate_existing=True)
        leaves.take_back(session, actor, home, leave, told.why, told.at, told.stands)


def _demand(on: date, changes: Sequence[NewMark], reason: str) -> str:
    errors: words.Errors = {}
    why = words.spoken(errors, "reason", reason)
    if not changes:
        errors["absent"] = [Text(REQUIRED)]
    words.demand(errors)
    if on < clock.today() - timedelta(days=MOST_DAYS):
        raise Invalid({"on": [Text(TOO_OLD, {"days": MOST_DAYS})]})
    return why


def _proposals(
    lines: Iterable[Line], roll: Rollcall, place: str, at: datetime
) -> Iterable[Proposal]:
    """What the corrected roll suggests for cases that are still open."""
    for line in lines:
        case = line.known.case
        if case is None or line.kind == "absent":
            continue
        pupil = (line.student_id, line.known.name)
        if line.kind in ON_LEAVE:
            excuse = proposals.Excuse(
                kind=ON_LEAVE[line.kind],
                channel=line.known.leave.channel if line.known.leave else line.given.channel,
                symptoms=line.symptoms,
                from_on=line.known.leave.from_on if line.known.leave else roll.on,
                class_id=line.known.class_id,
            )
            found = proposals.excused(case, *pupil, excuse)
        else:
            found = proposals.back(case, *pupil, at, place, mistaken=True)
        if found is not None:
            yield found
