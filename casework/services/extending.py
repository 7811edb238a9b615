"""An approved extension: the one thing that moves a due instant later, as a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.rules import Span
from casework.models import Case, Clock
from casework.permissions import Role
from casework.services import clock_rows, clocks, rungs, timeline
from casework.services.policy import policy
from casework.services.timeline import plain
from casework.workflows.case import Context

EXTENDED = "extended"


def extend(session: Session, case: Case, context: Context) -> None:
    """End the running clock of the named rule and let a longer one follow it; flags stay."""
    rule_id, amount = str(context.fields["rule"]), cast("int", context.fields["amount"])
    running = (Clock.rule_id == rule_id, Clock.case_id == case.id, Clock.stopped_at.is_(None))
    for clock in session.scalars(select(Clock).where(*running, Clock.subject_kind == "case")).all():
        _lengthen(session, case, clock, amount, context.now)


def _lengthen(session: Session, case: Case, clock: Clock, amount: int, at: datetime) -> None:
    governed = policy(session)
    rule = governed.packs.rule(clock.rule_id, clock.region)
    if rule.extension is None:  # the guard has refused it
        return
    by = Span(amount, rule.extension.unit)
    row = book.extend(clock_rows.to_book(clock), by, governed.calendar)
    clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, EXTENDED, None
    session.flush()  # out of the way of the row that follows it
    longer = clock_rows.successor(clock, row, case, at)
    session.add(longer)
    session.flush()
    rungs.schedule_next(session, longer, rungs.NOTHING)
    changes = clocks.StepChanges(started=(longer,), stopped=(clock,))
    data = {
        "rule": clock.rule_id,
        "extension": {"amount": amount, "unit": by.unit.value},
        "clocks": changes.as_data(),
    }
    entry = timeline.Entry(at, "clock_extended", None, Role.SYSTEM, data=plain(data))
    timeline.append(session, case, entry)
