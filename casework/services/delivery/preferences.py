"""How a person wants to be told: quiet hours, digests, and the language outside of the house."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time

from sqlalchemy.orm import Session

from casework.errors import Invalid
from casework.models import Preference, User
from casework.permissions import Actor
from casework.services.delivery.digests import wanted
from casework.text import N_, Text

BOTH = N_("Give both times, or none.")
SAME = N_("The two times must differ.")
NO_LANGUAGE = N_("There is no such language.")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is wanted; without quiet hours both times are None, an empty language is the house's."""

    quiet_from: time | None
    quiet_until: time | None
    daily: bool
    weekly: bool
    locale: str = ""


def wishes_of(session: Session, actor: Actor) -> Wishes:
    """What a person has chosen, else what holds for the posts."""
    preference = session.get(Preference, actor.user_id)
    user = session.get_one(User, actor.user_id)
    roles = [post.role for post in actor.posts]
    return Wishes(
        _time(preference.quiet_from if preference else None),
        _time(preference.quiet_until if preference else None),
        wanted(preference, roles, "daily"),
        wanted(preference, roles, "weekly"),
        user.locale,
    )


def choose(session: Session, actor: Actor, wishes: Wishes, locales: tuple[str, ...]) -> None:
    """Keep what a person wants. Raises Invalid with the reason at each field."""
    _check(wishes, locales)
    row = session.get(Preference, actor.user_id)
    if row is None:
        row = Preference(user_id=actor.user_id, daily=False, weekly=False)
        session.add(row)
    row.quiet_from, row.quiet_until = _minutes(wishes.quiet_from), _minutes(wishes.quiet_until)
    row.daily, row.weekly = wishes.daily, wishes.weekly
    session.get_one(User, actor.user_id).locale = wishes.locale
    session.flush()


def _check(wishes: Wishes, locales: tuple[str, ...]) -> None:
    errors: dict[str, list[Text]] = {}
    first, last = wishes.quiet_from, wishes.quiet_until
    if (first is None) != (last is None):
        errors["quiet_from" if first is None else "quiet_until"] = [Text(BOTH)]
    elif first is not None and _minutes(first) == _minutes(last):
        errors["quiet_until"] = [Text(SAME)]
    if wishes.locale and wishes.locale not in locales:
        errors["locale"] = [Text(NO_LANGUAGE)]
    if errors:
        raise Invalid(errors)


def _minutes(at: time | None) -> int | None:
    return None if at is None else at.hour * 60 + at.minute


def _time(minutes: int | None) -> time | None:
    return None if minutes is None else time(*divmod(minutes, 60))
