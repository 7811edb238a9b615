"""After an act or a report: what happened, who has been told, what comes next and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Message, User
from casework.permissions import Actor
from casework.services.pages.clocks import ClockLine, of_case
from casework.services.pages.filing import danger_in
from casework.services.pages.head import Head, head_of
from casework.services.pages.timeline import EventLine, Narrator
from casework.services.scope import load_case


@dataclass(frozen=True, slots=True)
class Result:
    """After an act: what happened, who has been told, what comes next and by when."""

    event: EventLine
    told: tuple[str, ...]
    next: ClockLine | None


@dataclass(frozen=True, slots=True)
class FiledPage:
    """Right after filing: the number, the receipt, who has been told and what comes next."""

    head: Head
    filed_at: datetime
    receipt: str
    danger: bool
    result: Result | None
    running: tuple[ClockLine, ...]


def filed_page(session: Session, actor: Actor, number: str) -> FiledPage:
    """What the person who has just filed must know. Raises NotFound out of scope."""
    case = load_case(session, actor, number)
    running = of_case(session, case)[0]
    events = Narrator(session, case).events()
    return FiledPage(
        head=head_of(session, case),
        filed_at=case.filed_at,
        receipt=case.head_hash,
        danger=danger_in(case.title, case.narrative),
        result=result_of(session, actor, case, events, running, case.head_seq),
        running=tuple(clock for clock in running if not clock.period),
    )


def result_of(
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
