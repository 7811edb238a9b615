"""What a roll, a correction or a leave suggests for an open case: said, never silently done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from casework.models import Case
from casework.services.rolls.shapes import Proposal
from casework.workflows.registry import WORKFLOWS

SEEN = ("find", "close")
"""What a later roll suggests when the pupil is there again; the first that the state allows."""
MISTAKEN = ("correct_roll", *SEEN)
"""The same when the roll itself was wrong."""
EXCUSES = {"personal": "match_leave", "sick": "mark_sick"}


def back(
    case: Case, student_id: int, name: str, at: datetime, place: str, *, mistaken: bool = False
) -> Proposal | None:
    """The pupil of an open absence is here."""
    step = _first(case, MISTAKEN if mistaken else SEEN)
    fields: dict[str, dict[str, object]] = {
        "correct_roll": {"place": place, "seen_at": at},
        "find": {"place": place, "found_at": at, "condition": "well"},
        "close": {"outcome": "returned", "returned_at": at},
    }
    return Proposal(case.number, step, student_id, name, fields[step]) if step else None


@dataclass(frozen=True, slots=True)
class Excuse:
    """A leave as it explains an absence."""

    kind: str
    channel: str
    symptoms: Sequence[str]
    from_on: date
    class_id: int


def excused(case: Case, student_id: int, name: str, leave: Excuse) -> Proposal | None:
    """A leave came in after the case was opened; illness is followed up and not just excused."""
    step = _first(case, (EXCUSES[leave.kind],))
    fields: dict[str, dict[str, object]] = {
        "match_leave": {"ground": "leave", "leave_kind": "personal", "channel": leave.channel},
        "mark_sick": {
            "symptoms": list(leave.symptoms),
            "onset_on": leave.from_on,
            "class_id": leave.class_id,
        },
    }
    return Proposal(case.number, step, student_id, name, fields[step]) if step else None


def _first(case: Case, steps: tuple[str, ...]) -> str | None:
    workflow = WORKFLOWS[case.case_type]
    for name in steps:
        action = workflow.action(name)
        if action is not None and action.dest(case.state) is not None:
            return name
    return None
