"""Accounts as an administrator manages them: inside the own reach, never the own account.

Every change writes one event on a unit's chain (accounts_log).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from casework import clock
from casework.errors import Invalid, NotFound, Refused
from casework.importing import cells
from casework.importing.faults import NOT_DAY, UNTIL_BEFORE, BadCell
from casework.models import Membership, Unit, User
from casework.permissions import ROLE_LABELS, SYSTEM, Actor
from casework.services import accounts_log, passwords, people
from casework.services.accounts_posts import NOT_THERE, PLACES, unit_kinds
from casework.services.importing.outcome import Login
from casework.services.importing.places import Node, Places, reach_of
from casework.text import N_, Text
from casework.workflows.forms import REQUIRED

OWN = N_("This is your own account; another administrator does that.")
BEYOND = N_("This account also holds posts beyond your reach; whoever administers those does that.")
NO_ROLE = N_("Choose a post.")
TOO_EARLY = N_("The last day of a post lies neither before its first day nor before yesterday.")
HELD = N_("The account holds this post already.")


@dataclass(frozen=True, slots=True)
class PostWish:
    """A post as a form asks for it; days as text, the unit by code or name."""

    role: str
    unit: str
    from_on: str = ""
    until_on: str = ""


def within_reach(actor: Actor) -> ColumnElement[bool]:
    """The accounts with a post, past ones too, in the actor's reach; those without, at the top."""
    inside = User.memberships.any(Membership.unit_id.in_(select(Unit.id).where(reached(actor))))
    if actor is SYSTEM or any(path.count("/") == 2 for path in reach_of(actor)):
        return or_(inside, ~User.memberships.any())
    return inside


def reached(actor: Actor) -> ColumnElement[bool]:
    """The units in the actor's reach."""
    paths = reach_of(actor)
    return or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))


def find(session: Session, actor: Actor, login: str, *, lock: bool = False) -> User:
    """The account, if the actor may know of it. Raises NotFound."""
    query = (
        select(User)
        .where(User.login == login, within_reach(actor))
        .options(selectinload(User.memberships).options(joinedload(Membership.unit)))
    )
    if lock:
        query = query.with_for_update(of=User)
    user = session.scalar(query)
    if user is None:
        raise NotFound
    return user


def refusal(actor: Actor, user: User) -> Text | None:
    """Why the actor must not touch the account itself: it is the own one, or reaches further."""
    if user.id == actor.user_id:
        return Text(OWN)
    today, reach = clock.today(), reach_of(actor)
    running = [p for p in user.memberships if p.until_on is None or p.until_on >= today]
    if all(post.unit.path.startswith(reach) for post in running or user.memberships):
        return None
    return Text(BEYOND)


def create(session: Session, actor: Actor, login: str, name: str, wish: PostWish) -> Login:
    """Make an account with its first post and a random password. Raises Invalid by field."""
    errors: dict[str, list[Text]] = {}
    posts = []
    try:
        unit, role, from_on, until_on = checked_post(session, actor, wish)
        posts = [people.NewPost(role, unit.code, from_on, until_on)]
    except Invalid as invalid:
        errors = invalid.errors
    password, hashed = passwords.initial()
    try:
        user = people.create_user(session, login.strip().lower(), name, password, posts)
    except Invalid as invalid:
        raise Invalid({**invalid.errors, **errors}) from None
    if errors:
        raise Invalid(errors)
    user.password_hash = hashed
    session.flush()
    data = {"user": user.id, "role": role, "from": from_on.isoformat()}
    accounts_log.note(session, actor, unit.path, "account_created", data)
    return Login(user.login, user.name, password)


def reset_password(session: Session, actor: Actor, login: str) -> Login:
    """Give the account a new random password; its sessions end. Raises NotFound, Refused."""
    user = _touch(session, actor, login)
    password, user.password_hash = passwords.initial()
    people.end_sessions(session, user)
    _note_about(session, actor, user, "password_reset")
    return Login(user.login, user.name, password)


def close(session: Session, actor: Actor, login: str) -> None:
    """Disable the account: sessions end, tokens are revoked. Raises NotFound, Refused."""
    user = _touch(session, actor, login)
    if user.disabled_at is None:
        people.disable(session, user.login)
        _note_about(session, actor, user, "account_disabled")


