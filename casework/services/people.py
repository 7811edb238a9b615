"""Accounts and their posts: made, listed, disabled; every fault is told at its field."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import clock
from casework.errors import Invalid, NotFound
from casework.models import ApiToken, LoginSession, Membership, Unit, User
from casework.permissions import ASSIGNABLE, Role
from casework.services import passwords
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED, clean_text

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,30}[a-z0-9])?", re.ASCII)
LONGEST_NAME = 80
BAD_LOGIN = N_(
    "A login has up to 32 small letters, digits, dots, hyphens or underscores, and begins and "
    "ends with a letter or digit."
)
TAKEN = N_("The login “%(login)s” is taken.")
NO_ROLE = N_("There is no role “%(role)s”; there are %(roles)s.")
NO_UNIT = N_("There is no unit with the code “%(code)s”.")
NO_LOGIN = N_("There is no account “%(login)s”.")
LONG_NAME = N_("A name has at most %(most)s characters.")


@dataclass(frozen=True, slots=True)
class NewPost:
    """A role at a unit, named by its code, from a day on (today without one)."""

    role: str
    unit: str
    from_on: date | None = None
    until_on: date | None = None


def create_user(
    session: Session, login: str, name: str, password: str, memberships: Sequence[NewPost] = ()
) -> User:
    """Make an account with its posts. Raises Invalid, every fault by field."""
    errors: dict[str, list[Text]] = {}
    if not LOGIN.fullmatch(login):
        errors["login"] = [Text(BAD_LOGIN)]
    elif session.scalar(select(User.id).where(User.login == login)):
        errors["login"] = [Text(TAKEN, {"login": login})]
    name = _name(name, errors)
    if faults := passwords.faults(password, login):
        errors["password"] = faults
    units = _units(session, memberships, errors)
    if errors:
        raise Invalid(errors)
    user = User(
        login=login,
        name=name,
        password_hash=passwords.hash_password(password),
        created_at=clock.now(),
        memberships=[
            Membership(
                unit_id=units[post.unit].id,
                role=post.role,
                from_on=post.from_on or clock.today(),
                until_on=post.until_on,
            )
            for post in memberships
        ],
    )
    session.add(user)
    session.flush()
    return user


def find_user(session: Session, login: str) -> User:
    """The account with this login. Raises NotFound."""
    user = session.scalar(select(User).where(User.login == login))
    if user is None:
        raise NotFound(Text(NO_LOGIN, {"login": login}))
    return user


def set_password(session: Session, login: str, password: str) -> User:
    """Give an account a new password and end its sessions. Raises NotFound, Invalid."""
    user = find_user(session, login)
    if faults := passwords.faults(password, login):
        raise Invalid({"password": faults})
    user.password_hash = passwords.hash_password(password)
    end_sessions(session, user)
    return user


def disable(session: Session, login: str) -> User:
    """Close an account: its sessions end, its tokens are revoked. Closing it twice is no fault."""
    user = find_user(session, login)
    at = clock.now()
    user.disabled_at = user.disabled_at or at
    end_sessions(session, user)
    session.execute(
        update(ApiToken)
        .where(ApiToken.user_id == user.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return user


def end_sessions(session: Session, user: User) -> None:
    """End every browser session of the account."""
    user.session_version += 1
    session.execute(
        update(LoginSession)
        .where(LoginSession.user_id == user.id, LoginSession.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    session.flush()


def list_users(session: Session) -> list[dict[str, Any]]:
    """The accounts that are not disabled, as data, by login."""
    query = (
        select(User)
        .where(User.disabled_at.is_(None))
        .options(selectinload(User.memberships).options(joinedload(Membership.unit)))
        .order_by(User.login)
    )
    return [
        {
            "login": user.login,
            "name": user.name,
            "memberships": [_post(row) for row in user.memberships],
        }
        for user in session.scalars(query)
    ]


def _post(row: Membership) -> dict[str, Any]:
    return {
        "role": row.role,
        "unit_id": row.unit_id,
        "unit_kind": row.unit.kind,
        "unit": row.unit.name,
        "unit_code": row.unit.code,
        "from_on": row.from_on.isoformat(),
        "until_on": row.until_on.isoformat() if row.until_on else None,
    }


def _name(name: str, errors: dict[str, list[Text]]) -> str:
    try:
        words = clean_text(name)
    except ValidationError as fault:
        errors["name"] = list(fault.messages)  # type: ignore[arg-type]
        return ""
    if not words:
        errors["name"] = [Text(REQUIRED)]
    elif len(words) > LONGEST_NAME:
        errors["name"] = [Text(LONG_NAME, {"most": LONGEST_NAME})]
    return words


def _units(
    session: Session, posts: Iterable[NewPost], errors: dict[str, list[Text]]
) -> dict[str, Unit]:
    codes = {post.unit for post in posts}
    units = {u.code: u for u in session.scalars(select(Unit).where(Unit.code.in_(codes)))}
    known = {role.value for role in ASSIGNABLE}
    for place, post in enumerate(posts):
        if post.role not in known:
            roles = ", ".join(role.value for role in Role if role in ASSIGNABLE)
            errors[f"memberships.{place}.role"] = [
                Text(NO_ROLE, {"role": post.role, "roles": roles})
            ]
        if post.unit not in units:
            errors[f"memberships.{place}.unit"] = [Text(NO_UNIT, {"code": post.unit})]
    return units
