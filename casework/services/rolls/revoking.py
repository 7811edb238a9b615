"""Revoking a leave: the roll that rests on it is corrected, and who is missing is followed."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from casework import clock
from casework.errors import NotFound
from casework.models import AbsenceMark, Leave, Rollcall, Unit
from casework.permissions import Actor
from casework.services.locking import NO_KEY
from casework.services.rolls import correcting, leaves, listing, roster, words
from casework.services.rolls.roster import ABSENT
from casework.services.rolls.shapes import ON_LEAVE, LeaveLine, NewMark
from casework.text import N_, Text

REVOKED = N_("This leave has been revoked already.")


def revoke_leave(session: Session, actor: Actor, leave_id: int, reason: str) -> LeaveLine:
    """Take a leave back. Raises NotFound, NotAllowed, Invalid.

    When the last roll of its unit was saved under it, nobody knows any more where the pupil is: the
    roll is corrected and the absence followed. Earlier rolls stay: the pupil was seen since.
    """
    errors: words.Errors = {}
    leave = session.get(Leave, leave_id)
    if leave is None:
        raise NotFound
    roll = _resting(session, leave)
    scene = leave.unit_id
    if roll is not None and roll.unit_id != leave.unit_id:  # first the dormitory, as in its rolls
        scene = roll.unit_id
    held = session.get_one(Unit, scene, with_for_update=NO_KEY, populate_existing=True)
    unit, student = leaves.place(session, actor, leave.student_id, leave.unit_id)
    stands, at = leaves.standing_of(session, actor, unit, student), clock.now()
    why = words.spoken(errors, "reason", reason)
    session.refresh(leave)
    if leave.revoked_at is not None:
        errors["leave_id"] = [Text(REVOKED)]
    words.demand(errors)
    leaves.take_back(session, actor, unit, leave, why, at, stands)
    if roll is not None and _on_list(session, held, roll, leave.student_id):
        changes = [NewMark(leave.student_id, ABSENT)]
        correcting.amend(session, actor, correcting.Told(held, roll, stands, why, at), changes)
    return leaves.lines_of(session, unit, [leave])[0]


def _resting(session: Session, leave: Leave) -> Rollcall | None:
    """The roll that still goes by the leave, if none was called after it in the same unit."""
    later = aliased(Rollcall)
    query = (
        select(Rollcall)
        .join(AbsenceMark, AbsenceMark.rollcall_id == Rollcall.id)
        .where(
            AbsenceMark.leave_id == leave.id,
            ~exists().where(later.unit_id == Rollcall.unit_id, later.bell_at > Rollcall.bell_at),
        )
        .order_by(Rollcall.bell_at.desc())
    )
    for roll in session.scalars(query):
        kinds = listing.kinds_now(listing.marks_of(session, [roll.id])[roll.id])
        if kinds.get(leave.student_id) in ON_LEAVE:
            return roll
    return None


def _on_list(session: Session, unit: Unit, roll: Rollcall, student_id: int) -> bool:
    """A pupil who has moved away since is looked for by the rolls of the new unit."""
    return any(one.id == student_id for one in roster.pupils_of(session, unit, roll.on))
