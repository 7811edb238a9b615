"""What schools have marked as no event: the bureau sees it the same day and the next worked one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Approval, Case, Unit, User
from casework.permissions import Actor, Post
from casework.services.pages.case_filters import Filters, start_of
from casework.services.pages.masking import masked_within, names_of
from casework.services.pages.places import places
from casework.services.policy import policy
from casework.services.scope import visible

TYPE, STATE, ACTION = "emergency", "not_event", "mark_not_event"
"""Nobody does this alone: when, why and by whom stands in the request that was approved."""
TEXTS = ("reason", "witness")
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NotEvent:
    """One case that was found to be no event; names of pupils are masked."""

    number: str
    title: str
    unit: str
    at: datetime
    reason: str
    witness: str
    asked_by: str
    agreed_by: str


def everything(post: Post) -> Filters:
    """The list of all such cases of the unit."""
    return Filters(case_type=TYPE, state=STATE, unit_id=post.unit_id)


def not_events(session: Session, actor: Actor, post: Post) -> tuple[NotEvent, ...]:
    """Those of the unit that were marked today or since the last worked day, the newest first."""
    since = start_of(_first_day(session, clock.today()))
    query = (
        select(Case, Approval)
        .join(Case.unit)
        .join(Approval, Approval.case_id == Case.id)
        .where(Case.case_type == TYPE, Case.state == STATE, visible(actor))
        .where(Unit.path.startswith(post.path, autoescape=True))
        .where(Approval.action == ACTION, Approval.decision == "approved")
        .where(Approval.decided_at >= since)
        .order_by(Approval.decided_at.desc(), Approval.id.desc())
    )
    newest: dict[int, tuple[Case, Approval]] = {}
    for case, approval in session.execute(query):
        newest.setdefault(case.id, (case, approval))
    where = places(session, actor, (case.unit_id for case, _ in newest.values()))
    pupils = names_of(session, newest)
    users = _users(session, (approval for _, approval in newest.values()))
    return tuple(
        _line(case, approval, where[case.unit_id], pupils.get(case.id, []), users)
        for case, approval in newest.values()
    )


def _first_day(session: Session, today: date) -> date:
    """The earliest day after which no worked day has passed before today."""
    calendar, day = policy(session).calendar, today
    while calendar.next_worked(day) >= today:
        day -= DAY
    return day


def _users(session: Session, approvals: Iterable[Approval]) -> dict[int | None, str]:
    ids = {one for row in approvals for one in (row.requester_id, row.decided_by)}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(ids - {None})))
    return {row[0]: row[1] for row in rows}


def _line(
    case: Case, approval: Approval, unit: str, pupils: list[str], users: dict[int | None, str]
) -> NotEvent:
    told = {name: masked_within(str(approval.fields.get(name) or ""), pupils) for name in TEXTS}
    return NotEvent(
        number=case.number,
        title=masked_within(case.title, pupils),
        unit=unit,
        at=approval.decided_at or approval.requested_at,
        asked_by=users.get(approval.requester_id, ""),
        agreed_by=users.get(approval.decided_by, ""),
        **told,
    )
