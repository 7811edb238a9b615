"""Leave and sick notes: entered on somebody's word, matched with rolls, never deleted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotAllowed, NotFound
from casework.models import Leave, Period, Seat, Student, Unit, User
from casework.models.leave import KINDS
from casework.permissions import Actor, Permission, Standing, in_words
from casework.services.actors import ancestors
from casework.services.locking import NO_KEY
from casework.services.rolls import ground, illness, proposals, roster, words
from casework.services.rolls.periods import NO_PERIOD
from casework.services.rolls.seated import of_school, sits
from casework.services.rolls.shapes import LeaveLine, NewLeave, Recorded
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN
from casework.workflows.definitions.absence.choices import SYMPTOMS
from casework.workflows.definitions.common_choices import CHANNELS

BACKWARDS = N_("The last day lies before the first one.")
TOO_LONG = N_("A leave has at most %(days)s days.")
TOO_OLD = N_("Leave can be entered up to %(days)s days later.")
OVERLAPS = N_("There is a leave from %(first)s to %(last)s already; revoke it first.")
MOST_DAYS, BACK = 183, 31
WAYS = (*(str(one.value) for one in CHANNELS), UNKNOWN)


def record_leave(session: Session, actor: Actor, new: NewLeave) -> Recorded:
    """Put a leave on file. Raises NotFound, NotAllowed, Invalid by field.

    An absence that is open already is not closed by it: the step is proposed.
    """
    unit, student = place(session, actor, new.student_id)
    stands, at = standing_of(session, actor, unit, student), clock.now()
    leave = enter(session, actor, unit, new, at, stands)
    line = lines_of(session, unit, [leave])[0]
    case = roster.open_absence(session, student.id)
    if case is None:
        return Recorded(line)
    excuse = proposals.Excuse(
        kind=leave.kind,
        channel=leave.channel,
        symptoms=leave.symptoms,
        from_on=leave.from_on,
        class_id=student.unit_id,
    )
    found = proposals.excused(case, student.id, student.name, excuse)
    return Recorded(line, (found,) if found else ())


def take_back(
    session: Session,
    actor: Actor,
    unit: Unit,
    leave: Leave,
    why: str,
    at: datetime,
    stands: Standing,
) -> None:
    """Revoke a leave on the chain of the pupil's class, which is locked."""
    leave.revoked_at, leave.revoked_by = at, actor.user_id
    data = {"leave": leave.id}
    ground.note(session, actor, unit, at, "leave_revoked", data, {"reason": why}, stands)
    session.flush()


def enter(
    session: Session,
    actor: Actor,
    unit: Unit,
    new: NewLeave,
    at: datetime,
    stands: Standing,
    spot: str = "",
) -> Leave:
    """Write a leave onto the chain of the pupil's class, which is locked. Raises Invalid."""
    said_by, symptoms = _checked(session, unit, new, spot)
    data = {
        "kind": new.kind,
        "from_on": new.from_on,
        "until_on": new.until_on,
        "period": new.period,
        "channel": new.channel,
    }
    private = {"said_by": said_by, "student": str(new.student_id)}
    seq = ground.note(session, actor, unit, at, "leave_recorded", data, private, stands)
    leave = Leave(
        student_id=new.student_id,
        unit_id=unit.id,
        symptoms=symptoms,
        recorded_at=at,
        recorded_by=actor.user_id,
        seq=seq,
        **data,
    )
    session.add(leave)
    session.flush()
    illness.count_leave(session, leave, at)
    return leave


def matching(session: Session, unit: Unit, on: date, period: str) -> Mapping[int, roster.OnFile]:
    """The leave that covers a roll, by pupil."""
    known = roster.known_of(session, unit, on, period)
    return {one.student_id: one.leave for one in known if one.leave is not None}


