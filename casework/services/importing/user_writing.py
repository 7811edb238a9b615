"""Accounts and posts as an import finds and wants them, and how they are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from casework import clock
from casework.importing.rows import Row
from casework.models import Membership, User
from casework.services import passwords
from casework.services.importing.outcome import Login, Outcome, chunks
from casework.services.importing.places import Node


@dataclass(slots=True)
class Held:
    """One post of an account, as it is or as it is to be; ``id`` is None for a new one."""

    unit: Node
    role: str
    from_on: date
    until_on: date | None
    id: int | None = None
    changed: bool = False


@dataclass(slots=True, eq=False)
class Account:
    """One account with its posts; ``row`` is where the sheet speaks of it first."""

    login: str
    name: str
    row: Row
    id: int | None = None
    disabled: bool = False
    renamed: bool = False
    posts: list[Held] = field(default_factory=list)


def write(session: Session, outcome: Outcome, known: Mapping[str, Account]) -> Iterator[int]:
    """Carry the plan out; initial passwords of new accounts go to the outcome."""
    accounts = list(known.values())
    for part in chunks(a for a in accounts if a.id is None):
        _insert(session, outcome, part)
        yield len(part)
    users: Any = User.__table__
    renamed = [{"row_id": a.id, "new_name": a.name} for a in accounts if a.renamed]
    if renamed:
        statement = update(users).where(users.c.id == bindparam("row_id"))
        session.connection().execute(statement.values(name=bindparam("new_name")), renamed)
    posts = [(a, post) for a in accounts for post in a.posts]
    for some in chunks((a, p) for a, p in posts if p.id is None):
        session.execute(insert(Membership), [_as_row(a, p) for a, p in some])
        yield 0
    rows: Any = Membership.__table__
    moved = [_as_dates(p) for _, p in posts if p.changed and p.id is not None]
    if moved:
        dates: dict[str, Any] = {
            "from_on": bindparam("new_from"),
            "until_on": bindparam("new_until"),
        }
        statement = update(rows).where(rows.c.id == bindparam("row_id")).values(dates)
        session.connection().execute(statement, moved)


def _insert(session: Session, outcome: Outcome, accounts: list[Account]) -> None:
    rows = []
    for account in accounts:
        password, hashed = passwords.initial()
        outcome.logins.append(Login(account.login, account.name, password))
        rows.append(
            {
                "login": account.login,
                "name": account.name,
                "password_hash": hashed,
                "created_at": clock.now(),
            }
        )
    session.execute(insert(User), rows)
    logins = [account.login for account in accounts]
    found = session.execute(select(User.login, User.id).where(User.login.in_(logins)))
    ids = {row.login: row.id for row in found}
    for account in accounts:
        account.id = ids[account.login]


def _as_row(account: Account, post: Held) -> dict[str, Any]:
    return {
        "user_id": account.id,
        "unit_id": post.unit.id,
        "role": post.role,
        "from_on": post.from_on,
        "until_on": post.until_on,
    }


def _as_dates(post: Held) -> dict[str, Any]:
    return {"row_id": post.id, "new_from": post.from_on, "new_until": post.until_on}
