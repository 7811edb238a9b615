"""班级安全管理日志: a unit's day and month — rolls, absences and how they ended, leave, remarks."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework import clock
from casework.clock import LOCAL
from casework.errors import Invalid
from casework.importing import workbook as book
from casework.models import (
    AbsenceMark,
    Case,
    ClassLogEntry,
    Person,
    Rollcall,
    Student,
    Unit,
    User,
)
from casework.models.class_log import KINDS
from casework.permissions import Actor, Permission
from casework.services.rolls import export, ground, leaves, listing, owed, words
from casework.services.rolls.roster import ABSENCE, ABSENT
from casework.services.rolls.saving import NOT_YET
from casework.services.rolls.shapes import (
    AbsenceLine,
    DaySum,
    EntryLine,
    LogDay,
    LogMonth,
)
from casework.services.scope import visible
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

TOO_OLD = N_("An entry can be added up to %(days)s days later.")
TOO_MANY = N_("At most %(days)s days can be exported at once.")
MOST_DAYS, MOST_EXPORTED = 31, 366
DAY = timedelta(days=1)


def day(session: Session, actor: Actor, unit_id: int, on: date) -> LogDay:
    """The log of one day. Raises NotFound, NotAllowed."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    return days(session, actor, unit, on, on)[0]


def days(session: Session, actor: Actor, unit: Unit, first: date, last: date) -> list[LogDay]:
    """The logs of some days of a unit that may be read."""
    rolls = listing.of_days(session, actor, unit, first, last)
    absences = _absences(session, actor, unit, first, last)
    on_leave = leaves.touching(session, unit, first, last)
    entries = _entries(session, unit, first, last)
    expected = owed.dues_over(session, [unit], first, last)
    return [
        LogDay(
            unit_id=unit.id,
            unit=unit.name,
            on=on,
            expected=expected[on],
            rolls=tuple(roll for roll in rolls if roll.on == on),
            absences=tuple(line for at, line in absences if at == on),
            leaves=tuple(o for o in on_leave if o.from_on <= on <= o.until_on),
            entries=tuple(line for at, line in entries if at == on),
        )
        for on in owed.each(first, last)
    ]


