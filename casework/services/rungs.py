"""Which rung of a clock comes next: asked anew each time, so that a tightened clock moves it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.ladder import Step, next_step
from casework.models import Clock, Escalation
from casework.services.policy import policy

NOTHING: Mapping[str, datetime] = {}


def schedule_next(
    session: Session, clock: Clock, fired: Mapping[str, datetime] | None = None
) -> None:
    """Set when the sweep must look at this clock again; never for a stopped one.

    ``fired`` are the steps done so far, if the caller knows them: NOTHING for a new clock.
    """
    if clock.stopped_at is not None:
        clock.next_rung_at = None
        return
    step = upcoming(session, clock, done(session, clock) if fired is None else fired)
    clock.next_rung_at = step.at if step else None


def done(session: Session, clock: Clock) -> dict[str, datetime]:
    """The steps that have fired on this clock, with the instant at which each was due."""
    query = select(Escalation.rung, Escalation.due_at).where(Escalation.clock_id == clock.id)
    return dict(session.execute(query).all())


def done_of(session: Session, ids: Sequence[int]) -> dict[int, dict[str, datetime]]:
    """The steps that have fired on each of these clocks."""
    query = select(Escalation.clock_id, Escalation.rung, Escalation.due_at)
    found: dict[int, dict[str, datetime]] = {clock_id: {} for clock_id in ids}
    for clock_id, rung, due_at in session.execute(query.where(Escalation.clock_id.in_(ids))):
        found[clock_id][rung] = due_at
    return found


def upcoming(session: Session, clock: Clock, fired: Mapping[str, datetime]) -> Step | None:
    """The next step of a clock after those that have fired, or None.

    Raises NotFound when the pack no longer knows the rule: the sweep isolates such a clock.
    """
    governed = policy(session)
    return next_step(
        fired,
        governed.ladders[clock.terms["ladder"]],
        governed.packs.rule(clock.rule_id, clock.region),
        clock.started_at,
        clock.target_at,
        clock.limit_at,
        clock.born_at,
        governed.calendar,
    )
