"""Whom a level calls, in order, and whom it passes over: data from posts, roster and ladder."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Clock, Membership, Shift, Unit, User
from casework.permissions import BUREAU_ROLES, Actor, Role
from casework.services.actors import ancestors, away_at, bureau_of, holders, in_force, school_of
from casework.services.findings.silence import silent
from casework.services.listeners import over_the_bureau, role_for
from casework.services.memo import remembered
from casework.services.pages.audit_scope import acted_for_school
from casework.services.standins import BELOW
from casework.services.subjects import Subject, case_of, named_in, place_of

DUTY: Mapping[str, Callable[[Session, Unit], Unit]] = {
    "duty_school": school_of,
    "duty_bureau": bureau_of,
}
"""Words of the ladder for whoever is on duty now, and where."""
DISABLED, NAMED, AWAY, OWN, ACTED = "disabled", "named", "away", "own_duty", "acted"
"""Why somebody is passed over."""
BUREAU_LEVEL = 2
"""From here on the bureau or the city is called, and nobody who acted for the school answers."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One person of a call list, in which role, and why passed over (empty: to be called)."""

    user_id: int
    role: Role
    why: str = ""


def call_list(
    session: Session,
    subject: Subject,
    clock: Clock,
    words: Sequence[str],
    level: int,
    at: datetime,
) -> list[Entry]:
    """Everybody a level may call, each once, in order; of a bureau's own duty those over it.

    For one who is away the named deputy follows at once; after the principals their deputy heads.
    """
    out = _Out(
        named_in(session, subject) | silent(session, clock),
        away_at(session, at),
        _owners(session, subject, clock, at),
        case_of(subject) if level >= BUREAU_LEVEL else None,
    )
    found: dict[int, Entry] = {}
    for role, user in _candidates(session, subject, clock, words, level, at):
        for entry in out.entries(session, role, user):
            found.setdefault(entry.user_id, entry)
    return list(found.values())


def _candidates(
    session: Session,
    subject: Subject,
    clock: Clock,
    words: Sequence[str],
    level: int,
    at: datetime,
) -> Iterator[tuple[Role, User]]:
    owner, unit = Role(clock.owner), place_of(subject)
    named = [over_the_bureau(session, subject, owner, level, at)] if owner in BUREAU_ROLES else None
    for word in words:
        if word in DUTY:
            if named is None or level <= 1:
                where = (DUTY[word] if named is None else bureau_of)(session, unit)
                yield from ((Role.DUTY, user) for user in _on_duty(session, where, at))
            continue
        for role in [role_for(word, owner)] if named is None else named:
            below = BELOW.get(role)
            for one in (role, below) if below else (role,):
                yield from ((one, user) for user in _posted(session, one, unit, at))


@dataclass(frozen=True, slots=True)
class _Out:
    """Who must not be called: named people, who is away, and who is late himself."""

    named: Collection[int]
    away: Mapping[int, int | None]
    owners: Collection[int]
    case: Case | None
    """Set from the bureau's level on: who has acted in it for the school answers for nobody."""

    def entries(self, session: Session, role: Role, user: User) -> Iterator[Entry]:
        """The person, or why not; of one who is away the deputy as well."""
        why = self._why(session, user)
        yield Entry(user.id, role, why)
        deputy_id = self.away.get(user.id)
        if why == AWAY and deputy_id is not None:
            deputy = session.get_one(User, deputy_id)
            yield Entry(deputy.id, role, self._why(session, deputy))

    def _why(self, session: Session, user: User) -> str:
        if user.id in self.named:
            return NAMED
        if user.disabled_at is not None:
            return DISABLED
        if user.id in self.away:
            return AWAY
        if user.id in self.owners:
            return OWN
        return ACTED if self.case is not None and _acted(session, user, self.case) else ""


def _acted(session: Session, user: User, case: Case) -> bool:
    def ask() -> bool:
        return acted_for_school(session, Actor(user.id, user.login, user.name), case)

    return remembered(session, ("acted for the school", user.id, case.id, case.head_seq), ask)


def _owners(session: Session, subject: Subject, clock: Clock, at: datetime) -> frozenset[int]:
    """Nobody oversees the own lateness; a bureau with one officer has listed the leader already."""
    people = holders(session, Role(clock.owner), place_of(subject), at.astimezone(LOCAL).date())
    return frozenset(u.id for u in people) if len(people) == 1 else frozenset()


def _on_duty(session: Session, where: Unit, at: datetime) -> Sequence[User]:
    key = ("on duty", where.id, at)

    def ask() -> Sequence[User]:
        now = (Shift.unit_id == where.id, Shift.from_at <= at, Shift.until_at > at)
        query = select(User).join(Shift, Shift.user_id == User.id).where(*now)
        return session.scalars(query.order_by(Shift.id)).unique().all()

    return remembered(session, key, ask)


def _posted(session: Session, role: Role, unit: Unit, at: datetime) -> Iterable[User]:
    """Who holds a post at the unit or nearest above it, closed accounts included.

    A unit where all accounts are closed is listed, and the one above it as well.
    """
    on = at.astimezone(LOCAL).date()
    return remembered(session, ("posted", role, unit.id, on), lambda: _ask(session, role, unit, on))


def _ask(session: Session, role: Role, unit: Unit, on: date) -> list[User]:
    depth = func.length(Unit.path)
    rows = session.execute(
        select(User, depth)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(
            Membership.unit_id.in_(ancestors(unit.path)),
            Membership.role == role.value,
            *in_force(on),
        )
        .order_by(depth.desc(), User.id)
    ).all()
    open_at = next((at for user, at in rows if user.disabled_at is None), 0)
    return list(dict.fromkeys(user for user, at in rows if at >= open_at))
