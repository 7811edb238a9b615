"""Merging: the duplicate's clocks end, the strictest of both due instants stays on the target."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.deadlines.moment import FACT
from casework.deadlines.rules import Rule
from casework.models import Case, Clock, Person
from casework.permissions import NAMED_PARTS, Role
from casework.services import clock_rows, clocks, lateness, pending, rungs, timeline
from casework.services.actors import forget_named, named_users
from casework.services.earlier import DUPLICATE_MERGED
from casework.services.flags import MERGED
from casework.services.policy import policy
from casework.services.reported import listed
from casework.services.timeline import plain
from casework.services.views import case_view, facts
from casework.workflows.definition import Effect, Workflow
from casework.workflows.registry import WORKFLOWS

REPORT = "report:"


def move_clocks(session: Session, duplicate: Case, target: Case, at: datetime) -> None:
    """Stop the duplicate's clocks as merged; the target keeps what is stricter or not yet there.

    A duty that the target has already met is not revived; what both have met together, each its
    half, stops when the second half was done. ``known_at`` becomes the earlier one.
    Whom one of them is closed to, because it names them, the other is closed to as well; who has
    acted in the duplicate has acted in the target (``views``).
    """
    latest = {(row.rule_id, row.recipient): row for row in _rows(session, target)}
    started, tightened, left = [], [], []
    for clock in _rows(session, duplicate):
        if clock.stopped_at is not None:
            continue
        clock.stopped_at, clock.stopped_by, clock.next_rung_at = at, MERGED, None
        kept = latest.get((clock.rule_id, clock.recipient))
        if kept is None and owed(session, target, clock):
            started.append(clock_rows.moved(clock, target, at))
        elif kept is not None and kept.stopped_at is None and clock_rows.tighten_to(kept, clock):
            tightened.append(kept)
        elif kept is None:
            left.append(clock)
    session.add_all(started)
    known_at, target.known_at = target.known_at, min(target.known_at, duplicate.known_at)
    session.flush()
    for row in (*started, *tightened):
        rungs.schedule_next(session, row)
    changes = clocks.StepChanges(started=tuple(started), tightened=tuple(tightened))
    if duplicate.known_at < known_at:
        changes |= lateness.rejudged(session, target, case_view(session, target))
    changes |= clocks.settle(session, target, case_view(session, target), at)
    named = _share_accounts(session, duplicate, target)
    data = plain({"duplicate": duplicate.number, "clocks": changes.as_data()})
    joined = [listed(person) for person in named if person.case_id == target.id]
    if joined:
        pending.void_pending(session, target, at)
    data |= {"people": joined} if joined else {}
    entry = timeline.Entry(at, DUPLICATE_MERGED, None, Role.SYSTEM, data=data)
    timeline.append(session, target, entry)
    clocks.flag_late(session, duplicate, clocks.StepChanges(stopped=tuple(left)), at)
    clocks.flag_late(session, target, changes, at)


def _share_accounts(session: Session, one: Case, other: Case) -> list[Person]:
    """Whoever either case names by account is named in both: to them it is the same event."""
    new = [*_named_only(session, one, other), *_named_only(session, other, one)]
    session.add_all(new)
    session.flush()
    for case in (one, other):
        forget_named(session, case.id)
    return new


def _named_only(session: Session, source: Case, target: Case) -> list[Person]:
    """The named people with an account of a case that are still missing in another."""
    known = named_users(session, target.id)
    query = select(Person).where(Person.case_id == source.id, Person.part.in_(NAMED_PARTS))
    return [
        Person(case_id=target.id, name=row.name, part=row.part, user_id=row.user_id)
        for row in session.scalars(query.order_by(Person.id))
        if row.user_id is not None and row.user_id not in known
    ]


def _rows(session: Session, case: Case) -> list[Clock]:
    """The clocks of the case itself, oldest first; those of its requests are no duties of it."""
    query = select(Clock).where(Clock.subject_kind == "case", Clock.subject_id == case.id)
    return list(session.scalars(query.order_by(Clock.id)))


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
    if any(_always(workflow, name) or name in anywhere for name in stops):
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


def _always(workflow: Workflow, closer: str) -> bool:
    """Whether it can come true in any state of this type: the type knows the fact, or reports."""
    if closer.startswith(FACT):
        return closer.removeprefix(FACT) in workflow.facts
    return closer.startswith(REPORT)