def month(session: Session, actor: Actor, unit_id: int, first: date) -> LogMonth:
    """A month in figures, up to today. Raises NotFound, NotAllowed."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    start = first.replace(day=1)
    last = min((start + 31 * DAY).replace(day=1) - DAY, clock.today())
    found = days(session, actor, unit, start, last) if start <= last else []
    return LogMonth(unit.id, unit.name, start, tuple(_sum(one) for one in found))


def add_entry(
    session: Session,
    actor: Actor,
    unit_id: int,
    kind: str,
    text: str,
    on: date | None = None,
) -> EntryLine:
    """Write a remark of a day; it stays. Raises NotFound, NotAllowed, Invalid by field."""
    unit = ground.locked(session, actor, unit_id, Permission.ROLL_CALL)
    stands, at = ground.calling(actor, unit), clock.now()
    errors: words.Errors = {}
    said, day_of = words.spoken(errors, "text", text), on or clock.today()
    words.one_of(errors, "kind", kind, KINDS)
    if day_of > clock.today():
        errors["on"] = [Text(NOT_YET)]
    elif day_of < clock.today() - timedelta(days=MOST_DAYS):
        errors["on"] = [Text(TOO_OLD, {"days": MOST_DAYS})]
    words.demand(errors)
    data, private = {"on": day_of, "kind": kind}, {"text": said}
    seq = ground.note(session, actor, unit, at, "class_log_entry", data, private, stands)
    row = ClassLogEntry(
        unit_id=unit.id,
        on=day_of,
        kind=kind,
        at=at,
        by=actor.user_id,
        role=stands.role.value,
        seq=seq,
    )
    session.add(row)
    session.flush()
    return EntryLine(at, actor.name, row.role, kind, said)


def rows_for_export(
    session: Session, actor: Actor, unit_id: int, first: date, last: date, say: export.Say
) -> list[tuple[str, export.Lines]]:
    """The log of some days as sheets of text. Raises NotFound, NotAllowed, Invalid."""
    unit = ground.unit_of(session, actor, unit_id, Permission.ROLL_READ)
    if last < first:
        raise Invalid({"last": [Text(leaves.BACKWARDS)]})
    if (last - first).days > MOST_EXPORTED:
        raise Invalid({"last": [Text(TOO_MANY, {"days": MOST_EXPORTED})]})
    last = min(last, clock.today())
    logs = days(session, actor, unit, first, last) if first <= last else []
    return export.as_sheets(logs, say)


def workbook(
    session: Session, actor: Actor, unit_id: int, first: date, last: date, say: export.Say
) -> bytes:
    """The same as .xlsx."""
    return book.write(rows_for_export(session, actor, unit_id, first, last, say))


def _sum(one: LogDay) -> DaySum:
    kinds = [mark.kind for roll in one.rolls for mark in roll.marks]
    return DaySum(
        on=one.on,
        expected=len(one.expected),
        saved=len(one.rolls),
        late=sum(roll.late for roll in one.rolls),
        absent=kinds.count("absent"),
        on_leave=kinds.count("leave_personal"),
        sick=kinds.count("leave_sick"),
        late_pupils=kinds.count("late"),
        cases=len(one.absences),
        entries=len(one.entries),
    )


def _absences(
    session: Session, actor: Actor, unit: Unit, first: date, last: date
) -> list[tuple[date, AbsenceLine]]:
    """The absences of a unit's pupils by the day on which they began, with how they stand now.

    Those its rolls opened, and for a class those that were filed by hand.
    """
    called = (
        select(AbsenceMark.case_id)
        .join(Rollcall, AbsenceMark.rollcall_id == Rollcall.id)
        .where(Rollcall.unit_id == unit.id, Rollcall.on >= first, Rollcall.on <= last)
    )
    begins = func.coalesce(Case.occurred_at, Case.known_at)
    since, until = (datetime.combine(at, time.min, LOCAL) for at in (first, last + DAY))
    pupil, absent = aliased(Person), aliased(Person)  # who may see it asks for people, too
    mine = select(pupil.case_id).join(Student, pupil.student_id == Student.id)
    mine = mine.where(Student.unit_id == unit.id, pupil.part == ABSENT)
    query = (
        select(Case, absent.name)
        .join(Case.unit)
        .join(absent, and_(absent.case_id == Case.id, absent.part == ABSENT))
        .where(Case.case_type == ABSENCE, visible(actor), begins >= since, begins < until)
        .where(or_(Case.id.in_(called), Case.id.in_(mine)))
        .order_by(Case.id)
    )
    return [(_began(case), _line(case, name)) for case, name in session.execute(query)]


def _began(case: Case) -> date:
    return (case.occurred_at or case.known_at).astimezone(LOCAL).date()


def _line(case: Case, name: str) -> AbsenceLine:
    state = WORKFLOWS[case.case_type].state(case.state)
    return AbsenceLine(case.number, name, state.label, case.final, case.known_at)


def _entries(session: Session, unit: Unit, first: date, last: date) -> list[tuple[date, EntryLine]]:
    rows = session.execute(
        select(ClassLogEntry, User.name)
        .outerjoin(User, ClassLogEntry.by == User.id)
        .where(
            ClassLogEntry.unit_id == unit.id,
            ClassLogEntry.on >= first,
            ClassLogEntry.on <= last,
        )
        .order_by(ClassLogEntry.id)
    ).all()
    said = words.texts(session, unit, [row[0].seq for row in rows])
    return [
        (
            one.on,
            EntryLine(
                one.at, name or "", one.role, one.kind, said.get(one.seq, {}).get("text", "")
            ),
        )
        for one, name in rows
    ]
