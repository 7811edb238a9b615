"""The reconciliation of a day as plain data."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from casework import clock
from casework.permissions import Actor
from casework.services.pages.board.scope import board_unit
from casework.services.reconciliation.area import schools_of
from casework.services.reconciliation.counting import Slot, of_day
from casework.services.reconciliation.silence import funnel_of

OLDEST = date(2000, 1, 1)
"""Nothing lies before, and the year up to any later day can be counted."""
COUNTED = (
    *("rolls_expected", "rolls_saved", "cases", "signals"),
    *("contradictions", "flags"),
)


def within(on: date | None) -> date:
    """The day that is meant: today unless another one is asked for, and none that lies ahead."""
    today = clock.today()
    return min(max(on or today, OLDEST), today)


def of_bureau(
    session: Session, actor: Actor, on: date | None = None, unit_id: int | None = None
) -> list[dict[str, Any]]:
    """The own schools of a bureau, the worst first. Raises NotFound for any other unit."""
    bureau, day = board_unit(session, actor, unit_id), within(on)
    schools = schools_of(session, bureau)
    figures = of_day(session, actor, bureau, schools, day)
    held = {one.school.id: one for one in funnel_of(session, actor, bureau, schools, day).verdicts}
    ordered = sorted(schools, key=lambda one: (*figures[one.id].worst_first, one.name, one.id))
    return [
        {
            "unit_id": one.id,
            "unit": one.name,
            "on": day,
            **{name: getattr(figures[one.id], name) for name in COUNTED},
            "zero_reports": [_slot(slot) for slot in figures[one.id].zero],
            "reported_in_a_year": held[one.id].school.reports,
            "expected_in_a_year": held[one.id].expected,
            "judgement": held[one.id].judgement.value,
        }
        for one in ordered
    ]


def _slot(one: Slot) -> dict[str, str]:
    state = "signed" if one.nothing is not None else "due" if one.due else "missing"
    return {"slot": one.slot, "state": state}
