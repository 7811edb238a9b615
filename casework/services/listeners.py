"""Who hears a rung: resolved at the case's unit, never somebody the case names, never nobody."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from casework.models import Case, Clock, User
from casework.permissions import BUREAU_ROLES, LADDER, RANK, Role
from casework.services.actors import holders, named_users

SUPERIOR = {
    Role.SAFETY_LEAD: Role.PRINCIPAL,
    Role.DEPUTY: Role.PRINCIPAL,
    Role.PRINCIPAL: Role.BUREAU_OFFICER,
    Role.BUREAU_OFFICER: Role.BUREAU_LEADER,
    Role.BUREAU_LEADER: Role.CITY_OFFICER,
    Role.CITY_OFFICER: Role.CITY_OFFICER,
}
"""Who stands over the owner of a clock; below the safety lead it is the safety lead."""

OVER_THE_BUREAU = {
    Role.BUREAU_OFFICER: {1: Role.BUREAU_OFFICER, 2: Role.BUREAU_LEADER},
    Role.BUREAU_LEADER: {},
    Role.CITY_OFFICER: {},
}
"""Who hears of a bureau's own lateness, by owner and level: a second officer, the leader, then,
and whenever it is the leader's own, the city."""


def listeners(
    session: Session, case: Case, clock: Clock, tell: tuple[str, ...], level: int | None, on: date
) -> list[User]:
    """The people a rung tells; a post without anybody is passed over to the one above."""
    owner = Role(clock.owner)
    roles = [_role(word, owner) for word in tell]
    if owner in BUREAU_ROLES and level is not None:
        roles = [owner, _over_the_bureau(session, case, owner, level, on)]
    silent = named_users(session, case.id)
    found: dict[int, User] = {}
    for role in dict.fromkeys(roles):
        for user in reach(session, role, case, silent, on):
            found[user.id] = user
    return list(found.values())


def reach(session: Session, role: Role, case: Case, silent: frozenset[int], on: date) -> list[User]:
    """The holders of a role, or of the nearest role above it that somebody can answer for."""
    ladder = LADDER[RANK[role] :] if role in RANK else (role, *LADDER[RANK[Role.SAFETY_LEAD] :])
    for candidate in ladder:
        users = [u for u in holders(session, candidate, case.unit, on) if u.id not in silent]
        if users:
            return users
    return []


def _over_the_bureau(session: Session, case: Case, owner: Role, level: int, on: date) -> Role:
    over = OVER_THE_BUREAU[owner].get(level, Role.CITY_OFFICER)
    alone = over is owner and len(holders(session, owner, case.unit, on)) < 2
    return SUPERIOR[owner] if alone else over


def _role(word: str, owner: Role) -> Role:
    if word == "owner":
        return owner
    if word == "superior":
        return SUPERIOR.get(owner, Role.SAFETY_LEAD)
    return Role(word)
