"""The rolls of a school's day, entered by the school or its bureau; the past is never rewritten."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.errors import Invalid, NotFound
from casework.models import Period, Unit
from casework.models.period import DAYS, UNIT_KINDS
from casework.permissions import (
    BUREAU_ROLES,
    PERMISSIONS,
    SYSTEM,
    Actor,
    Permission,
    Role,
    Standing,
)
from casework.services.actors import ancestors
from casework.services.locking import NO_KEY
from casework.services.messages import send
from casework.services.rolls import ground, words
from casework.services.rolls.shapes import NewPeriod
from casework.services.standins import reach
from casework.services.zero_reports.days import Days
from casework.text import N_, Text

CODE = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}", re.ASCII)
BAD_CODE = N_("A short name has up to 32 small letters, digits, hyphens or underscores.")
BAD_WEEKDAYS = N_("Weekdays are digits from 1 (Monday) to 7 (Sunday), each once.")
ONLY_SCHOOLS = N_("Only a school keeps the times of its day.")
PAST = N_("Past days stay as they were: choose a day from %(first)s on.")
LATER = N_("A change from %(day)s on has been entered already.")
OTHER_KIND = N_("This roll-call is for another kind of unit: give the new one another short name.")
NO_PERIOD = N_("There is no such roll-call on this day.")
KEEPERS = frozenset(r for r, held in PERMISSIONS.items() if Permission.CALENDAR_KEEP in held)

KINDERGARTEN = "kindergarten"
CLASS_TIMES = {
    "": (
        ("morning", N_("Morning roll-call"), time(8)),
        ("afternoon", N_("Afternoon roll-call"), time(14)),
    ),
    KINDERGARTEN: (
        ("morning", N_("Morning roll-call"), time(8, 30)),
        ("afternoon", N_("Afternoon roll-call"), time(14, 30)),
    ),
}
OTHER_TIMES = {
    "dormitory": ("dormitory", N_("Dormitory check"), time(21, 40)),
    "bus": ("bus", N_("School bus"), time(7, 30)),
}


def periods_of(session: Session, unit: Unit, on: date | None = None) -> tuple[Period, ...]:
    """The rolls of the school around a unit, by bell: those of its own kind below a school.

    Of a day, if given; else everything that is in force today or will be.
    """
    query = select(Period).where(Period.unit_id.in_(ancestors(unit.path)))
    if unit.kind in UNIT_KINDS:
        query = query.where(Period.unit_kind == unit.kind)
    if on is not None:
        query = query.where(*in_force(on))
    else:
        query = query.where(or_(Period.until_on.is_(None), Period.until_on >= clock.today()))
    return tuple(session.scalars(query.order_by(Period.bell, Period.code, Period.from_on)))


def in_force(on: date) -> tuple[ColumnElement[bool], ...]:
    """SQL conditions: the period holds on a day."""
    return Period.from_on <= on, or_(Period.until_on.is_(None), Period.until_on >= on)


def period_of(session: Session, unit: Unit, on: date, code: str) -> Period:
    """One roll of a unit on a day. Raises Invalid at ``period``."""
    query = select(Period).where(
        Period.unit_id.in_(ancestors(unit.path)),
        Period.unit_kind == unit.kind,
        Period.code == code,
        *in_force(on),
    )
    found = session.scalar(query)
    if found is None:
        raise Invalid({"period": [Text(NO_PERIOD)]})
    return found


def bell_at(period: Period, on: date) -> datetime:
    """The instant of the bell on a day."""
    return datetime.combine(on, period.bell, LOCAL)


def happens(period: Period, force: Days, path: str) -> bool:
    """True when this roll is owed on the day by the unit at a path, and its bell was set before.

    School days are worked days of a term, make-up days included; ``term`` takes every day of it.
    Nobody owes one where it is closed, but for bells that rang before that was known.
    """
    if period.weekdays and str(force.day.isoweekday()) not in period.weekdays:
        return False
    if period.days == "school" and not force.worked:
        return False
    bell, closed = bell_at(period, force.day), force.closed_at(path)
    if bell < period.set_at or (closed is not None and closed <= bell):
        return False
    return force.in_session(path)


def set_period(
    session: Session,
    actor: Actor,
    school_id: int,
    new: NewPeriod,
    *,
    from_on: date | None = None,
    reason: str = "",
) -> Period:
    """Enter a roll, or change one from a day on: a new one from today, a change from tomorrow.

    The bureau hears of what a school changes itself. Raises NotFound, Invalid by field; a change
    needs a reason.
    """
    errors: words.Errors = {}
    school = _school(session, actor, school_id)
    name = _checked(new, errors)
    known = session.scalars(
        select(Period)
        .where(Period.unit_id == school.id, Period.code == new.code)
        .order_by(Period.from_on.desc())
    ).all()
    running = next((one for one in known if _reaches(one)), None)
    first = clock.today() + timedelta(days=1 if running else 0)
    start = from_on or first
    why = words.spoken(errors, "reason", reason, required=running is not None)
    if start < first:
        errors["from_on"] = [Text(PAST, {"first": first.isoformat()})]
    if known and known[0].from_on > start:
        errors["from_on"] = [Text(LATER, {"day": known[0].from_on.isoformat()})]
    if known and known[0].unit_kind != new.unit_kind:
        errors["unit_kind"] = [Text(OTHER_KIND)]
    words.demand(errors)
    found = _written(session, school, new, name, start, known[0] if known else None)
    _note(session, actor, school, "roll_period_set", found, why)
    if running is not None:
        _tell_bureau(session, actor, school, "roll_changed", found, start)
    return found


def end_period(
    session: Session, actor: Actor, period_id: int, *, until_on: date, reason: str
) -> Period:
    """Call a roll up to a day and no longer; the bureau hears of what a school ends itself.

    Raises NotFound, Invalid.
    """
    period = session.get(Period, period_id)
    if period is None:
        raise NotFound
    errors: words.Errors = {}
    school = _school(session, actor, period.unit_id)
    why = words.spoken(errors, "reason", reason)
    if until_on < max(clock.today(), period.from_on):
        first = max(clock.today(), period.from_on)
        errors["until_on"] = [Text(PAST, {"first": first.isoformat()})]
    words.demand(errors)
    period.until_on = until_on
    session.flush()
    _note(session, actor, school, "roll_period_ended", period, why)
    _tell_bureau(session, actor, school, "roll_ended", period, until_on)
    return period


def _tell_bureau(
    session: Session, actor: Actor, school: Unit, template: str, period: Period, day: date
) -> None:
    """What a school changes in its own duties the bureau hears of; its own changes it knows."""
    if any(post.powers in BUREAU_ROLES for post in actor.posts_at(school.path)):
        return
    at = clock.now()
    told = {"unit": school.name, "roll": period.name, "day": day.isoformat()}
    officers = reach(session, Role.BUREAU_OFFICER, school, at)
    send(session, officers, template, told, at=at, unit=school)


def propose_defaults(session: Session, actor: Actor, school_id: int) -> tuple[NewPeriod, ...]:
    """What a school without periods might begin with; names are message ids, to be translated.

    Nothing is entered: until somebody does, nothing is expected of the school.
    """
    school = _school(session, actor, school_id)
    inside = Unit.path.startswith(school.path, autoescape=True)
    kinds = set(session.scalars(select(Unit.kind).where(inside).distinct()))
    found = [
        NewPeriod(code, name, "class", bell)
        for code, name, bell in CLASS_TIMES.get(school.stage, CLASS_TIMES[""])
        if "class" in kinds
    ]
    found += [
        NewPeriod(code, name, kind, bell)
        for kind, (code, name, bell) in OTHER_TIMES.items()
        if kind in kinds
    ]
    taken = {period.code for period in periods_of(session, school)}
    return tuple(one for one in found if one.code not in taken)


def _reaches(period: Period) -> bool:
    return period.until_on is None or period.until_on >= clock.today()


def _written(
    session: Session, school: Unit, new: NewPeriod, name: str, start: date, last: Period | None
) -> Period:
    """The row that holds from ``start``; one that would have begun that day is replaced."""
    if last is not None and last.from_on == start:
        found = last
    else:
        if last is not None and (last.until_on is None or last.until_on >= start):
            last.until_on = start - timedelta(days=1)
        found = Period(unit_id=school.id, code=new.code, from_on=start)
        session.add(found)
    found.name, found.unit_kind, found.bell = name, new.unit_kind, new.bell
    found.days, found.weekdays, found.until_on = new.days, new.weekdays, None
    found.set_at = clock.now()
    session.flush()
    return found


def _school(session: Session, actor: Actor, school_id: int) -> Unit:
    """The school, locked. Raises NotFound without the right to keep its calendar."""
    unit = session.get(Unit, school_id, with_for_update=NO_KEY, populate_existing=True)
    if unit is None or not (actor is SYSTEM or actor.can(Permission.CALENDAR_KEEP, unit.path)):
        raise NotFound
    if unit.kind != "school":
        raise Invalid({"unit_id": [Text(ONLY_SCHOOLS)]})
    return unit


def _checked(new: NewPeriod, errors: words.Errors) -> str:
    if not CODE.fullmatch(new.code):
        errors["code"] = [Text(BAD_CODE)]
    words.one_of(errors, "unit_kind", new.unit_kind, UNIT_KINDS)
    words.one_of(errors, "days", new.days, DAYS)
    digits = new.weekdays
    if set(digits) - set("1234567") or len(set(digits)) != len(digits):
        errors["weekdays"] = [Text(BAD_WEEKDAYS)]
    return words.spoken(errors, "name", new.name)


def _note(
    session: Session, actor: Actor, school: Unit, action: str, period: Period, why: str
) -> None:
    data = {
        "period": period.code,
        "name": period.name,
        "unit_kind": period.unit_kind,
        "bell": period.bell.isoformat("minutes"),
        "days": period.days,
        "weekdays": period.weekdays,
        "from_on": period.from_on,
        "until_on": period.until_on,
    }
    posts = [post for post in actor.posts_at(school.path) if post.role in KEEPERS]
    stands = Standing(posts[0].own if posts else Role.SYSTEM)
    private = {"reason": why} if why else None
    ground.note(session, actor, school, clock.now(), action, data, private, stands)
    session.flush()
