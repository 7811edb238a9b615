"""What the signed link of a message shows to whoever has it: nothing personal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Call, Case, User
from casework.notifications.terms import Terms
from casework.services.calls.reach import find, link_holds
from casework.services.pages import labels
from casework.services.pages.calls import answer_due
from casework.services.pages.clocks import Due, due_of
from casework.services.pages.duties import titled
from casework.services.subjects import spoken_of
from casework.text import Text
from casework.workflows.registry import WORKFLOWS


@dataclass(frozen=True, slots=True)
class LinkPage:
    """One call. ``done``: the duty has been done meanwhile, so that nobody need acknowledge."""

    about: str
    type_title: str
    level: int
    level_label: str
    duty: Text
    due: Due | None
    answer: Due | None
    done: bool
    answered_by: str
    answered_at: datetime | None
    locale: str


def link_page(session: Session, call_id: int | None, terms: Terms) -> LinkPage:
    """The call of a link. Raises NotFound when there is none, or the link has ended."""
    call = session.get(Call, call_id) if call_id is not None else None
    if call is None:
        raise NotFound
    held, now = find(session, call.escalation_id), time.now()
    if not link_holds(session, call, held, terms.link_lives):
        raise NotFound
    row, clock, subject = held.row, held.clock, held.subject
    by = session.get(User, row.acknowledged_by) if row.acknowledged_by else None
    return LinkPage(
        about=spoken_of(subject),
        type_title=WORKFLOWS[subject.case_type].title if isinstance(subject, Case) else "",
        level=row.level or 0,
        level_label=labels.level_label(row.level or 0),
        duty=titled(clock.terms["title"], clock.recipient),
        due=due_of(clock, now) if clock.stopped_at is None else None,
        answer=answer_due(call.due_at, now) if call.ended_at is None else None,
        done=clock.stopped_at is not None and row.acknowledged_at is None,
        answered_by=by.name if by else "",
        answered_at=row.acknowledged_at,
        locale=session.get_one(User, call.user_id).locale,
    )
