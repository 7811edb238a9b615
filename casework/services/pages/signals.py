"""The queue of signals, and the page of one: what was said, what it may be about, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Case, Clock, Signal, Unit
from casework.models.signal import OPEN, WAITING
from casework.permissions import BUREAU_ROLES, Actor, Role
from casework.services.actors import school_of
from casework.services.pages.clocks import ClockLine, line
from casework.services.pages.filing import Place
from casework.services.pages.filing import kinds as case_kinds
from casework.services.pages.forms import Option
from casework.services.pages.signal_rows import LABELS, STATES, SignalRow, rows_of
from casework.services.signals import acts, listing, matching
from casework.services.signals.kinds import ALARMS, KINDS
from casework.services.signals.matching import Reason
from casework.services.signals.reach import alarms, disposes, load, stands
from casework.services.signals.receiving import ALARM, SUBJECT, TRIAGE
from casework.services.signals.shielding import past_school_only
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

CHOICES: Mapping[str, str] = {
    "pending": N_("To dispose of"),
    "disposed": N_("Disposed of"),
}
MOST = 50


@dataclass(frozen=True, slots=True)
class QueuePage:
    """The list of signals with its filters."""

    rows: tuple[SignalRow, ...]
    state: str
    kind: str
    states: tuple[Option, ...]
    kinds: tuple[Option, ...]
    next_cursor: int | None
    overseen: bool
    may_enter: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A filed case beside the signal, with the reasons why it may be the same."""

    number: str
    type_title: str
    title: str
    narrative: str
    unit: str
    state: str
    occurred_at: datetime | None
    known_at: datetime
    filed_at: datetime
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class SignalPage:
    """One signal as its reader may see it; ``signal`` is what programs read of it."""

    signal: Mapping[str, Any]
    kind: str
    state: str
    alarm: bool
    clocks: tuple[ClockLine, ...]
    candidates: tuple[Candidate, ...]
    case_kinds: tuple[tuple[str, str], ...]
    may_dispose: bool
    may_decide: bool
    waits_for_another: bool
    may_reopen: bool
    may_see: bool
    past_school_only: bool
    now: datetime


