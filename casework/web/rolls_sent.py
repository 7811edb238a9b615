"""A roll as it comes from either door, the form or the script, and where it leads."""

from __future__ import annotations

from flask import url_for

from casework.i18n import say
from casework.services.rolls.shapes import ON_LEAVE, NewMark, Saved
from casework.text import N_, Text
from casework.workflows.case import UNKNOWN

NOT_ASKED = N_("Not known")
"""Who said so, when a leave is tapped on the roll: it does not ask; a note of its own says it."""


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
    """A mark as it is tapped; of a leave that is on no file yet nobody has asked who told it."""
    if kind in ON_LEAVE:
        return NewMark(student_id, kind, said_by=say(Text(NOT_ASKED)), channel=UNKNOWN)
    return NewMark(student_id, kind)
