"""What waits to be acknowledged: the calls of a person, and those the person may answer instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from casework import clock as time
from casework.errors import NotAllowed, NotFound
from casework.models import Call, Case, Clock, Escalation, Unit, User
from casework.models.call import SILENT, UNREACHABLE
from casework.permissions import BUREAU_ROLES, ROLE_LABELS, Actor, Post, Role
from casework.services.actors import school_of
from casework.services.calls.listing import DUTY
from casework.services.calls.reach import Held, answerable, find, in_reach, recorder, refusal
from casework.services.pages import labels
from casework.services.pages.clocks import Due, Tone, due_of
from casework.services.pages.duties import titled
from casework.services.pages.forms import Option
from casework.services.pages.roster import PERSON
from casework.services.policy import policy
from casework.services.scope import visible
from casework.services.signals.receiving import SUBJECT as SIGNAL
from casework.services.standins import BELOW
from casework.services.subjects import place_of
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

MOST = 40
"""How many calls of one kind are looked at: the rest comes when these are answered."""
NEAR = timedelta(minutes=10)
SUPERIOR = "superior"
Rows = Select[Call, Escalation, Clock, Case, Unit]


@dataclass(frozen=True, slots=True)
class CallLine:
    """One level that waits for an acknowledgement. ``mine``: the actor has been called,
    and ``asked``: is the one whose answer is waited for now.

    ``due`` is of the duty. ``answer`` is until when who is called now has time; without it nobody
    is waited for any more. ``number`` is empty when it is about no case; ``opens``: it may be seen.
    """

    escalation_id: int
    number: str
    opens: bool
    signal_id: int | None
    type_title: str
    place: str
    level: int
    level_label: str
    duty: Text
    due: Due | None
    answer: Due | None
    called: str
    called_at: datetime | None
    mine: bool
    asked: bool
    may_record: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A level that somebody has acknowledged."""

    call: CallLine
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PhonePage:
    """One level with the people who were called, the last one first."""

    call: CallLine
    people: tuple[Option, ...]


def calls_of_actor(session: Session, actor: Actor, most: int = MOST) -> tuple[CallLine, ...]:
    """The calls of the actor and those the actor may answer, the nearest answer first."""
    now = time.now()
    found = [
        _line(session, actor, held, call, now)
        for held, call in _mine(session, actor)
        if in_reach(session, actor, held)
    ]
    known = {one.escalation_id for one in found}
    for held, call in _others(session, actor):
        if len(found) >= most:
            break
        if held.row.id in known or not in_reach(session, actor, held):
            continue
        if refusal(session, actor, held, now) is None:
            found.append(_line(session, actor, held, call, now))
    found.sort(key=lambda one: _urgency(one, now))
    return tuple(found[:most])


def waiting_for(session: Session, actor: Actor) -> int:
    """How many levels wait for an answer of the actor, counted up to a bound."""
    return sum(in_reach(session, actor, held) for held, _ in _mine(session, actor))


def answered(session: Session, actor: Actor, escalation_id: int) -> Answered | None:
    """What the actor has just done, in the words of the page; None when nobody has answered."""
    held = find(session, escalation_id)
    row = held.row
    if row.acknowledged_at is None or not in_reach(session, actor, held):
        return None
    name = session.get_one(User, row.acknowledged_by).name
    one = _line(session, actor, held, None, time.now())
    return Answered(one, name, row.acknowledged_at)


def phone_page(session: Session, actor: Actor, escalation_id: int) -> PhonePage:
    """Whom an officer may say to have spoken with. Raises NotFound, NotAllowed."""
    held = find(session, escalation_id)
    if not in_reach(session, actor, held):
        raise NotFound
    role, why = recorder(session, actor, held)
    if role is None or why is not None:
        raise NotAllowed(why)
    people = tuple(
        _person(session.get_one(User, call.user_id), Role(call.role))
        for call in answerable(session, held)
        if call.user_id != actor.user_id
    )
    return PhonePage(_line(session, actor, held, None, time.now()), people)


def _person(user: User, role: Role) -> Option:
    return Option(str(user.id), Text(PERSON, {"name": user.name, "role": Text(ROLE_LABELS[role])}))


def _urgency(one: CallLine, now: datetime) -> tuple[bool, bool, datetime, int]:
    """Whose answer is waited for first, then what was left unanswered; the nearest first."""
    return not one.asked, not one.mine, one.answer.at if one.answer else now, -one.level


