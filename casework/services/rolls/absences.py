"""Every absentee without leave is followed: by a new case, or by a word in the open one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Party, Period, Person
from casework.permissions import SYSTEM, Role
from casework.services import filing, timeline
from casework.services.automatic import perform_as_system
from casework.services.handling import JOINING
from casework.services.locking import NO_KEY
from casework.services.rolls.ground import Place
from casework.services.rolls.marks import Line
from casework.services.rolls.roster import ABSENCE
from casework.services.views import case_view, facts
from casework.workflows.definitions.absence.choices import PERIODS
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

SOURCE = "roll"
CODES = frozenset(str(choice.value) for choice in PERIODS)
KINDERGARTEN = "kindergarten"


@dataclass(frozen=True, slots=True)
class Called:
    """The roll by which somebody is missing."""

    place: Place
    period: Period
    bell_at: datetime
    known_at: datetime
    taken_at: datetime
    """When the roll was called that is saved now or, perhaps much later, corrected."""
    on: date


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


def follow(session: Session, called: Called, lines: Sequence[Line], at: datetime) -> Followed:
    """Follow every line of kind absent: open cases are written on first, then new ones filed.

    By the numbers of the pupils, so that two rolls that meet take their locks in one order.
    """
    found = Followed()
    missing = sorted((one for one in lines if one.kind == "absent"), key=lambda o: o.student_id)
    if not missing:
        return found
    for line in missing:
        case = line.known.case
        if case is not None and _note(session, case, line, called, at):
            found.keep(line.student_id, case, found.noted)
    bullied = _bullied(session, [line.student_id for line in missing])
    for line in missing:
        if line.student_id not in found.ids:
            case = _file(session, called, line, at, bullied=line.student_id in bullied)
            found.keep(line.student_id, case, found.opened)
    return found


def _note(session: Session, case: Case, line: Line, called: Called, at: datetime) -> bool:
    """Say in the open case that the pupil was missing again; False if it ended meanwhile.

    A case in which nobody is searching any more begins again: the guardians are called, and the
    clocks run from this bell.
    """
    session.refresh(case, with_for_update={"of": Case, **NO_KEY})
    if case.final:
        return False
    _begin_again(session, case, line, called)
    data = {
        "unit": called.place.unit.code,
        "on": called.on,
        "period": called.period.code,
        "bell_at": called.bell_at,
    }
    entry = timeline.Entry(at, "missed_again", None, Role.SYSTEM, data=timeline.plain(data))
    timeline.append(session, case, entry)
    return True


def _begin_again(session: Session, case: Case, line: Line, called: Called) -> None:
    """Unless the pupil was found, or ill, only after this roll had been called."""
    since = case_view(session, case, links=False).entered(case.state)
    if since is not None and called.taken_at <= since:
        return
    bell = called.bell_at if since is None else max(called.bell_at, since)
    given: dict[str, object] = {"period": _code(called), "bell_at": min(bell, called.known_at)}
    reasons = _strict(called.place, line, bullied=False)
    given |= {"strict_reasons": reasons} if reasons else {}
    if not perform_as_system(session, case, "miss_again", given):
        return
    if facts(case_view(session, case))["strict"] is True:
        perform_as_system(session, case, "start_tracing")


def _code(called: Called) -> str:
    """The roll-call as an absence names it."""
    codes = (called.period.code, called.place.unit.kind)
    return next((one for one in codes if one in CODES), "other")


def _file(session: Session, called: Called, line: Line, at: datetime, *, bullied: bool) -> Case:
    unit, since = called.place.unit, min(called.bell_at, called.known_at)  # called early
    fields: dict[str, object] = {
        "student_id": line.student_id,
        "period": _code(called),
        "bell_at": since,
    }
    reasons = _strict(called.place, line, bullied=bullied)
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


def _strict(place: Place, line: Line, *, bullied: bool) -> list[str]:
    """The reasons known to search at once; what only people can know they say with the mark."""
    held: Mapping[str, bool] = {
        "kindergarten": place.stage == KINDERGARTEN,
        "bus": place.unit.kind == "bus",
        "bullying": bullied,
    }
    reasons = [*line.given.strict_reasons, *(name for name, holds in held.items() if holds)]
    return list(dict.fromkeys(reasons))


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
