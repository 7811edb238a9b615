"""Who knew earlier, or when it happened earlier: every duty counted from there is judged again.

Also those already met: a report that was in time by what was known then is late by what is known
now. Nothing here moves a due instant later or takes a flag away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines import book
from casework.deadlines.moment import FACT
from casework.deadlines.rules import Origin, Rule, tightened
from casework.models import Case, Clock
from casework.services import clock_rows, earlier, rungs
from casework.services.clocks import StepChanges, context, first_origins, origins
from casework.services.policy import policy
from casework.workflows.case import CaseView
from casework.workflows.registry import WORKFLOWS

MOVED_ON = frozenset({"merged", "extended"})
"""The row goes on elsewhere; the one that follows it is judged."""


def rejudged(session: Session, case: Case, view: CaseView) -> StepChanges:
    """The rows of the case that are due earlier now, running and stopped, with their new instants.

    The caller lists them in the event and raises the flags.
    """
    governed = policy(session)
    rules = governed.packs.for_region(case.region or governed.region)
    now, first = origins(view), first_origins(view)
    changed = []
    for row in _rows(session, case):
        instants = now if row.round == view.round else first if row.round == 1 else {}
        rule = rules.get(row.rule_id)
        if rule is not None and _tighter(session, row, rule, view, instants):
            changed.append(row)
            rungs.schedule_next(session, row)
    session.flush()
    return StepChanges(tightened=tuple(changed))


def figures_known_earlier(
    session: Session, case: Case, before: CaseView, view: CaseView
) -> StepChanges:
    """The rows that a figure began, known earlier now than it was said to be, judged again.

    Running ones and met ones alike; only rows that began when the figure was said to be known.
    """
    moved = _moved(before, view)
    governed = policy(session)
    rules = governed.packs.for_region(case.region or governed.region)
    facts = {FACT + name for name in WORKFLOWS[view.case_type].since}
    changed = []
    for row in _rows(session, case) if moved else ():
        rule, start = rules.get(row.rule_id), moved.get(row.started_at)
        begun = rule is not None and facts & {opening.on for opening in rule.opens_on}
        instants = {Origin(row.terms["origin"]): start} if begun else {}
        if rule is not None and _tighter(session, row, rule, view, instants):
            changed.append(row)
            rungs.schedule_next(session, row)
    session.flush()
    return StepChanges(tightened=tuple(changed))


def _moved(before: CaseView, view: CaseView) -> dict[datetime, datetime]:
    """Since when figures are known now, by since when they were said to be at first."""
    series = WORKFLOWS[view.case_type].series
    if series is None:
        return {}
    return {
        new.said_at_first: new.known_at
        for old, new in zip(series(before), series(view), strict=False)
        if new.said_at_first is not None and new.known_at < old.known_at
    }


def _rows(session: Session, case: Case) -> list[Clock]:
    """The rows that count: of the case, and what the cases it goes on from have met."""
    ids = [one.id for one in earlier.line(session, case)]
    query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id.in_(ids))
    rows = session.scalars(query.order_by(Clock.id))
    return [row for row in rows if row.stopped_by not in {*MOVED_ON, earlier.ENDED}]


def _tighter(
    session: Session,
    row: Clock,
    rule: Rule,
    view: CaseView,
    instants: Mapping[Origin, datetime | None],
) -> bool:
    """Give the row the earlier instants; True when that changed it."""
    start = instants.get(Origin(row.terms["origin"]))
    if start is None or start >= row.started_at or rule.version != row.rule_version:
        return False
    kept, calendar = clock_rows.to_book(row), policy(session).calendar
    due = rule.due(start, context(_then(view, row.stopped_at)), calendar)
    dues = tightened(kept.dues, book.extended(due, kept, calendar))
    if (dues.target_at, dues.limit_at) == (row.target_at, row.limit_at):
        return False
    clock_rows.tighten(row, replace(kept, dues=dues))
    return True


def _then(view: CaseView, stopped_at: datetime | None) -> CaseView:
    """The case as it was known when the duty was met: what came to light later asks no more."""
    if stopped_at is None:
        return view
    known = (record for record in view.history[1:] if record.at <= stopped_at)
    return replace(view, history=(*view.history[:1], *known))