def _mine(session: Session, actor: Actor) -> Iterator[tuple[Held, Call]]:
    """What the actor is called to now, and what the actor left unanswered and nobody answers."""
    later = aliased(Escalation)
    last = ~exists().where(
        later.clock_id == Escalation.clock_id, later.level.is_not(None), later.id > Escalation.id
    )
    unanswered = and_(Call.outcome.in_((SILENT, UNREACHABLE)), last)
    query = _waiting().where(
        Call.user_id == actor.user_id, or_(Call.ended_at.is_(None), unanswered)
    )
    order = Call.ended_at.is_not(None), Call.due_at, Call.id
    yield from _held(session, query.order_by(*order).limit(MOST))


def _others(session: Session, actor: Actor) -> Iterator[tuple[Held, Call]]:
    """The open calls to other people that may be the actor's to answer as well."""
    near = [_of_post(session, post) for post in actor.posts]
    query = _waiting().where(
        Call.ended_at.is_(None),
        Call.user_id.is_not(None),
        Call.user_id != actor.user_id,
        or_(false(), *near),
    )
    yield from _held(session, query.order_by(Call.due_at, Call.id).limit(MOST))


def _waiting() -> Rows:
    return (
        select(Call, Escalation, Clock, Case, Unit)
        .join(Escalation, Escalation.id == Call.escalation_id)
        .join(Clock, Clock.id == Call.clock_id)
        .join(Unit, Unit.id == Call.unit_id)
        .outerjoin(Case, Case.id == Call.case_id)
        .where(Escalation.acknowledged_at.is_(None), Clock.stopped_at.is_(None))
    )


def _held(session: Session, query: Rows) -> Iterator[tuple[Held, Call]]:
    for call, row, clock, case, unit in session.execute(query):
        yield Held(row, clock, case or unit), call


def _of_post(session: Session, post: Post) -> ColumnElement[bool]:
    """The calls at levels that may call such a post; every level, of a bureau's own duties."""
    rungs = (rung for ladder in policy(session).ladders.values() for rung in ladder.rungs)
    levels = {rung.level for rung in rungs if rung.level and _calls(rung.call, post)}
    own = [Clock.owner.in_(sorted(BUREAU_ROLES))] if post.powers in BUREAU_ROLES else []
    inside = Unit.path.startswith(post.path, autoescape=True)
    return and_(inside, or_(Call.level.in_(levels), *own))


def _calls(words: Sequence[str], post: Post) -> bool:
    """True when these words of a ladder may mean the holder of a post."""
    if post.role is Role.DUTY:
        return bool(set(DUTY) & set(words))
    meant = {word for word in words if word not in DUTY}
    below = {BELOW[Role(word)] for word in meant - {SUPERIOR} if Role(word) in BELOW}
    over_school = SUPERIOR in meant and post.role not in BUREAU_ROLES
    return over_school or post.role in meant | below


def _line(session: Session, actor: Actor, held: Held, call: Call | None, now: datetime) -> CallLine:
    row, clock, subject = held.row, held.clock, held.subject
    case = subject if isinstance(subject, Case) else None
    open_call = call if call is not None and call.ended_at is None else _open(session, row)
    called = session.get(User, open_call.user_id) if open_call and open_call.user_id else None
    role, why = recorder(session, actor, held)
    return CallLine(
        escalation_id=row.id,
        number=case.number if case else "",
        opens=case is not None and _sees(session, actor, case),
        signal_id=clock.subject_id if clock.subject_kind == SIGNAL else None,
        type_title=WORKFLOWS[case.case_type].title if case else "",
        place=school_of(session, place_of(subject)).name,
        level=row.level or 0,
        level_label=labels.level_label(row.level or 0),
        duty=titled(clock.terms["title"], clock.recipient),
        due=due_of(clock, now) if clock.stopped_at is None else None,
        answer=answer_due(open_call.due_at, now) if open_call and called else None,
        called=called.name if called else "",
        called_at=call.called_at if call else None,
        mine=call is not None and call.user_id == actor.user_id,
        asked=open_call is not None and open_call.user_id == actor.user_id,
        may_record=role is not None and why is None,
    )


def _open(session: Session, row: Escalation) -> Call | None:
    query = select(Call).where(Call.escalation_id == row.id, Call.ended_at.is_(None))
    return session.scalars(query).first()


def _sees(session: Session, actor: Actor, case: Case) -> bool:
    query = select(Case.id).join(Case.unit).where(Case.id == case.id, visible(actor))
    return session.scalar(query) is not None


def answer_due(due_at: datetime | None, now: datetime) -> Due | None:
    """Until when an answer is waited for, in the tone of how near that is."""
    if due_at is None:
        return None
    left = due_at - now
    tone = Tone.LIMIT if due_at < now else Tone.SOON if left <= NEAR else Tone.QUIET
    return Due(due_at, tone, left, limit=False)
