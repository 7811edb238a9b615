"""The first page: what must I do, and by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.models import Case, Clock, Unit
from casework.permissions import ROLE_LABELS, Actor, Permission, Role
from casework.services.actors import ancestors
from casework.services.approvers import waiting_for
from casework.services.documents.reading import DocumentLine
from casework.services.pages import urgency
from casework.services.pages.actions import Choices, choices
from casework.services.pages.calls import CallLine, calls_of_actor
from casework.services.pages.case_filters import Filters
from casework.services.pages.clocks import ClockLine, line
from casework.services.pages.closing import Ends, closers
from casework.services.pages.documents import waiting as waiting_documents
from casework.services.pages.findings import FindingLine, waiting_findings
from casework.services.pages.places import places
from casework.services.pages.queue import CaseRow, queue_page
from casework.services.pages.roll_today import RollCard, roll_card
from casework.services.pages.signals import Waiting, waiting
from casework.services.pages.today_posts import standing_in
from casework.services.pages.today_sections import Section, sections
from casework.services.pages.zero_reports import owed_now
from casework.services.scope import visible
from casework.services.views import case_view
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

MOST = 60
APPROVAL = "approval"
"""What waits for a second person stands on a page of its own, for whom it waits."""
MOST_RISEN = 5
MOST_CALLS = 3
"""How many levels to be acknowledged stand on top; the rest has its own page."""
MY_LEVEL = {
    Role.PRINCIPAL: 1,
    Role.BUREAU_OFFICER: 2,
    Role.BUREAU_LEADER: 3,
    Role.CITY_OFFICER: 4,
}
"""From which escalation level on a case is a post's own business."""


@dataclass(frozen=True, slots=True)
class Duty:
    """One running clock that is mine to stop."""

    number: str
    type_title: str
    unit: str
    clock: ClockLine
    ends: Ends


@dataclass(frozen=True, slots=True)
class Risen:
    """The open cases that have come up to the actor's level, the most urgent first."""

    level: int
    rows: tuple[CaseRow, ...]
    more: bool


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
    calls: tuple[CallLine, ...]
    more_calls: bool
    duties: tuple[Duty, ...]
    more: bool
    roll: RollCard | None
    approvals: int
    zero_reports: int
    findings: tuple[FindingLine, ...]
    documents: tuple[DocumentLine, ...]
    signals: Waiting
    risen: Risen | None
    may_file: bool
    standing_in: tuple[Text, ...]
    sections: tuple[Section, ...]


def today_page(session: Session, actor: Actor) -> TodayPage:
    """The actor's duties, the most urgent first, and what waits for their approval."""
    now = time.now()
    duties = _duties(session, actor, now)
    calls = calls_of_actor(session, actor, MOST_CALLS + 1)
    return TodayPage(
        name=actor.name,
        posts=posts_of(session, actor),
        hour=now.astimezone(time.LOCAL).hour,
        now=now,
        calls=calls[:MOST_CALLS],
        more_calls=len(calls) > MOST_CALLS,
        duties=duties[:MOST],
        more=len(duties) > MOST,
        roll=roll_card(session, actor),
        approvals=len(waiting_for(session, actor, MOST)),
        zero_reports=len(owed_now(session, actor)),
        findings=waiting_findings(session, actor),
        documents=waiting_documents(session, actor),
        signals=waiting(session, actor),
        risen=_risen(session, actor),
        may_file=actor.can(Permission.CASE_FILE),
        standing_in=standing_in(session, actor),
        sections=sections(session, actor),
    )


def _duties(session: Session, actor: Actor, now: datetime) -> tuple[Duty, ...]:
    query = (
        select(Clock, Case)
        .join(Case, Clock.case_id == Case.id)
        .join(Case.unit)
        .where(Clock.stopped_at.is_(None), Clock.target_at.is_not(None))
        .where(visible(actor), mine(actor), Clock.subject_kind != APPROVAL)
        .order_by(urgency.rank(now), urgency.shown_at(now), Clock.id)
        .limit(MOST + 1)
    )
    able: dict[int, Choices] = {}
    found = []
    pairs = session.execute(query).all()
    where = places(session, actor, (case.unit_id for _, case in pairs))
    for clock, case in pairs:
        if case.id not in able:
            able[case.id] = choices(session, actor, case, case_view(session, case))
        ends = closers(session, case, clock, able[case.id])
        title = WORKFLOWS[case.case_type].title
        found.append(Duty(case.number, title, where[case.unit_id], line(clock, now), ends))
    return tuple(found)


def _risen(session: Session, actor: Actor) -> Risen | None:
    levels = [MY_LEVEL[post.powers] for post in actor.posts if post.powers in MY_LEVEL]
    if not levels:
        return None
    page = queue_page(session, actor, Filters(level=min(levels)))
    return Risen(min(levels), page.rows[:MOST_RISEN], len(page.rows) > MOST_RISEN)


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
