"""The safety log as sheets of a workbook: the rolls, who was not there, the remarks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime

from casework.clock import LOCAL
from casework.permissions import ROLE_LABELS
from casework.services.rolls.shapes import AbsenceLine, LogDay, Mark, Roll
from casework.text import N_, Text

Say = Callable[[Text], str]
Lines = list[Sequence[str]]

ROLLS, ABSENCES, REMARKS = N_("Roll-calls"), N_("Absent and on leave"), N_("Remarks")
MARKS = {
    "absent": N_("Absent without leave"),
    "leave_personal": N_("Personal leave"),
    "leave_sick": N_("Sick leave"),
    "late": N_("Late"),
    "present": N_("Present"),
}
"""What the kinds of marks are called."""
ENTRIES = {
    "lesson": N_("Safety lesson or reminder"),
    "hazard": N_("Hazard"),
    "contact": N_("Talk with a guardian"),
    "other": N_("Other"),
}
"""What the kinds of entries are called."""
ROLL_HEAD = (
    N_("Day"),
    N_("Roll-call"),
    N_("Bell"),
    N_("Taken at"),
    N_("Received at"),
    N_("Enrolled"),
    N_("Present"),
    N_("Called by"),
    N_("Remark"),
)
MARK_HEAD = (
    N_("Day"),
    N_("Roll-call"),
    N_("Pupil"),
    N_("Mark"),
    N_("First mark"),
    N_("Case"),
    N_("State now"),
)
ENTRY_HEAD = (N_("Day"), N_("Time"), N_("Kind"), N_("What"), N_("By"))
BY_HAND = N_("filed by hand")
NOT_CALLED, SAVED_LATE = N_("Not called"), N_("Saved late")
CORRECTED = N_("Corrected: %(reason)s")


def as_sheets(logs: Sequence[LogDay], say: Say) -> list[tuple[str, Lines]]:
    """The sheets by title, each with a line of headings and the lines of the days."""
    return [
        (say(Text(ROLLS)), [_head(ROLL_HEAD, say), *_rolls(logs, say)]),
        (say(Text(ABSENCES)), [_head(MARK_HEAD, say), *_marks(logs, say)]),
        (say(Text(REMARKS)), [_head(ENTRY_HEAD, say), *_entries(logs, say)]),
    ]


def _head(words: Sequence[str], say: Say) -> list[str]:
    return [say(Text(word)) for word in words]


def _rolls(logs: Sequence[LogDay], say: Say) -> Lines:
    lines: Lines = []
    for log in logs:
        lines += [_roll(roll, say) for roll in log.rolls]
        called = {roll.period for roll in log.rolls}
        lines += [
            [_day(log.on), due.period_name, _time(due.bell_at), *[""] * 5, say(Text(NOT_CALLED))]
            for due in log.expected
            if due.period not in called and due.state == "missing"
        ]
    return lines


def _roll(roll: Roll, say: Say) -> list[str]:
    remarks = [say(Text(SAVED_LATE))] if roll.late else []
    remarks += [say(Text(CORRECTED, {"reason": one.reason})) for one in roll.corrections]
    return [
        _day(roll.on),
        roll.period_name,
        _time(roll.bell_at),
        _time(roll.taken_at),
        _time(roll.arrived_at),
        str(roll.enrolled),
        str(roll.present_now),
        f"{roll.taken_by} ({say(Text(ROLE_LABELS.get(roll.role, roll.role)))})",
        "; ".join(remarks),
    ]


def _marks(logs: Sequence[LogDay], say: Say) -> Lines:
    lines: Lines = []
    for log in logs:
        states = {line.number: line.state for line in log.absences}
        lines += [
            _mark(roll, mark, states.get(mark.case or "", ""), say)
            for roll in log.rolls
            for mark in roll.marks
        ]
        lines += [_by_hand(log.on, one, say) for one in log.by_hand]
    return lines


def _mark(roll: Roll, mark: Mark, state: str, say: Say) -> list[str]:
    return [
        _day(roll.on),
        roll.period_name,
        mark.name,
        say(Text(MARKS[mark.kind])),
        say(Text(MARKS[mark.first])) if mark.first != mark.kind else "",
        mark.case or "",
        say(Text(state)) if state else "",
    ]


def _by_hand(on: date, one: AbsenceLine, say: Say) -> list[str]:
    known = f"{say(Text(BY_HAND))} {_time(one.known_at)}"
    kinds = say(Text(MARKS["absent"])), ""
    return [_day(on), known, one.name, *kinds, one.number, say(Text(one.state))]


def _entries(logs: Sequence[LogDay], say: Say) -> Lines:
    return [
        [_day(log.on), _time(one.at), say(Text(ENTRIES[one.kind])), one.text, one.by]
        for log in logs
        for one in log.entries
    ]


def _day(on: date) -> str:
    return on.isoformat()


def _time(at: datetime) -> str:
    return at.astimezone(LOCAL).strftime("%H:%M")
