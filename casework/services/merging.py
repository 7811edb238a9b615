"""Merging: the duplicate's clocks end, the strictest of both due instants stays on the target."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.book import URGENT
from casework.deadlines.derivation import as_data, from_data
from casework.deadlines.rules import Dues, Rule, tightened
from casework.models import Case, Clock
from casework.permissions import Role
from casework.services import clock_rows, clocks, rungs, timeline
from casework.services.policy import policy
from casework.services.timeline import plain
from casework.services.views import case_view, facts
from casework.workflows.definition import Effect, Workflow
from casework.workflows.registry import WORKFLOWS

MERGED = "merged"
FACT = "fact:"


def move_clocks(session: Session, duplicate: Case, target: Case, at: datetime) -> None:
    """Stop the duplicate's clocks as merged; the target keeps what is stricter or not yet there.

    A duty that the target has already met is not revived; ``known_at`` becomes the earlier one.
    """
    latest = {(row.rule_id, row.recipient): row for row in _rows(session, target)}
    started, tightened = [], []
    for clock in _rows(session, duplicate):
        if clock.stopped_at is not None:
            continue
        clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, MERGED, None
        kept = latest.get((clock.rule_id, clock.recipient))
        if kept is None and owed(session, target, clock):
            started.append(clock_rows.moved(clock, target, at))
        elif kept is not None and kept.stopped_at is None and tighten_row(kept, clock):
            tightened.append(kept)
    session.add_all(started)
    target.known_at = min(target.known_at, duplicate.known_at)
    session.flush()
    for row in (*started, *tightened):
        rungs.schedule_next(session, row)
    changes = clocks.StepChanges(started=tuple(started), tightened=tuple(tightened))
    data = plain({"duplicate": duplicate.number, "clocks": changes.as_data()})
    entry = timeline.Entry(at, "duplicate_merged", None, Role.SYSTEM, data=data)
    timeline.append(session, target, entry)
    clocks.flag_late(session, target, changes, at)


def _rows(session: Session, case: Case) -> list[Clock]:
    """The clocks of the case itself, oldest first; those of its requests are no duties of it."""
    query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id == case.id)
    return list(session.scalars(query.order_by(Clock.id)))


def tighten_row(kept: Clock, other: Clock) -> bool:
    """Give a running row the earlier due instants of another; True when that changed it."""
    before = _dues(kept)
    after = tightened(before, _dues(other))
    urgent = URGENT in (kept.terms["ladder"], other.terms["ladder"])
    ladder = URGENT if urgent else kept.terms["ladder"]
    if after == before and ladder == kept.terms["ladder"]:
        return False
    kept.target_at, kept.limit_at = after.target_at, after.limit_at
    kept.provisional, kept.derivation = after.provisional, as_data(after.derivation)
    kept.terms = {**kept.terms, "ladder": ladder}
    return True


def _dues(clock: Clock) -> Dues:
    return Dues(clock.target_at, clock.limit_at, clock.provisional, from_data(clock.derivation))


def owed(session: Session, target: Case, clock: Clock) -> bool:
    """Whether the target owes a duty that it never had: not met yet, and possible to meet there."""
    governed = policy(session)
    rule = governed.packs.for_region(target.region or governed.region).get(clock.rule_id)
    if rule is None:
        return False
    holding = facts(case_view(session, target))
    met = any(holding.get(n.removeprefix(FACT)) for n in rule.closes_on if n.startswith(FACT))
    return not met and _ends(WORKFLOWS[target.case_type], rule, target.state)


def _ends(workflow: Workflow, rule: Rule, state: str) -> bool:
    """Whether no way from the state to a final one gets around what stops the rule."""
    stops = rule.closes_on
    anywhere = {a.name for a in workflow.actions if all(map(a.dest, workflow.open_states))}
    if any(name.startswith((FACT, "report:")) or name in anywhere for name in stops):
        return True
    seen, ways = {state}, [state]
    while ways:
        here = ways.pop()
        for action in workflow.actions_from(here):
            there = action.dest(here) or here
            if {Effect.MERGE, Effect.RETYPE} & set(action.effects) or there in seen:
                continue
            if {action.name, f"leave:{here}"} & set(stops):
                continue
            if workflow.state(there).final:
                return False
            seen.add(there)
            ways.append(there)
    return True
