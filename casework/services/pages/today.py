"""The first page: what must I do, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Approval, Case, Clock, Unit
from casework.permissions import ROLE_LABELS, Actor, Permission, Role
from casework.services.actors import ancestors
from casework.services.pages.clocks import ClockLine, due_column, line
from casework.services.requests import waiting
from casework.services.scope import visible
from casework.workflows.registry import WORKFLOWS

MOST = 60


@dataclass(frozen=True, slots=True)
class Duty:
    """One running clock that is mine to stop."""

    number: str
    type_title: str
    unit: str
    clock: ClockLine


@dataclass(frozen=True, slots=True)
class Waiting:
    """One request for approval that I may decide."""

    id: int
    number: str
    label: str
    requested_at: datetime


@dataclass(frozen=True, slots=True)
class PostLine:
    """One of the actor's posts in words."""

    role: str
    unit: str


@dataclass(frozen=True, slots=True)
class TodayPage:
    """Everything the first page shows."""

    name: str
    posts: tuple[PostLine, ...]
    hour: int
    now: datetime
    duties: tuple[Duty, ...]
    more: bool
    approvals: tuple[Waiting, ...]
    may_file: bool


def today_page(session: Session, actor: Actor) -> TodayPage:
    """The actor's duties ordered by the nearest instant, and what waits for their approval."""
    now = time.now()
    query = (
        select(Clock, Case, Unit.name)
        .join(Case, Clock.case_id == Case.id)
        .join(Case.unit)
        .where(Clock.stopped_at.is_(None), Clock.target_at.is_not(None))
        .where(visible(actor), mine(actor))
        .order_by(due_column(), Clock.id)
        .limit(MOST + 1)
    )
    duties = tuple(
        Duty(case.number, WORKFLOWS[case.case_type].title, unit, line(clock, now))
        for clock, case, unit in session.execute(query)
    )
    return TodayPage(
        name=actor.name,
        posts=posts_of(session, actor),
        hour=now.astimezone(time.LOCAL).hour,
        now=now,
        duties=duties[:MOST],
        more=len(duties) > MOST,
        approvals=tuple(_approvals(session, actor)),
        may_file=actor.can(Permission.CASE_FILE),
    )


def mine(actor: Actor) -> ColumnElement[bool]:
    """The clocks that are the actor's: by the post held at the unit, as lead, or as who filed."""
    by_post = [
        and_(Clock.owner == post.powers.value, Unit.path.startswith(post.path, autoescape=True))
        for post in actor.posts
    ]
    low = [Role.STAFF.value, Role.TEACHER.value]
    own = and_(Case.filed_by == actor.user_id, Clock.owner.in_(low))
    return or_(Case.lead_id == actor.user_id, own, *by_post)


def posts_of(session: Session, actor: Actor) -> tuple[PostLine, ...]:
    """The actor's posts with the names of their units; a class is told with its school."""
    ids = {unit_id for post in actor.posts for unit_id in ancestors(post.path)}
    units = {unit.id: unit for unit in session.scalars(select(Unit).where(Unit.id.in_(ids)))}
    found = []
    for post in actor.posts:
        above = [units[unit_id] for unit_id in ancestors(post.path)]
        names = [unit.name for unit in above if unit.kind == "school" or unit is above[-1]]
        found.append(PostLine(ROLE_LABELS[post.role.value], " ".join(names)))
    return tuple(found)


def _approvals(session: Session, actor: Actor) -> list[Waiting]:
    query = (
        select(Case)
        .join(Case.unit)
        .where(visible(actor))
        .where(Case.id.in_(select(Approval.case_id).where(Approval.decision.is_(None))))
        .order_by(Case.id)
    )
    found = []
    for case in session.scalars(query):
        for approval, able in waiting(session, actor, case):
            action = WORKFLOWS[case.case_type].action(approval.action)
            if able and action is not None:
                found.append(Waiting(approval.id, case.number, action.label, approval.requested_at))
    return found
