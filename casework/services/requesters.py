"""Whether who asked for a step could still ask for it: asked again before it is performed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from casework.errors import NotFound, Refused
from casework.models import Approval, Case, User
from casework.permissions import Actor, Post, Role, is_named
from casework.services import actors, steps
from casework.services.views import case_view, people
from casework.text import N_, Text

NO_LONGER = N_(
    "%(name)s asked for this and may not do it any more: the account is closed, the post has ended,"
    " or the case names that person by now. Do not approve it; somebody else may ask."
)


def demand_power(session: Session, case: Case, approval: Approval, attempt: steps.Attempt) -> None:
    """Refuse what its requester could not ask for today.

    A post held for a time only, on duty or for somebody away, counts as it was when the request
    was made: the shift may have ended since, and the night's requests are decided in the morning.

    Raises Refused.
    """
    if not _may(session, case, approval, attempt):
        name = session.get_one(User, approval.requester_id).name
        raise Refused([Text(NO_LONGER, {"name": name})])


def _may(session: Session, case: Case, approval: Approval, attempt: steps.Attempt) -> bool:
    try:
        now = actors.load_actor(session, approval.requester_id, attempt.at)
        then = actors.load_actor(session, approval.requester_id, approval.requested_at)
    except NotFound:
        return False
    if is_named(now, [(p.part, p.user_id) for p in people(session, case.id)]):
        return False
    roles = attempt.action.roles_for(steps.context_of(case_view(session, case), attempt))
    if steps.may(session, now, case, roles) is not None:
        return True
    return _as_it_was(session, case, now, then, roles, approval.requested_at)


def _as_it_was(
    session: Session,
    case: Case,
    now: Actor,
    then: Actor,
    roles: tuple[Role, ...],
    at: datetime,
) -> bool:
    """True for who still has a post there and stood in for somebody, or was on duty, back then."""
    own = tuple(post for post in now.posts if not _for_a_time(post))
    if not any(post.reaches(case.unit.path) for post in own):
        return False
    lent = tuple(post for post in then.posts if _for_a_time(post))
    return steps.may(session, replace(now, posts=(*own, *lent)), case, roles, at) is not None


def _for_a_time(post: Post) -> bool:
    return post.role is Role.DUTY or post.held_as is not None
