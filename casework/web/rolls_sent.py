"""A roll as it comes from either door, the form or the script, and where it leads."""

from __future__ import annotations

from flask import url_for

from casework.i18n import say
from casework.services.rolls.shapes import ON_LEAVE, NewMark, Saved
from casework.text import N_, Text

GUARDIAN = N_("guardian")
"""Who said so, when a leave is tapped on the roll; a note of its own can say it better."""
CHANNEL = "phone"


def saved_at(found: Saved) -> str:
    """The page of what came of it; numbers of cases only, never names."""
    roll = found.roll
    return url_for(
        "rolls.saved",
        unit_id=roll.unit_id,
        on=roll.on.isoformat(),
        period=roll.period,
        proposed=[f"{one.number}:{one.action}" for one in found.proposals],
    )


def mark_of(student_id: int, kind: str) -> NewMark:
    """A mark as it is tapped; a leave that is on no file yet is one that a guardian has told."""
    if kind in ON_LEAVE:
        return NewMark(student_id, kind, said_by=say(Text(GUARDIAN)), channel=CHANNEL)
    return NewMark(student_id, kind or "absent")