def reopen(session: Session, actor: Actor, login: str) -> None:
    """Enable the account again; the tokens stay revoked. Raises NotFound, Refused."""
    user = _touch(session, actor, login)
    if user.disabled_at is not None:
        user.disabled_at = None
        session.flush()
        _note_about(session, actor, user, "account_enabled")


def add_post(session: Session, actor: Actor, login: str, wish: PostWish) -> None:
    """Give the account a post in the actor's reach. Raises NotFound, Refused, Invalid."""
    user = find(session, actor, login, lock=True)
    if user.id == actor.user_id:
        raise Refused([Text(OWN)])
    unit, role, from_on, until_on = checked_post(session, actor, wish)
    for post in user.memberships:
        same = post.unit_id == unit.id and post.role == role
        if same and (post.until_on is None or post.until_on >= from_on):
            raise Invalid({"role": [Text(HELD)]})
    session.add(
        Membership(user_id=user.id, unit_id=unit.id, role=role, from_on=from_on, until_on=until_on)
    )
    session.flush()
    data = {"user": user.id, "role": role, "from": from_on.isoformat()}
    accounts_log.note(session, actor, unit.path, "post_given", data)


def end_post(session: Session, actor: Actor, login: str, post_id: int, until: str) -> None:
    """Let a post in the actor's reach end on a day. Raises NotFound, Refused, Invalid."""
    user = find(session, actor, login, lock=True)
    if user.id == actor.user_id:
        raise Refused([Text(OWN)])
    post = next((one for one in user.memberships if one.id == post_id), None)
    if post is None or not post.unit.path.startswith(reach_of(actor)):
        raise NotFound
    field = f"until_on.{post_id}"
    last = _day(until, field) or clock.today()
    if last < post.from_on or last < clock.today() - timedelta(days=1):
        raise Invalid({field: [Text(TOO_EARLY)]})
    post.until_on = last
    session.flush()
    data = {"user": user.id, "role": post.role, "until": last.isoformat()}
    accounts_log.note(session, actor, post.unit.path, "post_ended", data)


def checked_post(
    session: Session, actor: Actor, wish: PostWish
) -> tuple[Node, str, date, date | None]:
    """The post that is wished for. Raises Invalid, every fault by field."""
    errors: dict[str, list[Text]] = {}
    unit = None
    if wish.role not in PLACES:
        errors["role"] = [Text(NO_ROLE)]
    if not wish.unit.strip():
        errors["unit"] = [Text(REQUIRED)]
    else:
        try:
            unit = Places(session, actor).find(cells.text(wish.unit))
        except BadCell as bad:
            errors["unit"] = [bad.text]
    if unit is not None and wish.role in PLACES and unit.kind not in PLACES[wish.role]:
        words = {
            "role": Text(ROLE_LABELS[wish.role]),
            "unit": unit.name,
            "kinds": unit_kinds(PLACES[wish.role]),
        }
        errors["role"] = [Text(NOT_THERE, words)]
    try:
        from_on = _day(wish.from_on, "from_on") or clock.today()
        until_on = _day(wish.until_on, "until_on")
    except Invalid as invalid:
        raise Invalid({**errors, **invalid.errors}) from None
    if until_on is not None and until_on < from_on:
        errors["until_on"] = [Text(UNTIL_BEFORE)]
    if errors or unit is None:
        raise Invalid(errors)
    return unit, wish.role, from_on, until_on


def _touch(session: Session, actor: Actor, login: str) -> User:
    user = find(session, actor, login, lock=True)
    if reason := refusal(actor, user):
        raise Refused([reason])
    return user


def _note_about(session: Session, actor: Actor, user: User, action: str) -> None:
    """An event about an account as a whole: on the unit around all its posts in reach."""
    reach = reach_of(actor)
    paths = {post.unit.path for post in user.memberships if post.unit.path.startswith(reach)}
    path = accounts_log.common_path(session, actor, paths)
    if path is not None:
        accounts_log.note(session, actor, path, action, {"user": user.id})


def _day(text: str, field: str) -> date | None:
    try:
        return cells.day(text)
    except BadCell:
        raise Invalid({field: [Text(NOT_DAY, {"value": text[:40]})]}) from None
