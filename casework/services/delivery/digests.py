"""The daily and the weekly digest: one shape, sent even when there is nothing.

Whoever gets none on a day knows that something is broken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import String, cast, func, literal, select, union
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Call, Case, Clock, Membership, Message, Preference, Setting, User
from casework.notifications.terms import Terms
from casework.permissions import Actor, Role
from casework.services.actors import in_force, load_actor
from casework.services.approvers import waiting_for
from casework.services.messages import send, unread
from casework.services.pages.today import mine
from casework.services.scope import visible

BATCH = 50
MOST = 1000
"""Counts in a digest end here."""
BY_DEFAULT = {
    "daily": (Role.SAFETY_LEAD, Role.PRINCIPAL, Role.BUREAU_OFFICER),
    "weekly": (Role.PRINCIPAL, Role.BUREAU_LEADER, Role.CITY_OFFICER),
}
"""Whose posts get a digest until they choose otherwise."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest that is due: which one, and of which day."""

    kind: str
    on: date

    @property
    def mark(self) -> str:
        """The name under which the database keeps the day of the last one."""
        return f"digest_{self.kind}"


def due_editions(session: Session, at: datetime, terms: Terms) -> list[Edition]:
    """The digests whose hour has come and that are not all written yet."""
    local = at.astimezone(LOCAL)
    if local.time() < terms.daily_at:
        return []
    today = [Edition("daily", local.date())]
    if local.isoweekday() == terms.weekly_on:
        today.append(Edition("weekly", local.date()))
    return [one for one in today if not _done(session, one)]


def write(session: Session, edition: Edition, at: datetime) -> int:
    """Write the next few of an edition; 0 when it is complete, which is then noted."""
    people = _readers(session, edition)
    for user in people:
        actor = load_actor(session, user.id, at)
        counts = _counts(session, actor, at)
        params = {"number": "", "on": edition.on.isoformat(), **counts}
        key = f"{edition.kind}:{edition.on.isoformat()}"
        send(session, [user], edition.mark, params, at=at, key=key)
    if not people:
        mark = session.get(Setting, edition.mark)
        if mark is None:
            session.add(Setting(name=edition.mark, value=edition.on.isoformat()))
        else:
            mark.value = edition.on.isoformat()
    session.flush()
    return len(people)


def wanted(preference: Preference | None, roles: Sequence[Role], kind: str) -> bool:
    """Whether a person gets a digest: what was chosen, else by the posts held."""
    if preference is not None:
        return preference.daily if kind == "daily" else preference.weekly
    return bool(set(roles) & set(BY_DEFAULT[kind]))


def _done(session: Session, edition: Edition) -> bool:
    mark = session.get(Setting, edition.mark)
    return mark is not None and mark.value >= edition.on.isoformat()


def _readers(session: Session, edition: Edition) -> Sequence[User]:
    """The next people who want it and have not got it, by account."""
    chosen = Preference.daily if edition.kind == "daily" else Preference.weekly
    roles = [role.value for role in BY_DEFAULT[edition.kind]]
    by_post = (
        select(Membership.user_id)
        .outerjoin(Preference, Preference.user_id == Membership.user_id)
        .where(Membership.role.in_(roles), Preference.user_id.is_(None), *in_force(edition.on))
    )
    by_choice = select(Preference.user_id).where(chosen)
    ids = union(by_post, by_choice).subquery()
    key = literal(f"{edition.kind}:{edition.on.isoformat()}:") + cast(User.id, String)
    got = select(Message.id).where(Message.key == key).exists()
    query = select(User).where(User.id.in_(select(ids.c[0])), User.disabled_at.is_(None), ~got)
    return session.scalars(query.order_by(User.id).limit(BATCH)).all()


def _counts(session: Session, actor: Actor, at: datetime) -> dict[str, int]:
    """What waits for a person now; each number ends at a bound."""
    end = at.astimezone(LOCAL).replace(hour=23, minute=59, second=59)
    calls = select(Call.id).where(Call.user_id == actor.user_id, Call.ended_at.is_(None))
    late = func.coalesce(Clock.limit_at, Clock.target_at) <= at
    own = (
        select(Clock.id)
        .join(Case, Clock.case_id == Case.id)
        .join(Case.unit)
        .where(Clock.stopped_at.is_(None), visible(actor), mine(actor))
    )
    today = Clock.target_at.between(at, end)
    bounded = {"today": own.where(today), "overdue": own.where(late), "calls": calls}
    found = {
        name: session.scalar(select(func.count()).select_from(query.limit(MOST).subquery())) or 0
        for name, query in bounded.items()
    }
    approvals = len(waiting_for(session, actor, MOST))
    return {**found, "approvals": approvals, "unread": unread(session, actor)}
