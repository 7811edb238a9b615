"""The administrator's pages: accounts, one account, posts that nobody holds."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import clock
from casework.models import Membership, Unit, User
from casework.permissions import ROLE_LABELS, Actor
from casework.services import accounts
from casework.services.accounts_posts import EXPECTED, PLACES
from casework.services.actors import in_force
from casework.services.importing.places import reach_of
from casework.services.pages.forms import Option
from casework.services.pages.labels import UNITS
from casework.text import N_, Text

PAGE = 50
MOST_PLACES = 500
STATES = {
    "": N_("Enabled"),
    "without": N_("Without a post today"),
    "disabled": N_("Disabled"),
}


@dataclass(frozen=True, slots=True)
class PostRow:
    """One post of an account; ``running`` today, ``mine`` when the actor may end it."""

    id: int
    role: str
    unit: str
    from_on: date
    until_on: date | None
    running: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account on the list, with the posts it holds today or later."""

    login: str
    name: str
    disabled: bool
    posts: tuple[PostRow, ...]


@dataclass(frozen=True, slots=True)
class Wish:
    """What the list is asked for."""

    q: str = ""
    state: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class AccountsPage:
    """One page of accounts, by login."""

    rows: tuple[AccountRow, ...]
    wish: Wish
    states: tuple[Option, ...]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """One account; ``refusal`` says why the actor may not touch it as a whole."""

    account: AccountRow
    past: tuple[PostRow, ...]
    is_own: bool
    refusal: Text | None
    roles: tuple[Option, ...]
    places: tuple[str, ...]
    today: date


@dataclass(frozen=True, slots=True)
class Vacancy:
    """One unit with the posts nobody holds in it today."""

    code: str
    unit: str
    kind: str
    roles: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class VacantPlace:
    """A bureau or a school, with its own vacancies and those of its classes."""

    name: str
    kind: str
    own: tuple[Vacancy, ...]
    classes: tuple[Vacancy, ...]


@dataclass(frozen=True, slots=True)
class VacanciesPage:
    """Every place in reach that lacks somebody; ``complete`` counts those that lack nobody."""

    places: tuple[VacantPlace, ...]
    complete: int


def accounts_page(session: Session, actor: Actor, wish: Wish) -> AccountsPage:
    """The accounts in reach, found by login or name, one page by login."""
    query = (
        select(User)
        .where(accounts.within_reach(actor), *_wanted(wish))
        .options(selectinload(User.memberships).options(joinedload(Membership.unit)))
        .order_by(User.login)
        .limit(PAGE + 1)
    )
    users = list(session.scalars(query))
    more = users[PAGE - 1].login if len(users) > PAGE else None
    rows = tuple(_account(user, actor)[0] for user in users[:PAGE])
    states = tuple(Option(value, Text(label)) for value, label in STATES.items())
    return AccountsPage(rows, wish, states, more)


def account_page(session: Session, actor: Actor, login: str) -> AccountPage:
    """One account with its posts. Raises NotFound out of reach."""
    user = accounts.find(session, actor, login)
    account, past = _account(user, actor)
    own = user.id == actor.user_id
    refusal = accounts.refusal(actor, user)
    return AccountPage(
        account, past, own, refusal, role_options(), places(session, actor), clock.today()
    )


def role_options() -> tuple[Option, ...]:
    """The posts there are, in words."""
    return tuple(Option(role, Text(ROLE_LABELS[role])) for role in PLACES)


def places(session: Session, actor: Actor) -> tuple[str, ...]:
    """The bureaus and schools in reach by name, to be offered while a unit is typed."""
    query = (
        select(Unit.name)
        .where(accounts.reached(actor), Unit.kind.in_(tuple(EXPECTED)), Unit.kind != "class")
        .order_by(Unit.path)
        .limit(MOST_PLACES)
    )
    return tuple(session.scalars(query))


def vacancies_page(session: Session, actor: Actor) -> VacanciesPage:
    """The posts that somebody should hold and nobody holds today, place by place."""
    query = select(Unit).where(accounts.reached(actor), Unit.kind.in_(tuple(EXPECTED)))
    units = list(session.scalars(query.order_by(Unit.path)))
    held = _held(session)
    lacking = [one for unit in units if (one := _vacancy(unit, held)) is not None]
    paths = {unit.code: unit.path for unit in units}
    classes = defaultdict(list)
    tops = [unit for unit in units if unit.kind != "class"]
    by_path = {unit.path: unit.code for unit in tops}
    for one in lacking:
        if one.kind == "class":
            classes[_around(paths[one.code], by_path)].append(one)
    found = []
    for unit in tops:
        own = tuple(one for one in lacking if one.code == unit.code)
        below = tuple(classes.get(unit.code, ()))
        if own or below:
            found.append(VacantPlace(unit.name, UNITS[unit.kind], own, below))
    if classes.get(""):
        found.append(VacantPlace("", "", (), tuple(classes[""])))
    return VacanciesPage(tuple(found), len(tops) - len(found))


def _held(session: Session) -> set[tuple[int, str]]:
    """Every unit and role that an enabled account holds today."""
    query = (
        select(Membership.unit_id, Membership.role)
        .join(User, User.id == Membership.user_id)
        .where(User.disabled_at.is_(None), *in_force(clock.today()))
        .distinct()
    )
    return {(unit_id, role) for unit_id, role in session.execute(query)}


def _vacancy(unit: Unit, held: set[tuple[int, str]]) -> Vacancy | None:
    missing = tuple(
        Option(role.value, Text(ROLE_LABELS[role]))
        for role in EXPECTED[unit.kind]
        if (unit.id, role.value) not in held
    )
    return Vacancy(unit.code, unit.name, unit.kind, missing) if missing else None


def _around(path: str, by_path: dict[str, str]) -> str:
    """The code of the nearest bureau or school above a path, empty when it is out of reach."""
    while path.count("/") > 2:
        path = path.rstrip("/").rpartition("/")[0] + "/"
        if path in by_path:
            return by_path[path]
    return ""


def _wanted(wish: Wish) -> list[ColumnElement[bool]]:
    conditions = [User.login > wish.after] if wish.after else []
    if wish.q.strip():
        words = wish.q.strip()
        conditions.append(
            or_(
                User.login.startswith(words.lower(), autoescape=True),
                User.name.contains(words, autoescape=True),
            )
        )
    if wish.state == "disabled":
        return [*conditions, User.disabled_at.is_not(None)]
    conditions.append(User.disabled_at.is_(None))
    if wish.state == "without":
        conditions.append(~User.memberships.any(and_(*in_force(clock.today()))))
    return conditions


def _account(user: User, actor: Actor) -> tuple[AccountRow, tuple[PostRow, ...]]:
    """The account with its posts of today and later, and the past ones apart."""
    today, reach = clock.today(), reach_of(actor)
    rows = [
        PostRow(
            post.id,
            ROLE_LABELS[post.role],
            post.unit.name,
            post.from_on,
            post.until_on,
            post.from_on <= today and (post.until_on is None or post.until_on >= today),
            post.unit.path.startswith(reach),
        )
        for post in user.memberships
    ]
    present = tuple(row for row in rows if row.until_on is None or row.until_on >= today)
    past = tuple(row for row in rows if row not in present)
    return AccountRow(user.login, user.name, user.disabled_at is not None, present), past
