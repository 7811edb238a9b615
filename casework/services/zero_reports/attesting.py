"""Signing the day: nothing to report, or the cases of the day; once, by a named person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Case, Clock, Unit, ZeroReport
from casework.models.zero_report import SLOTS
from casework.permissions import BUREAU_ROLES, Actor, Role, Standing, in_words, standing
from casework.services import subject_clocks, timeline
from casework.services.flags import raise_flag
from casework.services.locking import NO_KEY
from casework.services.policy import policy
from casework.services.scope import visible
from casework.services.zero_reports.days import days
from casework.services.zero_reports.expecting import KIND, MOST_DAYS, begin, owed
from casework.text import N_, Text

NOT_YOURS = N_("The day is attested by: %(roles)s.")
NO_SCHOOL = N_("Only a school attests its day.")
NOT_YET = N_("This day has not come yet.")
TOO_OLD = N_("A day can be attested up to %(days)s days later.")
NO_SLOT = N_("There is no such time of day; there are %(slots)s.")
NOT_DUE = N_("No attestation is due for this day and time of day.")
ALREADY = N_("This day has already been attested; that stays as it was signed.")
NOT_NOTHING = N_("There are cases of this day: %(numbers)s. Report them instead of “nothing”.")
MISSING = N_("These cases of the day are missing: %(numbers)s.")
FOREIGN = N_("Not filed at this school since the last attestation: %(numbers)s.")
EMPTY = N_("Name the cases of the day, or say that there was nothing.")


def attest(
    session: Session,
    actor: Actor,
    unit_id: int,
    *,
    on: date,
    nothing: bool,
    cases: Sequence[str] = (),
    slot: str = "day",
) -> ZeroReport:
    """Sign the day of a school. It never changes again.

    Raises NotFound out of scope, NotAllowed for other roles, Conflict when signed already,
    Invalid at ``on``, ``slot``, ``nothing`` or ``cases``.
    """
    school = _school(session, actor, unit_id)
    stands = signing(actor, school)
    if stands is None:
        raise NotAllowed(Text(NOT_YOURS, {"roles": in_words((Role.SAFETY_LEAD,))}))
    at = clock.now()
    _check_day(on, slot)
    row = _row(session, school, on, slot)
    if row.attested_at is not None:
        raise Conflict(Text(ALREADY))
    listed = _checked(session, actor, row, nothing, cases, at)
    row.attested_at, row.attested_by, row.nothing, row.cases = at, actor.user_id, nothing, listed
    data = {"on": on.isoformat(), "slot": slot, "nothing": nothing, "cases": listed}
    if stands.stands_for is not None:
        data["stands_for"] = stands.stands_for.value
    entry = timeline.Entry(at, "zero_report_attested", actor.user_id, stands.role.value, data=data)
    row.seq = timeline.append(session, school, entry).seq
    session.flush()
    _stop(session, school, row, at)
    return row


def signing(actor: Actor, school: Unit) -> Standing | None:
    """In which standing the actor signs for the school; nobody of the bureau signs in its place."""
    own = [post for post in actor.posts_at(school.path) if post.powers not in BUREAU_ROLES]
    held = {post.powers for post in own if post.held_as is None and post.role is not Role.DUTY}
    acting = {post.powers: post.own for post in own if post.powers not in held}
    return standing(held, (Role.SAFETY_LEAD,), acting)


def cases_of(session: Session, actor: Actor, school: Unit, on: date, until: datetime) -> list[Case]:
    """The cases that an attestation of a day must list now, as far as the actor sees them.

    Those filed since the school last signed, or since the day began if it never has; and those of
    the day itself that no attestation of that day lists: who signs another day first still owes
    them here.
    """
    begun = datetime.combine(on, time.min, LOCAL)
    signed = select(func.max(ZeroReport.attested_at)).where(ZeroReport.unit_id == school.id)
    since = session.scalar(signed) or begun
    of_day = and_(Case.filed_at >= begun, Case.filed_at < begun + timedelta(days=1))
    same = (ZeroReport.unit_id == school.id, ZeroReport.on == on)
    rows = session.scalars(select(ZeroReport.cases).where(*same, ZeroReport.nothing.is_(False)))
    listed = {number for numbers in rows for number in numbers}
    query = (
        select(Case)
        .join(Case.unit)
        .where(Unit.path.startswith(school.path, autoescape=True))
        .where(or_(Case.filed_at > since, of_day), Case.filed_at <= until, visible(actor))
    )
    found = session.scalars(query.order_by(Case.id))
    return [case for case in found if case.filed_at > since or case.number not in listed]


def _school(session: Session, actor: Actor, unit_id: int) -> Unit:
    """The school, locked; NotFound out of scope, Invalid for another kind of unit."""
    unit = session.get(Unit, unit_id, with_for_update=NO_KEY, populate_existing=True)
    if unit is None or not actor.posts_at(unit.path):
        raise NotFound
    if unit.kind != "school":
        raise Invalid({"unit_id": [Text(NO_SCHOOL)]})
    return unit


def _check_day(on: date, slot: str) -> None:
    errors: dict[str, list[Text]] = {}
    if on > clock.today():
        errors["on"] = [Text(NOT_YET)]
    elif on < clock.today() - timedelta(days=MOST_DAYS):
        errors["on"] = [Text(TOO_OLD, {"days": MOST_DAYS})]
    if slot not in SLOTS:
        errors["slot"] = [Text(NO_SLOT, {"slots": ", ".join(SLOTS)})]
    if errors:
        raise Invalid(errors)


def _row(session: Session, school: Unit, on: date, slot: str) -> ZeroReport:
    """The expectation, made now for a duty that was entered later; Invalid where none is due.

    Whoever signs unasked could put a signature between what the school knew and its "nothing".
    """
    same = (ZeroReport.unit_id == school.id, ZeroReport.on == on, ZeroReport.slot == slot)
    found = session.scalar(select(ZeroReport).where(*same).with_for_update())
    if found is not None:
        return found
    there = session.scalars(select(ZeroReport.slot).where(*same[:2])).all()
    if slot not in owed(session, days(session, policy(session).calendar, on), school, there):
        raise Invalid({"slot": [Text(NOT_DUE)]})
    return begin(session, school, on, slot)


def _checked(
    session: Session,
    actor: Actor,
    row: ZeroReport,
    nothing: bool,
    cases: Sequence[str],
    at: datetime,
) -> list[str]:
    """The numbers that are signed: all that was filed in the period and the actor sees, no other.

    An older case beside which nothing was filed does not stand for the day.
    """
    school = session.get_one(Unit, row.unit_id)
    filed = [case.number for case in cases_of(session, actor, school, row.on, at)]
    named = list(dict.fromkeys(cases))
    if nothing:
        if filed or named:
            numbers = ", ".join(filed or named)
            raise Invalid({"nothing": [Text(NOT_NOTHING, {"numbers": numbers})]})
        return []
    missing = [number for number in filed if number not in named]
    if missing:
        raise Invalid({"cases": [Text(MISSING, {"numbers": ", ".join(missing)})]})
    foreign = [number for number in named if number not in filed]
    if foreign or not named:
        fault = Text(FOREIGN, {"numbers": ", ".join(foreign)}) if foreign else Text(EMPTY)
        raise Invalid({"cases": [fault]})
    return named


def _stop(session: Session, school: Unit, row: ZeroReport, at: datetime) -> None:
    """The duty is met; met after its limit, it is flagged at once."""
    clocks = session.scalars(
        select(Clock).where(Clock.subject_kind == KIND, Clock.subject_id == row.id)
    ).all()
    subject_clocks.stop(session, KIND, row.id, by="attested", at=at)
    for one in clocks:
        if one.limit_at is not None and at > one.limit_at:
            raise_flag(session, school, one, at)
