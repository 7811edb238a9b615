"""Saving a roll: once for each class, day and period, however often it is sent.

The unit's row is locked first: two devices, two teachers and the sweep agree on one order. What
is missing is followed at once, in the same transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import orjson
from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework import clock
from casework.deadlines.derivation import stamp
from casework.errors import Conflict, Invalid
from casework.models import Period, Rollcall, Unit
from casework.models.base import table_of
from casework.permissions import Actor, Permission, Standing
from casework.services.locking import NO_KEY
from casework.services.rolls import (
    absences,
    arriving,
    buses,
    ground,
    illness,
    leaves,
    listing,
    marks,
    meeting,
    periods,
    plausible,
    proposals,
    roster,
    tally,
    words,
)
from casework.services.rolls.called import Called, missing_since
from casework.services.rolls.marks import Line
from casework.services.rolls.roster import Known
from casework.services.rolls.scene import scene_of
from casework.services.rolls.shapes import (
    AWAY,
    ON_LEAVE,
    NewLeave,
    NewRoll,
    Proposal,
    Saved,
)
from casework.text import N_, Text

ALREADY = N_("This roll has been saved already, at %(at)s; correct it instead.")
NOT_YET = N_("This day has not come yet.")
TOO_OLD = N_("A roll can be saved up to %(days)s days later.")
TOO_EARLY = N_("This roll can be called from %(at)s on.")
COUNT = N_("%(enrolled)s are on the list and %(away)s are away: that leaves %(present)s present.")
LONG_KEY = N_("A key has at most %(most)s characters.")
MOST_DAYS, LONGEST_KEY = 31, 200
WILD = timedelta(days=366)
_TABLE = table_of(Rollcall)
_COLUMNS = tuple(column.name for column in _TABLE.columns if column.name != "id")
_INSERT = insert(_TABLE).returning(_TABLE.c.id)


def save_roll(session: Session, actor: Actor, new: NewRoll) -> Saved:
    """Save a roll. The same content again gets the same answer and changes nothing.

    Raises NotFound, NotAllowed, Conflict when another roll was saved here, Invalid by field.
    """
    unit = ground.locked(session, actor, new.unit_id, Permission.ROLL_CALL)
    stands, at = ground.calling(actor, unit), clock.now()
    _demand(new, at)
    scene = scene_of(session, unit, new.on, new.period)
    place, period = scene.place, scene.period
    _open_already(period, new, at)
    if scene.saved_id is not None:
        return _again(session, actor, unit, new, scene.saved_id)
    known = roster.known_of(session, unit, new.on, new.period)
    came = arriving.arrived(session, unit, new, known)
    lines = marks.resolve({one.student_id: one for one in came.known}, came.absent)
    present = len(came.known) - sum(line.kind in AWAY for line in lines)
    if not came.waited:
        _check_count(new, len(known), present)
    row = _row(actor, unit, stands, period, new, len(came.known), at)
    row.present = present
    changed = dict(came.changed)
    if present != new.present:
        changed["told_present"] = new.present
    kept = claimed_leaves(session, actor, unit, stands, row, lines, at)
    _write(session, actor, unit, stands, row, lines, at, changed)
    called = Called(place, period, row.bell_at, row.judged_at, row.judged_at, new.on)
    followed = absences.follow(session, called, lines, at)
    away = {line.student_id for line in lines if line.kind in AWAY}
    buses.look_in_vehicle(session, called, known, away)
    written = marks.write(session, row.id, lines, followed.ids, kept)
    meeting.met(session, called, at)
    if known:
        tally.count(session, place.school_id, period, new.on)
    illness.count_marked(session, lines, new.on, at)
    beside = listing.Beside(
        marks={row.id: written},
        pupils={line.student_id: line.known.name for line in lines},
        users={actor.user_id or 0: actor.name},
        cases=followed.numbers,
        periods={period.id: period.name},
    )
    return Saved(
        roll=listing.as_roll(session, unit, row, place.region, beside),
        opened=tuple(followed.opened),
        noted=tuple(followed.noted),
        proposals=_proposals(session, known, away, unit, row.judged_at),
    )


def claimed_leaves(
    session: Session,
    actor: Actor,
    unit: Unit,
    stands: Standing,
    row: Rollcall,
    lines: Sequence[Line],
    at: datetime,
) -> dict[int, int]:
    """Put on file, for this roll only, what the caller was told of leave; ids by pupil.

    It goes onto the chain of the pupil's class, which need not be the unit of the roll.
    """
    found = {}
    claims = [line for line in lines if line.claims]
    homes = {unit.id: unit}
    for one in sorted({line.known.class_id for line in claims} - homes.keys()):
        # In one order for all: two dormitories may have pupils of the same classes.
        homes[one] = session.get_one(Unit, one, with_for_update=NO_KEY, populate_existing=True)
    for line in claims:
        home = homes[line.known.class_id]
        new = NewLeave(
            student_id=line.student_id,
            kind=ON_LEAVE[line.kind],
            from_on=row.on,
            until_on=row.on,
            said_by=line.given.said_by,
            channel=line.given.channel,
            period=row.period,
            symptoms=line.symptoms,
        )
        found[line.student_id] = leaves.enter(session, actor, home, new, at, stands, line.spot).id
    return found


def _demand(new: NewRoll, at: datetime) -> None:
    """What must hold of a roll whatever it says. Raises Invalid."""
    today = at.astimezone(clock.LOCAL).date()
    errors: words.Errors = {}
    if new.on > today:
        errors["on"] = [Text(NOT_YET)]
    elif new.on < today - timedelta(days=MOST_DAYS):
        errors["on"] = [Text(TOO_OLD, {"days": MOST_DAYS})]
    if len(new.key) > LONGEST_KEY:
        errors["key"] = [Text(LONG_KEY, {"most": LONGEST_KEY})]
    words.demand(errors)


def _open_already(period: Period, new: NewRoll, at: datetime) -> None:
    """A roll is called at its time and not in advance. Raises Invalid."""
    opens = periods.bell_at(period, new.on) - plausible.LIMITS.early
    if at < opens:
        raise Invalid({"period": [Text(TOO_EARLY, {"at": stamp(opens)})]})


def _again(session: Session, actor: Actor, unit: Unit, new: NewRoll, saved_id: int) -> Saved:
    """The roll that was saved before, if it is the same one. Raises Conflict if it is another."""
    row = session.get_one(Rollcall, saved_id)
    if row.digest != digest(new):
        raise Conflict(Text(ALREADY, {"at": stamp(row.arrived_at)}))
    [roll] = listing.shown(session, actor, unit, [row])
    opened = tuple(mark.case for mark in roll.marks if mark.case and mark.first == "absent")
    return Saved(roll, opened=opened, repeated=True)


def digest(new: NewRoll) -> str:
    """What makes two sendings the same roll: who was away and how, not when it was sent."""
    listed = sorted([one.student_id, one.kind] for one in new.absent)
    return hashlib.sha256(orjson.dumps([new.present, listed])).hexdigest()


def _check_count(new: NewRoll, enrolled: int, present: int) -> None:
    if new.present != present:
        counts = {"enrolled": enrolled, "away": enrolled - present, "present": present}
        raise Invalid({"present": [Text(COUNT, counts)]})


def _row(
    actor: Actor,
    unit: Unit,
    stands: Standing,
    period: Period,
    new: NewRoll,
    enrolled: int,
    at: datetime,
) -> Rollcall:
    bell = periods.bell_at(period, new.on)
    judged = plausible.judge(new.taken_at, new.device_at, at, bell)
    return Rollcall(
        unit_id=unit.id,
        on=new.on,
        period=new.period,
        period_id=period.id,
        bell_at=bell,
        taken_at=_kept(new.taken_at, at),
        arrived_at=at,
        judged_at=judged.at,
        judged_by=judged.by,
        doubt=judged.doubt,
        taken_by=actor.user_id,
        role=stands.role.value,
        stands_for=stands.stands_for.value if stands.stands_for else None,
        enrolled=enrolled,
        present=new.present,
        key=new.key,
        digest=digest(new),
    )


def _kept(taken_at: datetime | None, at: datetime) -> datetime:
    """What the device said, however wrong; a clock that is years away says nothing at all."""
    if taken_at is None or abs(taken_at - at) > WILD:
        return at
    return taken_at


def _write(
    session: Session,
    actor: Actor,
    unit: Unit,
    stands: Standing,
    row: Rollcall,
    lines: Sequence[Line],
    at: datetime,
    changed: Mapping[str, object],
) -> None:
    """The row and its event, which commits to the marks without telling them.

    The row goes past the session, which need not keep it: one statement, made once.
    """
    data = {
        "on": row.on,
        "period": row.period,
        "enrolled": row.enrolled,
        "present": row.present,
        "taken_at": row.taken_at,
        "judged_by": row.judged_by,
        **changed,
    }
    if row.doubt:
        data["doubt"] = row.doubt
    private = {"marks": marks.as_text(lines)} if lines else None
    row.seq = ground.note(session, actor, unit, at, "roll_saved", data, private, stands)
    values = {name: getattr(row, name) for name in _COLUMNS}
    row.id = session.execute(_INSERT, values).scalar_one()


def _proposals(
    session: Session, known: Sequence[Known], away: Collection[int], unit: Unit, at: datetime
) -> tuple[Proposal, ...]:
    """Who is here again although an absence is still open.

    Who was here before being missed has not come back by that: a roll may have come in late.
    """
    found = (
        proposals.back(one.case, one.student_id, one.name, at, unit.name)
        for one in known
        if one.case is not None and one.student_id not in away
        if at > missing_since(session, one.case)
    )
    return tuple(one for one in found if one is not None)
