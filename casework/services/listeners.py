"""Who hears a rung: resolved at the case's unit, never somebody the case names, never nobody."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import Clock, User
from casework.permissions import BUREAU_ROLES, Role
from casework.services.findings.silence import silent
from casework.services.standins import present, reach
from casework.services.subjects import Subject, place_of

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
    session: Session,
    subject: Subject,
    clock: Clock,
    tell: tuple[str, ...],
    level: int | None,
    at: datetime,
) -> list[User]:
    """The people a rung tells; a post without anybody is passed over to the one above."""
    owner = Role(clock.owner)
    roles = [role_for(word, owner) for word in tell]
    if owner in BUREAU_ROLES and level is not None:
        roles = [owner, over_the_bureau(session, subject, owner, level, at)]
    found: dict[int, User] = {}
    out = silent(session, clock)
    for role in dict.fromkeys(roles):
        for user in reach(session, role, subject, at, out):
            found[user.id] = user
    return list(found.values())


def over_the_bureau(
    session: Session, subject: Subject, owner: Role, level: int, at: datetime
) -> Role:
    """Who hears of a bureau's own lateness: with one officer alone the post above."""
    over = OVER_THE_BUREAU[owner].get(level, Role.CITY_OFFICER)
    alone = over is owner and len(present(session, owner, place_of(subject), at)) < 2
    return SUPERIOR[owner] if alone else over


def role_for(word: str, owner: Role) -> Role:
    """The role that a word of the ladder means for the owner of a clock."""
    if word == "owner":
        return owner
    if word == "superior":
        return SUPERIOR.get(owner, Role.SAFETY_LEAD)
    return Role(word)
