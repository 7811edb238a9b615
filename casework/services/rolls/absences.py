"""Every absentee without leave is followed: by a new case, or by a word in the open one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Party, Person, Student
from casework.permissions import SYSTEM, Role
from casework.services import filing, timeline
from casework.services.automatic import perform_as_system
from casework.services.handling import JOINING
from casework.services.locking import NO_KEY
from casework.services.rolls import buses, roster, settled
from casework.services.rolls.called import Called
from casework.services.rolls.ground import Place
from casework.services.rolls.marks import Line
from casework.services.rolls.roster import ABSENCE
from casework.services.rolls.shapes import AWAY
from casework.services.views import case_view, facts
from casework.workflows.definitions.absence.choices import PERIODS
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

SOURCE = "roll"
CODES = frozenset(str(choice.value) for choice in PERIODS)
KINDERGARTEN = "kindergarten"


@dataclass(slots=True)
class Followed:
    """What became of the absentees: case ids by pupil, numbers opened and numbers noted."""

    ids: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, str] = field(default_factory=dict)
    """The number of each of these cases, by its id."""
    opened: list[str] = field(default_factory=list)
    noted: list[str] = field(default_factory=list)

    def keep(self, student_id: int, case: Case, where: list[str]) -> None:
        """One more absentee is followed in this case."""
        self.ids[student_id], self.numbers[case.id] = case.id, case.number
        where.append(case.number)


@dataclass(frozen=True, slots=True)
class Dangers:
    """The missing pupils about whom something is known that makes the search begin at once."""

    bullied: Collection[int]
    rode_along: Collection[int]

    def reasons(self, place: Place, line: Line) -> list[str]:
        """The reasons known; what only people can know they have said with the mark."""
        held: Mapping[str, bool] = {
            "kindergarten": place.stage == KINDERGARTEN,
            buses.REASON: place.unit.kind == buses.BUS or line.student_id in self.rode_along,
            "bullying": line.student_id in self.bullied,
        }
        told = (*line.given.strict_reasons, *(name for name, holds in held.items() if holds))
        return list(dict.fromkeys(told))


def follow(session: Session, called: Called, lines: Sequence[Line], at: datetime) -> Followed:
    """Follow everybody who is missing: open cases are written on first, then new ones filed.

    By the numbers of the pupils, so that two rolls that meet take their locks in one order.
    """
    found, away = Followed(), [line for line in lines if line.kind in AWAY]
    rode = buses.rode_along(session, [line.student_id for line in away], called)
    missing = sorted(buses.missed(session, away, rode), key=lambda one: one.student_id)
    if not missing:
        return found
    ids = [line.student_id for line in missing]
    known = _held(session, missing)
    dangers = Dangers(_bullied(session, ids), rode)
    for line in missing:
        case = known.get(line.student_id)
        if case is not None and _note(session, case, line, called, dangers, at):
            found.keep(line.student_id, case, found.noted)
    rest = [line for line in missing if line.student_id not in found.ids]
    over = settled.settled(session, [line.student_id for line in rest], called, at)
    for line in rest:
        case = over.get(line.student_id)
        if case is not None and settled.note(session, case, called, at):
            found.keep(line.student_id, case, found.noted)
            continue
        case = _file(session, called, line, at, dangers)
        found.keep(line.student_id, case, found.opened)
    return found


def _held(session: Session, missing: Sequence[Line]) -> dict[int, Case]:
    """The open absences of these pupils, who are locked: another list may miss one just now."""
    ids = [line.student_id for line in missing]
    locked = select(Student.id).where(Student.id.in_(ids)).order_by(Student.id)
    session.execute(locked.with_for_update(key_share=True)).all()
    return roster.open_absences(session, ids)


def _note(
    session: Session, case: Case, line: Line, called: Called, dangers: Dangers, at: datetime
) -> bool:
    """Say in the open case that the pupil was missing again; False if it ended meanwhile.

    A case in which nobody is searching any more begins again: the guardians are called, and the
    clocks run from this bell. In another one a reason to search at once is heard all the same.
    """
    session.refresh(case, with_for_update={"of": Case, **NO_KEY})
    if case.final:
        return False
    reasons = dangers.reasons(called.place, line)
    if not _begin_again(session, case, called, reasons):
        _be_strict(session, case, reasons)
    data = {
        "unit": called.place.unit.code,
        "on": called.on,
        "period": called.period.code,
        "bell_at": called.bell_at,
    }
    entry = timeline.Entry(at, "missed_again", None, Role.SYSTEM, data=timeline.plain(data))
    timeline.append(session, case, entry)
    return True


def _begin_again(session: Session, case: Case, called: Called, reasons: Sequence[str]) -> bool:
    """Unless the pupil was found, or ill, only after this roll had been called."""
    since = case_view(session, case, links=False).entered(case.state)
    if since is not None and called.taken_at <= since:
        return False
    bell = called.bell_at if since is None else max(called.bell_at, since)
    given: dict[str, object] = {"period": _code(called), "bell_at": min(bell, called.known_at)}
    given |= {"strict_reasons": list(reasons)} if reasons else {}
    if not perform_as_system(session, case, "miss_again", given):
        return False
    if facts(case_view(session, case))["strict"] is True:
        perform_as_system(session, case, "start_tracing")
    return True


def _be_strict(session: Session, case: Case, reasons: Sequence[str]) -> None:
    """What is new among the reasons; while the case is quiet the state allows none."""
    said = case_view(session, case, links=False).values("strict_reasons")
    known = {one for given in said if isinstance(given, list | tuple) for one in given}
    new = [one for one in reasons if one not in known]
    if new and perform_as_system(session, case, "mark_strict", {"strict_reasons": new}):
        perform_as_system(session, case, "start_tracing")


def _code(called: Called) -> str:
    """The roll-call as an absence names it."""
    codes = (called.period.code, called.place.unit.kind)
    return next((one for one in codes if one in CODES), "other")


def _file(session: Session, called: Called, line: Line, at: datetime, dangers: Dangers) -> Case:
    unit, since = called.place.unit, min(called.bell_at, called.known_at)  # called early
    fields: dict[str, object] = {
        "student_id": line.student_id,
        "period": _code(called),
        "bell_at": since,
    }
    reasons = dangers.reasons(called.place, line)
    if reasons:
        fields |= {"strict": True, "strict_reasons": reasons}
    report = filing.NewCase(
        case_type=ABSENCE,
        unit_id=line.known.class_id,
        title=f"{unit.name} {called.period.name}",
        occurred_at=since,
        known_at=called.known_at,
        fields=fields,
        source=SOURCE,
    )
    case = filing.file_case(session, SYSTEM, report)
    if case.unit_id != unit.id:  # the dormitory or bus goes on looking, beside the class
        session.add(Party(case_id=case.id, unit_id=unit.id, kind=JOINING, since=at))
        session.flush()
    return case


def _bullied(session: Session, ids: Sequence[int]) -> set[int]:
    """The pupils with a part in an open bullying case that the school may know of.

    One that names a member of staff, or that went past the school, betrays itself to nobody here.
    """
    staff = aliased(Person)
    query = (
        select(Person.student_id)
        .join(Case, Person.case_id == Case.id)
        .where(
            Case.case_type == "bullying",
            Case.final.is_(False),
            Case.source != PAST_SCHOOL,
            Person.student_id.in_(ids),
            Person.part.in_(("victim", "actor")),
            ~exists().where(staff.case_id == Case.id, staff.part == "staff"),
        )
    )
    return {one for one in session.scalars(query) if one is not None}
