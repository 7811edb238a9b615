"""Substitution: who answers for a post that is vacant, away or named in the case.

Source: domain of the project, "Substitution". A post without anybody is passed over to the one
above; the deputy answers for the principal who is away; whoever is on duty has the powers of the
safety lead or officer, in urgent matters those of the principal. No clock moves for any of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Unit, User
from casework.permissions import BUREAU_KINDS, LADDER, RANK, Actor, Post, Role
from casework.services.actors import away_at, holders
from casework.services.subjects import Subject, named_in, place_of
from casework.services.views import case_view, facts

BELOW = {Role.PRINCIPAL: Role.DEPUTY}
"""Who answers for a post that is vacant or away before the one above does."""
URGENT = "urgent"


def present(
    session: Session, role: Role, unit: Unit, at: datetime, out: Iterable[int] = ()
) -> list[User]:
    """Who answers for a role at a unit now: its holders, for those away whom they named.

    ``out`` are accounts that must not: named in the case, or who ask themselves.
    """
    away, excluded = away_at(session, at), set(out)
    found: dict[int, User] = {}
    for user in holders(session, role, unit, at.astimezone(LOCAL).date()):
        one = _reached(session, user, away, excluded)
        if one is not None:
            found[one.id] = one
    return list(found.values())


def reach(
    session: Session,
    role: Role,
    subject: Subject,
    at: datetime,
    besides: Iterable[int] = (),
    unit: Unit | None = None,
) -> list[User]:
    """Who answers for a role in a case or at a unit, or for the nearest post with somebody.

    Asked at the unit that handles the case, unless another one is given. Empty only when nobody
    up to the city can.
    """
    return _first(session, role, subject, at, besides, unit)[1]


def answering(
    session: Session, role: Role, subject: Subject, at: datetime, besides: Iterable[int] = ()
) -> Role:
    """The role that answers: the asked one, its stand-in, or the nearest above with somebody."""
    return _first(session, role, subject, at, besides)[0]


def acting(session: Session, actor: Actor, case: Case, at: datetime) -> dict[Role, Role]:
    """The roles whose powers the actor has in this case only as a stand-in, with the own role.

    Nobody stands in for a person the case names: that post is passed over, and it goes up.
    """
    found: dict[Role, Role] = {}
    named = named_in(session, case)
    for post in actor.posts_at(case.unit.path):
        if post.held_for is not None and post.held_for in named:
            continue
        if post.held_as is not None:
            found[post.powers] = post.held_as
        elif post.role is Role.DUTY:
            found |= dict.fromkeys(_of_duty(session, post, case), Role.DUTY)
        for above, below in BELOW.items():
            if post.role is below and _stands_in(session, above, case, at):
                found[above] = post.own
    return found


def _first(
    session: Session,
    role: Role,
    subject: Subject,
    at: datetime,
    besides: Iterable[int],
    unit: Unit | None = None,
) -> tuple[Role, list[User]]:
    out, place = named_in(session, subject) | set(besides), unit or place_of(subject)
    ladder = LADDER[RANK[role] :] if role in RANK else (role, *LADDER[RANK[Role.SAFETY_LEAD] :])
    for candidate in ladder:
        users = present(session, candidate, place, at, out)
        below = BELOW.get(candidate)
        if users:
            return candidate, users
        if below is not None and _stands_in(session, candidate, subject, at):
            users = present(session, below, place, at, out)
            if users:
                return below, users
    return role, []


def _stands_in(session: Session, role: Role, subject: Subject, at: datetime) -> bool:
    """True when the post is vacant or everybody in it is away; named in the case, it goes up."""
    on = at.astimezone(LOCAL).date()
    people = {user.id for user in holders(session, role, place_of(subject), on)}
    return people <= set(away_at(session, at)) - named_in(session, subject)


def _reached(
    session: Session, user: User, away: Mapping[int, int | None], excluded: set[int]
) -> User | None:
    """The person, or the deputy of one who is away; None when neither may answer."""
    if user.id in excluded:
        return None
    if user.id not in away:
        return user
    deputy_id = away[user.id]
    if deputy_id is None or deputy_id in away or deputy_id in excluded:
        return None
    deputy = session.get_one(User, deputy_id)
    return deputy if deputy.disabled_at is None else None


def _of_duty(session: Session, post: Post, case: Case) -> tuple[Role, ...]:
    if post.unit_kind in BUREAU_KINDS:
        return (post.powers,)
    urgent = facts(case_view(session, case)).get(URGENT) is True
    return (post.powers, Role.PRINCIPAL) if urgent else (post.powers,)
