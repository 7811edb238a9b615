"""The pages of one roll: calling it, what came of it, and its correction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Rollcall
from casework.permissions import Actor
from casework.services.pages.clocks import ClockLine, of_case, urgency
from casework.services.pages.roll_steps import Step, possible_steps, steps_of
from casework.services.rolls import sheet as sheets
from casework.services.rolls.shapes import Due, Mark, Roll, Sheet
from casework.services.scope import load_case
from casework.text import N_
from casework.workflows.registry import WORKFLOWS

KINDS: Mapping[str, str] = {
    "absent": N_("absent"),
    "late": N_("came late"),
    "leave_sick": N_("sick"),
    "leave_personal": N_("on leave"),
}
"""What a roll can say of a pupil, in the order in which it is offered."""
SHORT: Mapping[str, str] = {**KINDS, "present": N_("present")}
"""The same, and what a correction can say besides."""
STATES: Mapping[str, str] = {
    "saved": N_("called"),
    "due": N_("not yet called"),
    "missing": N_("not called"),
    "later": N_("later"),
}
DOUBTS: Mapping[str, str] = {
    "no_device_clock": N_("the device did not say what time its clock shows"),
    "device_clock_wrong": N_("the clock of the device goes wrong"),
    "taken_in_future": N_("the device says a time that had not come yet"),
    "before_bell": N_("the device says a time long before the bell"),
    "too_old": N_("it had waited for too long"),
}
"""Why a device was not believed, and the arrival counts."""
OPEN = ("due", "missing")
HERE = ("present", "present")
STEPS = ("start_contact", "log_contact", "start_tracing", "locate")
"""The steps in the case of an absentee that are offered at once, as far as they are possible."""


@dataclass(frozen=True, slots=True)
class CallPage:
    """One roll to be called, and the others of the day; no sheet on a day without rolls."""

    sheet: Sheet | None
    others: tuple[Due, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Missed:
    """A pupil who was not there, and what the system has begun because of it."""

    mark: Mark
    state: str
    clocks: tuple[ClockLine, ...]
    steps: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A pupil on a roll that is corrected: what the first roll said, and what holds now."""

    student_id: int
    name: str
    first: str
    kind: str


@dataclass(frozen=True, slots=True)
class CorrectPage:
    """A saved roll with everybody on its list."""

    roll: Roll
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class SavedPage:
    """What came of a roll, and which roll waits next."""

    roll: Roll
    missed: tuple[Missed, ...]
    others: tuple[Mark, ...]
    steps: tuple[Step, ...]
    next: Due | None


def chosen(dues: Iterable[Due], unit_id: int | None = None) -> Due | None:
    """The roll to call now: the newest bell that waits, else the next one, else the last one."""
    mine = [due for due in dues if unit_id in (None, due.unit_id)]
    waits = [due for due in mine if due.state in OPEN]
    later = [due for due in mine if due.state == "later"]
    if waits:
        return max(waits, key=lambda due: due.bell_at)
    return min(later, key=lambda due: due.bell_at) if later else (mine[-1] if mine else None)


def call_page(
    session: Session, actor: Actor, unit_id: int | None, on: date | None, period: str
) -> CallPage:
    """The roll that is asked for, else the one to call now, if there is any. Raises NotFound."""
    dues = sheets.to_call(session, actor, on)
    if unit_id is None or on is None or not period:
        due = chosen(dues, unit_id)
        if due is None:
            return CallPage(None, (), "")
        unit_id, on, period = due.unit_id, due.on, due.period
    sheet = sheets.sheet_of(session, actor, unit_id, on, period)
    mine, own = (unit_id, period), {unit_id, *(post.unit_id for post in actor.posts)}
    others = tuple(
        due
        for due in dues
        if due.on == on and due.unit_id in own and (due.unit_id, due.period) != mine
    )
    return CallPage(sheet, others, f"{sheet.unit} · {sheet.period_name}")


def saved_page(
    session: Session,
    actor: Actor,
    unit_id: int,
    on: date,
    period: str,
    proposed: Iterable[str] = (),
) -> SavedPage:
    """What came of a saved roll; ``proposed`` are steps as ``number:action``.

    Raises NotFound when none was saved.
    """
    roll = sheets.sheet_of(session, actor, unit_id, on, period).saved
    if roll is None:
        raise NotFound
    waits = [due for due in sheets.to_call(session, actor) if due.state in OPEN]
    return SavedPage(
        roll=roll,
        missed=tuple(_missed(session, actor, mark) for mark in roll.marks if mark.case),
        others=tuple(mark for mark in roll.marks if not mark.case),
        steps=steps_of(session, actor, proposed),
        next=chosen(waits),
    )


def correct_page(session: Session, actor: Actor, rollcall_id: int) -> CorrectPage:
    """A saved roll to be corrected. Raises NotFound."""
    row = session.get(Rollcall, rollcall_id)
    if row is None:
        raise NotFound
    sheet = sheets.sheet_of(session, actor, row.unit_id, row.on, row.period)
    if sheet.saved is None:
        raise NotFound
    marks = {mark.student_id: mark for mark in sheet.saved.marks}
    listed = {pupil.student_id: pupil.name for pupil in sheet.pupils}
    names = listed | {mark.student_id: mark.name for mark in sheet.saved.marks}
    lines = [
        Line(one, name, *((marks[one].first, marks[one].kind) if one in marks else HERE))
        for one, name in names.items()
    ]
    return CorrectPage(sheet.saved, tuple(sorted(lines, key=lambda one: one.kind == "present")))


def _missed(session: Session, actor: Actor, mark: Mark) -> Missed:
    """The case of a pupil with its most pressing clock and the step that is next."""
    case = load_case(session, actor, mark.case or "")
    possible = possible_steps(session, actor, case)
    running = sorted((one for one in of_case(session, case)[0] if not one.period), key=urgency)
    return Missed(
        mark=mark,
        state=WORKFLOWS[case.case_type].state(case.state).label,
        clocks=tuple(running[:1]),
        steps=tuple((name, possible[name]) for name in STEPS if name in possible),
    )