def of_unit(
    session: Session, actor: Actor, unit_id: int, first: date, last: date
) -> tuple[LeaveLine, ...]:
    """The leave of a unit's pupils that touches some days, revoked ones too, newest first."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    return touching(session, unit, first, last)


def touching(session: Session, unit: Unit, first: date, last: date) -> tuple[LeaveLine, ...]:
    """The same for a unit that may be read."""
    pupils = select(Student.id).where(Student.unit_id == unit.id)
    if unit.kind != "class":
        pupils = select(Seat.student_id).where(Seat.unit_id == unit.id, *sits(first))
    query = (
        select(Leave)
        .where(Leave.student_id.in_(pupils), Leave.from_on <= last, Leave.until_on >= first)
        .order_by(Leave.from_on.desc(), Leave.id.desc())
    )
    return lines_of(session, unit, session.scalars(query).all())


def _checked(session: Session, unit: Unit, new: NewLeave, spot: str) -> tuple[str, list[str]]:
    errors: words.Errors = {}
    if new.period and not _called(session, unit, new):
        errors["period"] = [Text(NO_PERIOD)]
    said_by = words.spoken(errors, f"{spot}said_by", new.said_by)
    words.one_of(errors, f"{spot}kind", new.kind, KINDS)
    words.one_of(errors, f"{spot}channel", new.channel, WAYS)
    symptoms = words.some_of(errors, f"{spot}symptoms", new.symptoms, SYMPTOMS)
    if new.until_on < new.from_on:
        errors["until_on"] = [Text(BACKWARDS)]
    elif (new.until_on - new.from_on).days >= MOST_DAYS:
        errors["until_on"] = [Text(TOO_LONG, {"days": MOST_DAYS})]
    elif new.from_on < clock.today() - timedelta(days=BACK):
        errors["from_on"] = [Text(TOO_OLD, {"days": BACK})]
    else:
        _no_overlap(session, new, errors)
    words.demand(errors)
    return said_by, symptoms


def _called(session: Session, unit: Unit, new: NewLeave) -> bool:
    """True when the school calls this roll on one of the days; the leave would match none else."""
    query = select(Period.id).where(
        Period.unit_id.in_(ancestors(unit.path)),
        Period.code == new.period,
        Period.from_on <= new.until_on,
        or_(Period.until_on.is_(None), Period.until_on >= new.from_on),
    )
    return session.scalar(query.limit(1)) is not None


def _no_overlap(session: Session, new: NewLeave, errors: words.Errors) -> None:
    """One leave for each period of each day; the whole day covers every period."""
    query = select(Leave).where(
        Leave.student_id == new.student_id,
        Leave.revoked_at.is_(None),
        Leave.from_on <= new.until_on,
        Leave.until_on >= new.from_on,
    )
    if new.period:
        query = query.where(Leave.period.in_(("", new.period)))
    found = session.scalars(query.order_by(Leave.id)).first()
    if found is not None:
        days = {"first": found.from_on.isoformat(), "last": found.until_on.isoformat()}
        errors["from_on"] = [Text(OVERLAPS, days)]


def place(
    session: Session, actor: Actor, student_id: int, unit_id: int | None = None
) -> tuple[Unit, Student]:
    """The pupil and the class, locked. Raises NotFound unless the actor calls the pupil's rolls."""
    student = session.get(Student, student_id)
    if student is None:
        raise NotFound
    wanted = unit_id or student.unit_id
    unit = session.get_one(Unit, wanted, with_for_update=NO_KEY, populate_existing=True)
    if not any(actor.posts_at(path) for path in _paths(session, unit, student)):
        raise NotFound
    return unit, student


def standing_of(session: Session, actor: Actor, unit: Unit, student: Student) -> Standing:
    """Who calls the pupil's rolls in the class, the dormitory or the bus enters leave."""
    units = [unit, *_seated(session, student)]
    found = next((s for one in units if (s := ground.calls(actor, one)) is not None), None)
    if found is None:
        raise NotAllowed(Text(ground.NOT_YOURS, {"roles": in_words(ground.CALLERS)}))
    return found


def _paths(session: Session, unit: Unit, student: Student) -> Iterable[str]:
    yield unit.path
    yield from (one.path for one in _seated(session, student))


def _seated(session: Session, student: Student) -> Sequence[Unit]:
    query = select(Unit).join(Seat, Seat.unit_id == Unit.id)
    mine = (Seat.student_id == student.id, *sits(clock.today()))
    here = of_school(student.unit_id, Unit.parent_id)  # not of a school that was left
    return session.scalars(query.where(*mine, here)).all()


def lines_of(session: Session, unit: Unit, leaves: Sequence[Leave]) -> tuple[LeaveLine, ...]:
    """Leaves in words; who said so is read from the chain of the class."""
    names = dict(
        session.execute(
            select(Student.id, Student.name).where(Student.id.in_({o.student_id for o in leaves}))
        ).all()
    )
    users = dict(
        session.execute(
            select(User.id, User.name).where(User.id.in_({o.recorded_by for o in leaves}))
        ).all()
    )
    said: dict[tuple[int, int], str] = {}
    for unit_id in {one.unit_id for one in leaves}:
        home = unit if unit.id == unit_id else session.get_one(Unit, unit_id)
        found = words.texts(session, home, [o.seq for o in leaves if o.unit_id == unit_id])
        said |= {(unit_id, seq): texts.get("said_by", "") for seq, texts in found.items()}
    return tuple(
        LeaveLine(
            id=one.id,
            student_id=one.student_id,
            name=names[one.student_id],
            kind=one.kind,
            from_on=one.from_on,
            until_on=one.until_on,
            period=one.period,
            channel=one.channel,
            symptoms=tuple(one.symptoms),
            said_by=said.get((one.unit_id, one.seq), ""),
            recorded_at=one.recorded_at,
            recorded_by=users.get(one.recorded_by or 0, ""),
            revoked_at=one.revoked_at,
        )
        for one in leaves
    )