@dataclass(frozen=True, slots=True)
class EntryPage:
    """The form on which a signal is entered."""

    kinds: tuple[Option, ...]
    places: tuple[Place, ...]
    unit_id: int
    now: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the first page says of signals; ``overseen``: there is a queue to look at."""

    overseen: bool
    signals: int
    alarms: tuple[SignalRow, ...]


def queue_page(
    session: Session, actor: Actor, state: str, kind: str, cursor: int | None
) -> QueuePage:
    """Unseen alarms, then the nearest clock first; of what is disposed of, the newest first."""
    group = state if state in CHOICES else "pending"
    wanted = listing.Wanted(
        state=group,
        kind=kind if kind in KINDS else None,
        cursor=cursor if group != "pending" else None,
    )
    query = listing.query_of(actor, wanted)
    if group == "pending":
        unseen = and_(Signal.kind.in_(ALARMS), Signal.seen_at.is_(None))
        query = query.outerjoin(Clock, _running(TRIAGE))
        query = query.order_by(case((unseen, 0), else_=1), Clock.target_at, Signal.id)
    else:
        query = query.order_by(Signal.id.desc())
    found = list(session.scalars(query.limit(MOST + 1)))
    more = len(found) > MOST and group != "pending"
    return QueuePage(
        rows=rows_of(session, actor, found[:MOST]),
        state=group,
        kind=wanted.kind or "",
        states=tuple(Option(name, Text(label)) for name, label in CHOICES.items()),
        kinds=tuple(Option(one.name, Text(one.label)) for one in KINDS.values()),
        next_cursor=found[MOST - 1].id if more else None,
        overseen=_overseen(actor),
        may_enter=bool(_may_enter(session, actor)),
    )


def signal_page(session: Session, actor: Actor, signal_id: int) -> SignalPage:
    """One signal. Raises NotFound."""
    signal = load(session, actor, signal_id)
    bureau, unit = session.get_one(Unit, signal.bureau_id), session.get_one(Unit, signal.unit_id)
    kind, now = KINDS[signal.kind], time.now()
    disposing = disposes(actor, bureau, kind.dispose) is not None
    row = acts.live(session, signal)
    mine = row is not None and row.by_id == actor.user_id
    waits = signal.state == WAITING
    open_now = disposing and signal.state == OPEN
    clocks = [*acts.clocks(session, signal.id, ALARM), *acts.clocks(session, signal.id)]
    staff = stands(actor, unit, (Role.STAFF,)) is not None
    data = listing.data(session, actor, [signal])[0]
    if not data["clocks"]:
        clocks = []  # their instants would tell when the call came
    return SignalPage(
        signal=data,
        kind=LABELS[data["kind"]],
        state=STATES[signal.state],
        alarm=kind.alarm,
        clocks=tuple(line(clock, now) for clock in clocks if clock.stopped_at is None),
        candidates=_candidates(session, actor, signal) if open_now else (),
        case_kinds=tuple((one.case_type, one.title) for one in case_kinds()),
        may_dispose=open_now,
        may_decide=disposing and waits and not mine,
        waits_for_another=disposing and waits and mine,
        may_reopen=disposing and signal.state not in (OPEN, WAITING),
        may_see=kind.alarm and signal.seen_at is None and staff,
        past_school_only=past_school_only(session, signal),
        now=now,
    )


def entry_page(session: Session, actor: Actor) -> EntryPage:
    """What the actor may enter, and about which places."""
    units = _places(session, actor)
    least = min((unit.path.count("/") for unit in units), default=0)
    places = tuple(
        Place(unit.id, unit.name, unit.kind, unit.path.count("/") - least) for unit in units
    )
    own = {post.unit_id for post in actor.posts}
    # Whoever oversees many schools chooses one each time.
    first = 0 if _overseen(actor) else next((one.id for one in places if one.id in own), 0)
    return EntryPage(_may_enter(session, actor), places, first, time.now())


def opening_page(session: Session, actor: Actor, signal_id: int) -> tuple[SignalPage, int]:
    """The signal that is to become a case, and the school it points to."""
    page = signal_page(session, actor, signal_id)
    unit = session.get_one(Unit, page.signal["unit_id"])
    return page, school_of(session, unit).id


def waiting(session: Session, actor: Actor) -> Waiting:
    """How many signals wait for a disposition, and the alarms nobody has seen yet."""
    overseen = _overseen(actor)
    query = listing.query_of(actor, listing.Wanted(state="pending")).subquery()
    count = session.scalar(select(func.count()).select_from(query)) if overseen else 0
    unseen = select(Signal).where(alarms(actor)).order_by(Signal.id.desc()).limit(MOST)
    return Waiting(overseen, count or 0, rows_of(session, actor, list(session.scalars(unseen))))


def _overseen(actor: Actor) -> bool:
    return any(post.powers in BUREAU_ROLES for post in actor.posts)


def _running(rule: str) -> Any:
    return and_(
        Clock.subject_kind == SUBJECT,
        Clock.subject_id == Signal.id,
        Clock.rule_id == rule,
        Clock.stopped_at.is_(None),
    )


def _candidates(session: Session, actor: Actor, signal: Signal) -> tuple[Candidate, ...]:
    return tuple(
        _candidate(one.case, one.unit, one.score, one.reasons)
        for one in matching.proposals(session, actor, signal)
    )


def _candidate(filed: Case, unit: str, score: int, reasons: tuple[Reason, ...]) -> Candidate:
    workflow = WORKFLOWS[filed.case_type]
    return Candidate(
        filed.number,
        workflow.title,
        filed.title,
        filed.narrative,
        unit,
        workflow.state(filed.state).label,
        filed.occurred_at,
        filed.known_at,
        filed.filed_at,
        score,
        reasons,
    )


def _may_enter(session: Session, actor: Actor) -> tuple[Option, ...]:
    """The kinds that the actor may enter at one of the own units."""
    units = [session.get_one(Unit, post.unit_id) for post in actor.posts]
    return tuple(
        Option(kind.name, Text(kind.label))
        for kind in KINDS.values()
        if any(stands(actor, unit, kind.enter) for unit in units)
    )


def _places(session: Session, actor: Actor) -> list[Unit]:
    """What a signal may be about: of a bureau itself and its schools, of a school its places."""
    found: dict[int, Unit] = {}
    for post in actor.posts:
        at_bureau = post.powers in BUREAU_ROLES
        kinds = ("city_bureau", "county_bureau", "district", "school") if at_bureau else ()
        query = select(Unit).where(Unit.path.startswith(post.home, autoescape=True))
        query = query.where(Unit.kind.in_(kinds)) if kinds else query
        found |= {unit.id: unit for unit in session.scalars(query)}
    return sorted(found.values(), key=lambda unit: unit.path)
