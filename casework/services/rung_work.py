"""What one rung does: it tells people, raises a flag, lets SYSTEM act or proposes a step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from casework.deadlines.ladder import Kind, Step
from casework.models import Clock, Escalation
from casework.models.base import table_of
from casework.permissions import Role
from casework.services import clocks, flags, timeline
from casework.services.automatic import perform_as_system
from casework.services.calls import calling
from casework.services.listeners import listeners
from casework.services.messages import send
from casework.services.policy import policy
from casework.services.subjects import Subject, case_of, place_of, spoken_of
from casework.services.views import case_view

TELLING = frozenset({Kind.REMIND, Kind.LEVEL, Kind.OFFER})
"""Kinds of steps that only tell people."""


@dataclass(frozen=True, slots=True)
class Claim:
    """The row in ``escalation`` by which this sweeper, and no other, fires a rung."""

    id: int
    at: datetime
    system_late: bool


def claim(session: Session, clock: Clock, step: Step, at: datetime, *, system_late: bool) -> Claim:
    """Claim the rung; the unique key refuses a second one."""
    row = {
        "clock_id": clock.id,
        "case_id": clock.case_id,
        "unit_id": clock.unit_id,
        "rung": step.name,
        "kind": step.kind.value,
        "level": step.level,
        "due_at": step.at,
        "at": at,
        "system_late": system_late,
    }
    table = table_of(Escalation)
    with session.no_autoflush:
        made = session.execute(insert(table).values(row).returning(table.c.id)).scalar_one()
    return Claim(made, at, system_late)


def work(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """Do what the step says; who only tells writes no row that another question would read."""
    if step.kind in TELLING:
        with session.no_autoflush:
            return _WORK[step.kind](session, subject, clock, step, claim)
    session.flush()
    told = _WORK[step.kind](session, subject, clock, step, claim)
    session.flush()
    return told


def _tell(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """Reminders and levels: people hear, the level rises, the chain keeps who was told.

    Of a level somebody is called besides, who must acknowledge it.
    """
    users = listeners(session, subject, clock, step.tell, step.level, claim.at)
    case = case_of(subject)
    if case is not None:
        case.level = max(case.level, step.level or 0)
    clock.rung = step.name
    data = {
        "rule": clock.rule_id,
        "recipient": clock.recipient or None,
        "rung": step.name,
        "level": step.level,
        "due_at": step.at,
        "system_late": claim.system_late,
        "told": [user.id for user in users],
    }
    if step.level is not None:
        level = calling.Level(claim.id, step.level, step.call, claim.at)
        data |= calling.begin(session, subject, clock, level, users)
    entry = timeline.Entry(claim.at, "rung_fired", None, Role.SYSTEM, data=timeline.plain(data))
    timeline.append(session, subject, entry)
    params = {
        "number": spoken_of(subject),
        "duty": clock.terms["title"],
        "target_at": clock.target_at,
        "limit_at": clock.limit_at,
        "level": step.level,
    }
    template = "reminder" if step.kind is Kind.REMIND else "escalation"
    return send(
        session,
        users,
        template,
        params,
        at=claim.at,
        level=step.level or 0,
        case=case,
        unit=place_of(subject),
        escalation_id=claim.id,
    )


def _flag(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """The limit has passed: the flag, and what other rules start from that instant."""
    at, late = claim.at, claim.system_late
    flags.raise_flag(session, subject, clock, at, system_late=late)
    case = case_of(subject)
    if case is None:
        return 0
    trigger = f"limit:{clock.rule_id}"
    listening = clocks.rules_of(policy(session), case).values()
    if any(opening.on == trigger for rule in listening for opening in rule.opens_on):
        view = case_view(session, case)
        changes = clocks.fire(session, case, view, trigger, clock.limit_at or at)
        if changes.touched:
            data = {"trigger": trigger, "clocks": changes.as_data()}
            entry = timeline.Entry(at, "clocks_started", None, Role.SYSTEM, data=data)
            timeline.append(session, case, entry)
    return 0


def _perform(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """What SYSTEM may do by itself; refused by state or guard, it is left to people."""
    case = case_of(subject)
    if case is not None:
        perform_as_system(session, case, step.perform or "")
    return 0


def _offer(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """What SYSTEM may only propose to the owner."""
    params = {"number": spoken_of(subject), "duty": clock.terms["title"], "action": step.perform}
    users = listeners(session, subject, clock, step.tell or ("owner",), None, claim.at)
    case, unit = case_of(subject), place_of(subject)
    return send(session, users, "offer", params, at=claim.at, case=case, unit=unit)


def _end(session: Session, subject: Subject, clock: Clock, step: Step, claim: Claim) -> int:
    """A period has run out; it was no duty."""
    clock.stopped_at, clock.stopped_by = step.at, "elapsed"
    data = {"clocks": {"stopped": [{"rule": clock.rule_id, "stopped_by": "elapsed"}]}}
    entry = timeline.Entry(claim.at, "period_ended", None, Role.SYSTEM, data=data)
    timeline.append(session, subject, entry)
    return 0


_WORK = {
    Kind.REMIND: _tell,
    Kind.LEVEL: _tell,
    Kind.FLAG: _flag,
    Kind.PERFORM: _perform,
    Kind.OFFER: _offer,
    Kind.END: _end,
}
