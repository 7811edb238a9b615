"""Users and their posts: accounts by login, posts by account, unit and role; never deleted."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.importing.faults import MISSING, UNTIL_BEFORE, BadCell
from casework.importing.rows import Row
from casework.models import Membership, User
from casework.permissions import ROLE_LABELS
from casework.services.accounts_posts import NOT_THERE, PLACES, unit_kinds
from casework.services.importing.outcome import chunks
from casework.services.importing.places import Node, Places
from casework.services.importing.user_writing import Account, Held, write
from casework.services.importing.work import BadLookup, Work, Write
from casework.text import N_, Text

OTHER_NAME = N_("The same login has another name in line %(line)s.")
ELSEWHERE = N_("This account also holds posts beyond your reach; its name is not yours to change.")
BEYOND = N_(
    "This login belongs to somebody without a post in your reach. Choose another login, or let an"
    " administrator above both give the post."
)
DISABLED = N_("This account is disabled. Enable it first, or choose another login.")
OWN = N_("Nobody gives a post to the own account; another administrator does that.")
WHERE = ("school", "grade", "class")
ANYWHERE = ("grade", "class")
"""Where a post may be whose role cannot be read: what the row names is looked up all the same."""
NO_PLACE = N_("A post needs its unit: school or bureau, and the class for a class teacher.")


@dataclass(slots=True)
class Staff:
    """What becomes of the rows: every account they speak of; ``told`` are those already met."""

    work: Work
    accounts: dict[str, Account]
    told: set[str] = field(default_factory=set)


def plan(work: Work) -> Write:
    """Compare the rows with the accounts; faults and counts go to the outcome."""
    staff = Staff(work, _known(work.session, work.places, work.rows))
    for row in work.rows:
        _take(staff, row)
    return partial(write, work.session, work.outcome, staff.accounts)


def _known(session: Session, places: Places, rows: tuple[Row, ...]) -> dict[str, Account]:
    first: dict[str, Row] = {}
    for row in rows:
        first.setdefault(row.text("login"), row)
    found: dict[str, Account] = {}
    by_id: dict[int, Account] = {}
    for part in chunks(first):
        query = select(User.id, User.login, User.name, User.disabled_at).where(User.login.in_(part))
        for user in session.execute(query):
            account = Account(user.login, user.name, first[user.login], user.id)
            account.disabled = user.disabled_at is not None
            found[user.login] = by_id[user.id] = account
    for ids in chunks(by_id):
        for post in session.scalars(select(Membership).where(Membership.user_id.in_(ids))):
            unit = places.by_id[post.unit_id]
            held = Held(unit, post.role, post.from_on, post.until_on, post.id)
            by_id[post.user_id].posts.append(held)
    return found


def _take(staff: Staff, row: Row) -> None:
    posts = _posts(staff, row)
    login, outcome = row.text("login"), staff.work.outcome
    account = staff.accounts.get(login)
    is_new = account is None
    if account is None:
        if not login or "name" in row.bad:
            return
        account = staff.accounts[login] = Account(login, row.text("name"), row)
    if _is_foreign(staff, account):
        outcome.fault(row, "login", Text(BEYOND))
        return
    fields = _rename(staff, account, row)
    if account.disabled:
        outcome.fault(row, "login", Text(DISABLED))
    for post in posts:
        fields += _hold(account, post, row)
    own = account.id is not None and account.id == staff.work.actor.user_id
    if own and set(fields) - {"name"}:
        outcome.fault(row, "role", Text(OWN))
    outcome.units.update(post.unit.path for post in posts)
    outcome.count(row, login, tuple(dict.fromkeys(fields)), new=is_new)


def _rename(staff: Staff, account: Account, row: Row) -> list[str]:
    """Let the account bear the name that the row gives it."""
    name = row.text("name")
    if "name" in row.bad:
        return []
    if account.name == name:
        staff.told.add(account.login)
        return []
    if fault := _unnamed(staff, account):
        staff.work.outcome.fault(row, "name", fault)
        return []
    staff.told.add(account.login)
    account.name, account.renamed = name, account.id is not None
    return ["name"]


def _is_foreign(staff: Staff, account: Account) -> bool:
    """True for an account that the actor does not administer: it neither has nor had a post there.

    One without any post is found by those who administer from the top.
    """
    if account.id is None:
        return False
    places = staff.work.places
    stored = [post.unit for post in account.posts if post.id is not None]
    if stored:
        return not any(places.reaches(unit) for unit in stored)
    return not any(path.count("/") <= 2 for path in places.reach)


def _unnamed(staff: Staff, account: Account) -> Text | None:
    """Why this account may not get the other name that a row gives it."""
    if account.login in staff.told:
        return Text(OTHER_NAME, {"line": account.row.place.line})
    today = clock.today()
    running = [p for p in account.posts if p.until_on is None or p.until_on >= today]
    if all(staff.work.places.reaches(post.unit) for post in running or account.posts):
        return None
    return Text(ELSEWHERE)


def _posts(staff: Staff, row: Row) -> list[Held]:
    """The posts of a row that nothing speaks against; what is wrong with the others is noted."""
    outcome = staff.work.outcome
    roles = [role for role in row.text("role").split(",") if role]
    if not roles and not any(row.text(name) or name in row.bad for name in WHERE):
        return []
    if not roles and "role" not in row.bad:
        outcome.fault(row, "role", Text(MISSING))
    start, until = row.values.get("from"), row.values.get("until")
    from_on = start if isinstance(start, date) else clock.today()
    until_on = until if isinstance(until, date) else None
    if until_on is not None and isinstance(start, date) and until_on < start:
        outcome.fault(row, "until", Text(UNTIL_BEFORE))
    posts, bad = [], {}
    for role in roles or [""]:
        try:
            unit = _unit(staff, row, role)
        except BadLookup as error:
            bad[error.column, str(error.text)] = error
            continue
        if unit is not None and role:
            posts.append(Held(unit, role, from_on, until_on))
    for found in bad.values():
        outcome.fault(row, found.column, found.text)
    return posts


def _unit(staff: Staff, row: Row, role: str) -> Node | None:
    """The narrowest unit the row names that has such a post; None when faulty cells leave it open.

    Raises BadLookup.
    """
    kinds = PLACES.get(role, ANYWHERE)
    column, unit = "school", staff.work.within
    try:
        if row.text("school"):
            unit = staff.work.places.find(row.text("school"), (), staff.work.within)
        if not row.bad.isdisjoint(WHERE[:1] if set(kinds).isdisjoint(ANYWHERE) else WHERE):
            return None
        if row.text("class") and "class" in kinds:
            column = "class"
            unit = staff.work.places.find_class(row.text("class"), row.text("grade"), unit)
        elif row.text("grade") and "grade" in kinds:
            column = "grade"
            unit = staff.work.places.find_grade(row.text("grade"), unit)
    except BadCell as bad:
        raise BadLookup(column, bad.text) from None
    if role:
        _check_place(unit, role)
    return unit


def _check_place(unit: Node | None, role: str) -> None:
    """Raise BadLookup unless the unit has such a post."""
    if unit is None:
        raise BadLookup("school", Text(NO_PLACE))
    if unit.kind not in PLACES[role]:
        words = {
            "role": Text(ROLE_LABELS[role]),
            "unit": unit.name,
            "kinds": unit_kinds(PLACES[role]),
        }
        raise BadLookup("role", Text(NOT_THERE, words))


def _hold(account: Account, wanted: Held, row: Row) -> list[str]:
    """Let the account hold the post: one that overlaps is the same post; what changes of it."""
    for held in account.posts:
        same = held.unit is wanted.unit and held.role == wanted.role
        if same and _overlap(held, wanted):
            return _change(held, wanted, row)
    account.posts.append(wanted)
    return ["role"]


def _overlap(held: Held, wanted: Held) -> bool:
    starts_before = held.until_on is None or wanted.from_on <= held.until_on
    return starts_before and (wanted.until_on is None or held.from_on <= wanted.until_on)


def _change(held: Held, wanted: Held, row: Row) -> list[str]:
    """Only days the sheet gives are taken over: an empty cell leaves them."""
    fields = []
    if row.values.get("from") and held.from_on != wanted.from_on:
        held.from_on, held.changed = wanted.from_on, True
        fields.append("from")
    if row.values.get("until") and held.until_on != wanted.until_on:
        held.until_on, held.changed = wanted.until_on, True
        fields.append("until")
    return fields
