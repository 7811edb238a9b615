"""What is called where: the sheet of one roll, and the list of a person's rolls of a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Case, Period, Rollcall, Unit
from casework.models.period import UNIT_KINDS
from casework.permissions import BUREAU_ROLES, PERMISSIONS, Actor, Permission
from casework.services.actors import ancestors
from casework.services.policy import policy
from casework.services.rolls import ground, listing, periods, plausible, roster
from casework.services.rolls.duty import Duty, duty
from casework.services.rolls.saving import MOST_DAYS, NOT_YET
from casework.services.rolls.shapes import AWAY, Due, Pupil, Sheet
from casework.services.scope import visible
from casework.services.zero_reports.days import Days, days
from casework.text import N_

NOT_YOURS = N_("You may look at this roll; it is called by the teacher of the class.")
LATER = N_("This roll cannot be called yet.")
TOO_LATE = N_("This day is too long ago for a roll.")
SAVED, DUE, MISSING, AHEAD = "saved", "due", "missing", "later"


def sheet_of(session: Session, actor: Actor, unit_id: int, on: date, period: str) -> Sheet:
    """One roll as it is called, or as it was saved. Raises NotFound, NotAllowed, Invalid."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    called = periods.period_of(session, unit, on, period)
    bell, now = periods.bell_at(called, on), clock.now()
    owed = duty(session, ground.place_of(session, unit).region, bell)
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
        target_at=owed.dues.target_at if owed else None,
        limit_at=owed.limit_at if owed else None,
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
    return dues_of(session, session.scalars(query).all(), on or clock.today())


def dues_of(session: Session, units: Sequence[Unit], on: date) -> tuple[Due, ...]:
    """Every roll that these units owe on a day, with what became of it."""
    schools = {one for unit in units for one in ancestors(unit.path)}
    query = select(Period).where(Period.unit_id.in_(schools), *periods.in_force(on))
    rows = session.scalars(query.order_by(Period.bell, Period.code)).all() if units else ()
    force = days(session, policy(session).calendar, on)
    saved = _saved(session, [unit.id for unit in units], on)
    now, found = clock.now(), []
    regions: dict[int, str] = {}
    for unit in units:
        above = set(ancestors(unit.path))
        for period in rows:
            if period.unit_id not in above or period.unit_kind != unit.kind:
                continue
            done = saved.rolls.get((unit.id, period.code))
            if done is None and not periods.happens(period, force, unit.path):
                continue
            if period.unit_id not in regions:
                regions[period.unit_id] = ground.place_of(session, unit).region
            owed = duty(session, regions[period.unit_id], periods.bell_at(period, on))
            away = saved.away.get(done.id, 0) if done else 0
            found.append(_due(unit, period, force, owed, done, away, now))
    return tuple(sorted(found, key=lambda one: (one.bell_at, one.unit)))


@dataclass(frozen=True, slots=True)
class _Saved:
    """The saved rolls of a day by unit and period, and how many are away in each."""

    rolls: Mapping[tuple[int, str], Rollcall]
    away: Mapping[int, int]


def _saved(session: Session, ids: Sequence[int], on: date) -> _Saved:
    query = select(Rollcall).where(Rollcall.unit_id.in_(ids), Rollcall.on == on)
    rolls = {(row.unit_id, row.period): row for row in session.scalars(query)}
    marks = listing.marks_of(session, [row.id for row in rolls.values()])
    away = {
        roll_id: sum(kind in AWAY for kind in listing.kinds_now(found).values())
        for roll_id, found in marks.items()
    }
    return _Saved(rolls, away)


def _due(
    unit: Unit,
    period: Period,
    force: Days,
    owed: Duty | None,
    done: Rollcall | None,
    away: int,
    now: datetime,
) -> Due:
    bell = periods.bell_at(period, force.day)
    target = owed.dues.target_at if owed else None
    return Due(
        unit_id=unit.id,
        unit=unit.name,
        unit_kind=unit.kind,
        on=force.day,
        period=period.code,
        period_name=period.name,
        bell_at=bell,
        target_at=target,
        limit_at=owed.limit_at if owed else None,
        state=_state(done, bell, target, now),
        taken_at=done.taken_at if done else None,
        present_now=done.enrolled - away if done else None,
        enrolled=done.enrolled if done else None,
        absent=away if done else None,
    )


def _state(done: Rollcall | None, bell: datetime, target: datetime | None, now: datetime) -> str:
    if done is not None:
        return SAVED
    if now < bell - plausible.LIMITS.early:
        return AHEAD
    return MISSING if target is not None and now > target else DUE


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
