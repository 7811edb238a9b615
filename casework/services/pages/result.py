"""After an act or a report: what happened, who has been told, what comes next and by when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Message, User
from casework.permissions import Actor
from casework.services import receipts
from casework.services.pages import danger
from casework.services.pages.clocks import ClockLine, of_case, urgency
from casework.services.pages.filing import principal_of
from casework.services.pages.head import Head, head_of, user_name
from casework.services.pages.timeline import EventLine, Narrator
from casework.services.scope import load_case
from casework.services.views import case_view

MOST = 4
"""How many of the next duties are named; the case page holds them all."""


@dataclass(frozen=True, slots=True)
class Result:
    """After an act: what happened, who has been told, what comes next and by when."""

    event: EventLine
    told: tuple[str, ...]
    next: tuple[ClockLine, ...]
    more: int


@dataclass(frozen=True, slots=True)
class FiledPage:
    """Right after filing: the number, the receipt, who has been told and what comes next."""

    head: Head
    title: str
    unit: str
    filed_by: str
    filed_at: datetime
    receipt: Mapping[str, Any]
    danger: bool
    principal: str
    result: Result | None
    running: tuple[ClockLine, ...]


def filed_page(session: Session, actor: Actor, number: str, data_dir: Path) -> FiledPage:
    """What the person who has just filed must know. Raises NotFound out of scope."""
    case = load_case(session, actor, number)
    running = of_case(session, case)[0]
    events = Narrator(session, case).events()
    return FiledPage(
        head=head_of(session, case),
        title=case.title,
        unit=case.unit.name,
        filed_by=user_name(session, case.filed_by),
        filed_at=case.filed_at,
        receipt=receipts.receipt(case, data_dir),
        danger=_danger(session, case),
        principal=principal_of(session, case.unit_id),
        result=result_of(session, actor, case, events, running, case.head_seq),
        running=tuple(clock for clock in running if not clock.period),
    )


def _danger(session: Session, case: Case) -> bool:
    """True when the report speaks of danger, in its words or in its answers."""
    filed = case_view(session, case, links=False).history[:1]
    answers = filed[0].fields if filed else {}
    return danger.in_texts(case.title, case.narrative) or danger.in_answers(answers)


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
    following = _following(own[0], running)
    return Result(own[0], tuple(told), tuple(following[:MOST]), len(following[MOST:]))


def _following(event: EventLine, running: tuple[ClockLine, ...]) -> list[ClockLine]:
    """What comes next: the duties that this very act started, the urgent ones first."""
    duties = [clock for clock in running if not clock.period]
    return sorted(duties, key=lambda c: (c.key not in event.begun, not c.urgent, urgency(c)))
