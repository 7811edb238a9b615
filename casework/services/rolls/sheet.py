"""What is called where: the sheet of one roll, and the list of a person's rolls of a day."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Rollcall, Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import BUREAU_ROLES, PERMISSIONS, Actor, Permission
from casework.services.rolls import ground, listing, owed, periods, plausible, roster
from casework.services.rolls.duty import duty
from casework.services.rolls.saving import MOST_DAYS, NOT_YET
from casework.services.rolls.shapes import Due, Pupil, Sheet
from casework.services.scope import visible
from casework.text import N_

NOT_YOURS = N_("You may look at this roll; it is called by the teacher of the class.")
LATER = N_("This roll cannot be called yet.")
TOO_LATE = N_("This day is too long ago for a roll.")


dues_of = owed.dues_of
"""The rolls of a day in units that the caller has chosen."""


def sheet_of(session: Session, actor: Actor, unit_id: int, on: date, period: str) -> Sheet:
    """One roll as it is called, or as it was saved. Raises NotFound, NotAllowed, Invalid."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    called = periods.period_of(session, unit, on, period)
    bell, now = periods.bell_at(called, on), clock.now()
    duties = duty(session, ground.place_of(session, unit).region, bell)
    row = session.scalar(
        select(Rollcall).where(
            Rollcall.unit_id == unit.id, Rollcall.on == on, Rollcall.period == period
        )
    )
    saved = listing.shown(session, actor, unit, [row]) if row else ()
    stands = ground.calls(actor, unit)
    known = roster.known_of(session, unit, on, period)
    why = "" if row else _why_not(bell, on, now, yours=stands is not None)
    return Sheet(
        unit_id=unit.id,
        unit=unit.name,
        unit_kind=unit.kind,
        on=on,
        period=called.code,
        period_name=called.name,
        bell_at=bell,
        target_at=duties.dues.target_at if duties else None,
        limit_at=duties.limit_at if duties else None,
        pupils=_pupils(session, actor, known),
        saved=saved[0] if saved else None,
        may_save=row is None and not why,
        why_not=why,
        stands_for=stands.stands_for.value if stands and stands.stands_for else None,
    )


def to_call(session: Session, actor: Actor, on: date | None = None) -> tuple[Due, ...]:
    """The rolls of a day in the actor's own units, by bell; empty on a day off.

    Those of a bureau call no rolls: their view is the board.
    """
    inside = _own(actor)
    if inside is None:
        return ()
    query = select(Unit).where(Unit.kind.in_(UNIT_KINDS), inside).order_by(Unit.path)
    day = on or clock.today()
    return owed.dues_of(session, owed.peopled(session, session.scalars(query).all(), day), day)


def _pupils(session: Session, actor: Actor, known: Sequence[roster.Known]) -> tuple[Pupil, ...]:
    """The lines of a sheet; a case is named only to who may know of it."""
    ids = [one.case.id for one in known if one.case]
    query = select(Case.id).join(Case.unit).where(Case.id.in_(ids), visible(actor))
    seen = set(session.scalars(query)) if ids else set()
    return tuple(
        Pupil(
            student_id=one.student_id,
            code=one.code,
            name=one.name,
            preset=one.preset,
            leave_until=one.leave.until_on if one.leave else None,
            case=one.case.number if one.case and one.case.id in seen else None,
        )
        for one in known
    )


def _why_not(bell: datetime, on: date, now: datetime, *, yours: bool) -> str:
    today = now.astimezone(clock.LOCAL).date()
    if not yours:
        return NOT_YOURS
    if on > today:
        return NOT_YET
    if (today - on).days > MOST_DAYS:
        return TOO_LATE
    return LATER if now < bell - plausible.LIMITS.early else ""


def _own(actor: Actor) -> ColumnElement[bool] | None:
    """The units at which the actor calls rolls, as an SQL condition; None when there are none."""
    paths = {
        post.path
        for post in actor.posts
        if post.powers not in BUREAU_ROLES and Permission.ROLL_CALL in PERMISSIONS[post.role]
    }
    if not paths:
        return None
    return or_(*(Unit.path.startswith(path, autoescape=True) for path in sorted(paths)))
