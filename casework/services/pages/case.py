"""The one page of a case, for every type: generated from its definition and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Case, Clock, Flag, Message, Person, Unit, User
from casework.permissions import Actor
from casework.services.actors import ancestors
from casework.services.pages import labels
from casework.services.pages.actions import Choices, choices
from casework.services.pages.clocks import ClockLine, line
from casework.services.pages.filing import danger_in
from casework.services.pages.forms import Entry, entries
from casework.services.pages.timeline import Chain, EventLine, Line, Narrator, chain
from casework.services.requests import waiting
from casework.services.scope import load_case
from casework.services.views import case_view, linked_cases
from casework.workflows.definition import Phase
from casework.workflows.engine import Engine
from casework.workflows.registry import ENGINES, WORKFLOWS


@dataclass(frozen=True, slots=True)
class PhaseStep:
    """One of the five phases on the path strip."""

    label: str
    walked: bool
    present: bool


@dataclass(frozen=True, slots=True)
class Head:
    """What every page about one case shows on top."""

    number: str
    type_title: str
    title: str
    state_label: str
    final: bool
    level: int
    level_label: str
    version: int
    units: tuple[str, ...]
    flags: tuple[FlagLine, ...]
    path: tuple[PhaseStep, ...]


@dataclass(frozen=True, slots=True)
class FlagLine:
    """One flag in words; it stays visible when it has been cleared."""

    label: str
    rule: str
    at: datetime
    cleared_at: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class PersonLine:
    """Somebody who plays a part."""

    part: str
    name: str
    where: str


@dataclass(frozen=True, slots=True)
class ApprovalLine:
    """One request that waits for a second person."""

    id: int
    label: str
    who: str
    roles: tuple[str, ...]
    requested_at: datetime
    may_decide: bool
    stale: bool
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class LinkLine:
    """A linked case; shown by number and kind only."""

    number: str
    type_title: str
    state_label: str


@dataclass(frozen=True, slots=True)
class Result:
    """After an act: what happened, who has been told, what comes next and by when."""

    event: EventLine
    told: tuple[str, ...]
    next: ClockLine | None


@dataclass(frozen=True, slots=True)
class CasePage:
    """Everything the page of a case shows."""

    head: Head
    narrative: str
    occurred_at: datetime | None
    known_at: datetime
    filed_at: datetime
    received_at: datetime | None
    filed_late: bool
    lead: str
    filed_by: str
    facts: tuple[Line, ...]
    people: tuple[PersonLine, ...]
    running: tuple[ClockLine, ...]
    stopped: tuple[ClockLine, ...]
    actions: Choices
    approvals: tuple[ApprovalLine, ...]
    links: tuple[LinkLine, ...]
    events: tuple[EventLine, ...]
    chain: Chain
    result: Result | None


@dataclass(frozen=True, slots=True)
class FiledPage:
    """Right after filing: the number, the receipt, who has been told and what comes next."""

    head: Head
    filed_at: datetime
    receipt: str
    danger: bool
    result: Result | None
    running: tuple[ClockLine, ...]


@dataclass(frozen=True, slots=True)
class ActionPage:
    """One action with its generated form."""

    head: Head
    action: str
    label: str
    moves_to: str
    second: bool
    entries: tuple[Entry, ...]
    clocks: tuple[ClockLine, ...]
    changes: tuple[EventLine, ...]
    now: datetime


def case_page(session: Session, actor: Actor, number: str, done: int | None = None) -> CasePage:
    """The case with everything the actor may see and do. Raises NotFound out of scope.

    ``done`` is the place on the chain at which the actor's own act ended: it adds the result.
    """
    case = load_case(session, actor, number)
    narrator = Narrator(session, case)
    events = narrator.events()
    running, stopped = _clocks(session, case)
    return CasePage(
        head=_head(session, case),
        narrative=case.narrative,
        occurred_at=case.occurred_at,
        known_at=case.known_at,
        filed_at=case.filed_at,
        received_at=case.received_at,
        filed_late=any(c.rule_id.endswith(".file") and c.stopped_late for c in stopped),
        lead=case.lead.name if case.lead else "",
        filed_by=_name(session, case.filed_by),
        facts=narrator.facts(),
        people=_people(session, case),
        running=running,
        stopped=stopped,
        actions=choices(session, actor, case, case_view(session, case)),
        approvals=_approvals(session, actor, case, narrator),
        links=_links(session, case),
        events=events,
        chain=chain(session, case),
        result=_result(session, actor, case, events, running, done) if done else None,
    )


def filed_page(session: Session, actor: Actor, number: str) -> FiledPage:
    """What the person who has just filed must know. Raises NotFound out of scope."""
    case = load_case(session, actor, number)
    running = _clocks(session, case)[0]
    events = Narrator(session, case).events()
    return FiledPage(
        head=_head(session, case),
        filed_at=case.filed_at,
        receipt=case.head_hash,
        danger=danger_in(case.title, case.narrative),
        result=_result(session, actor, case, events, running, case.head_seq),
        running=tuple(clock for clock in running if not clock.period),
    )


def action_page(
    session: Session, actor: Actor, number: str, action: str, since: int | None = None
) -> ActionPage:
    """The form of one action. Raises NotFound out of scope, WrongState when it does not exist here.

    ``since`` is the version a stale form was opened at: what has changed since is listed.
    """
    case = load_case(session, actor, number)
    engine: Engine = ENGINES[case.case_type]
    found = engine.workflow.action(action)
    if found is None:
        raise NotFound
    if since is None:
        engine.find(action, case.state)
    dest = engine.workflow.state(found.dest(case.state) or case.state)
    newer = Narrator(session, case).events() if since is not None else ()
    return ActionPage(
        head=_head(session, case),
        action=action,
        label=found.label,
        moves_to=dest.label if dest.name != case.state else "",
        second=bool(found.second),
        entries=entries(session, actor, case, found.fields),
        clocks=_clocks(session, case)[0],
        changes=_changes(newer, case.version - (since or case.version)),
        now=time.now(),
    )


def _changes(events: tuple[EventLine, ...], steps: int) -> tuple[EventLine, ...]:
    """The newest events back to the step after which the form was opened."""
    found, left = [], steps
    for event in events:
        if left <= 0:
            break
        found.append(event)
        left -= event.to_label != "" or not event.system
    return tuple(found)


def _head(session: Session, case: Case) -> Head:
    workflow = WORKFLOWS[case.case_type]
    ids = ancestors(case.unit.path)
    units = session.scalars(select(Unit).where(Unit.id.in_(ids)).order_by(Unit.path)).all()
    return Head(
        number=case.number,
        type_title=workflow.title,
        title=case.title,
        state_label=workflow.state(case.state).label,
        final=case.final,
        level=case.level,
        level_label=labels.level_label(case.level),
        version=case.version,
        units=tuple(unit.name for unit in units if unit.kind != "city_bureau"),
        flags=_flags(session, case),
        path=_path(session, case),
    )


def _path(session: Session, case: Case) -> tuple[PhaseStep, ...]:
    """The five phases; escalation counts as walked when the level has reached the county."""
    workflow = WORKFLOWS[case.case_type]
    entered = {r.to_state for r in case_view(session, case, links=False).history}
    walked = {workflow.state(name).phase for name in entered}
    if case.level >= labels.COUNTY:
        walked.add(Phase.ESCALATION)
    return tuple(
        PhaseStep(labels.PHASES[phase], phase in walked, phase == case.phase) for phase in Phase
    )


def _flags(session: Session, case: Case) -> tuple[FlagLine, ...]:
    query = (
        select(Flag, Clock.terms)
        .join(Clock, Flag.clock_id == Clock.id)
        .where(Flag.case_id == case.id)
        .order_by(Flag.id)
    )
    return tuple(
        FlagLine(
            labels.FLAGS.get(flag.kind, flag.kind),
            terms["title"],
            flag.at,
            flag.cleared_at,
            flag.reason or "",
        )
        for flag, terms in session.execute(query)
    )


def _people(session: Session, case: Case) -> tuple[PersonLine, ...]:
    query = (
        select(Person, Unit.name)
        .outerjoin(Unit, Person.class_id == Unit.id)
        .where(Person.case_id == case.id)
        .order_by(Person.id)
    )
    return tuple(
        PersonLine(labels.PARTS[person.part], person.name, unit or "")
        for person, unit in session.execute(query)
    )


def _clocks(session: Session, case: Case) -> tuple[tuple[ClockLine, ...], tuple[ClockLine, ...]]:
    """Running clocks, the nearest first, duties before periods; stopped ones, the newest first."""
    now = time.now()
    lines = [
        line(clock, now)
        for clock in session.scalars(
            select(Clock).where(Clock.case_id == case.id).order_by(Clock.id)
        )
    ]
    running = [one for one in lines if one.stopped_at is None]
    running.sort(key=lambda one: (one.period, one.target_at or one.limit_at or one.started_at))
    stopped = [one for one in lines if one.stopped_at is not None]
    stopped.sort(key=lambda one: one.stopped_at or now, reverse=True)
    return tuple(running), tuple(stopped)


def _approvals(
    session: Session, actor: Actor, case: Case, narrator: Narrator
) -> tuple[ApprovalLine, ...]:
    return tuple(
        ApprovalLine(
            id=approval.id,
            label=narrator.label(approval.action),
            who=_name(session, approval.requester_id),
            roles=tuple(labels.ROLES[role] for role in approval.approver_roles),
            requested_at=approval.requested_at,
            may_decide=able,
            stale=approval.case_version != case.version,
            lines=narrator.values(approval.action, approval.fields),
        )
        for approval, able in waiting(session, actor, case)
    )


def _links(session: Session, case: Case) -> tuple[LinkLine, ...]:
    return tuple(
        LinkLine(
            other.number,
            WORKFLOWS[other.case_type].title,
            WORKFLOWS[other.case_type].state(other.state).label,
        )
        for other in linked_cases(session, case.id)
    )


def _result(
    session: Session,
    actor: Actor,
    case: Case,
    events: tuple[EventLine, ...],
    running: tuple[ClockLine, ...],
    done: int,
) -> Result | None:
    """The actor's newest act up to a place on the chain, with those who got a message of it."""
    own = [e for e in events if e.seq <= done and not e.system and e.who == actor.name]
    if not own:
        return None
    told = session.scalars(
        select(User.name)
        .join(Message, Message.user_id == User.id)
        .where(Message.case_id == case.id, Message.created_at == own[0].at)
        .where(User.id != actor.user_id)
        .distinct()
    )
    following = next((clock for clock in running if not clock.period), None)
    return Result(own[0], tuple(told), following)


def _name(session: Session, user_id: int | None) -> str:
    user = session.get(User, user_id) if user_id else None
    return user.name if user else ""
