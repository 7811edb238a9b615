"""Who has reported far less than comparable schools: a question to a school, never a verdict."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Event, PrivateValue, Student, Unit, User
from casework.permissions import Actor
from casework.services.reconciliation.asking import ASKED
from casework.services.reconciliation.counting import summed
from casework.services.reconciliation.funnel import Funnel, School, judge
from casework.services.scope import visible

SPAN = timedelta(days=365)
"""A whole year, so that holidays weigh the same for everybody."""
STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Asked:
    """When the bureau last asked a school about it, who did, and what came of it."""

    at: datetime
    by: str
    answer: str


def funnel_of(
    session: Session, actor: Actor, area: Unit, schools: Sequence[Unit], until: date
) -> Funnel:
    """Every school of the area held against comparable ones, over the year up to a day."""
    ids = frozenset(school.id for school in schools)
    pupils = _pupils(session, area, ids, until)
    reports = _reports(session, actor, area, ids, until)
    return judge([School(one.id, one.stage, pupils[one.id], reports[one.id]) for one in schools])


def first_day(until: date) -> date:
    """The first day of the year that is looked at."""
    return until - SPAN + timedelta(days=1)


def _pupils(session: Session, area: Unit, ids: frozenset[int], on: date) -> Counter[int]:
    query = (
        select(Unit.path, func.count(Student.id))
        .join(Student, Student.unit_id == Unit.id)
        .where(Unit.path.startswith(area.path, autoescape=True))
        .where(or_(Student.left_on.is_(None), Student.left_on >= on))
        .group_by(Unit.path)
    )
    return summed(session, query, ids)


def _reports(
    session: Session, actor: Actor, area: Unit, ids: frozenset[int], until: date
) -> Counter[int]:
    """What people have filed at each school; what came from elsewhere or by itself is no report."""
    query = (
        select(Unit.path, func.count(Case.id))
        .select_from(Case)
        .join(Case.unit)
        .where(Unit.path.startswith(area.path, autoescape=True), visible(actor))
        .where(Case.source == STAFF, Case.filed_at >= _start(first_day(until)))
        .where(Case.filed_at < _start(until + timedelta(days=1)))
        .group_by(Unit.path)
    )
    return summed(session, query, ids)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, LOCAL)


def last_asked(session: Session, schools: Sequence[Unit]) -> Mapping[int, Asked]:
    """When each of these schools was last asked, in one question."""
    chains = {school.chain: school.id for school in schools}
    newest = (
        select(func.max(Event.id))
        .where(Event.case_key.in_(list(chains)), Event.action == ASKED)
        .group_by(Event.case_key)
    )
    query = (
        select(Event.case_key, Event.at, User.name, PrivateValue.value)
        .outerjoin(User, User.id == Event.actor_id)
        .outerjoin(
            PrivateValue,
            (PrivateValue.case_key == Event.case_key) & (PrivateValue.seq == Event.seq),
        )
        .where(Event.id.in_(newest))
    )
    return {
        chains[key]: Asked(at, name or "", answer or "")
        for key, at, name, answer in session.execute(query)
    }
