"""The duty roster of one school or bureau: who is away, who stands in, who is on duty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.errors import NotFound
from casework.models import Away, Membership, Shift, Unit, User
from casework.permissions import ROLE_LABELS, Actor, Role
from casework.services.actors import in_force, school_of
from casework.services.pages.forms import Option, as_is
from casework.services.roster import DUTY_KINDS
from casework.services.roster_reach import keeper_at, keeper_of
from casework.text import N_, Text

AHEAD = timedelta(days=14)
NIGHT = timedelta(hours=12)
REASONS = {
    "leave": N_("Leave"),
    "sick": N_("Sick"),
    "training": N_("Training"),
    "travel": N_("Business trip"),
    "off_duty": N_("Off duty"),
    "other": N_("Other"),
}
PERSON = N_("%(name)s · %(role)s")


@dataclass(frozen=True, slots=True)
class AwayLine:
    """One absence. ``reason`` is told to the person and to who keeps the roster only."""

    id: int
    name: str
    roles: tuple[str, ...]
    from_at: datetime
    until_at: datetime | None
    deputy: str
    reason: str
    now: bool
    may_end: bool


@dataclass(frozen=True, slots=True)
class ShiftLine:
    """One turn of duty."""

    id: int
    name: str
    from_at: datetime
    until_at: datetime
    now: bool
    mine: bool


@dataclass(frozen=True, slots=True)
class AwayForm:
    """Whom an absence can be entered for, and who may stand in."""

    user_id: int
    people: tuple[Option, ...]
    deputies: tuple[Option, ...]
    reasons: tuple[Option, ...]
    from_at: datetime


@dataclass(frozen=True, slots=True)
class RosterPage:
    """Everything the page shows. ``keeps``: the viewer keeps this roster."""

    unit_id: int
    unit: str
    units: tuple[Option, ...]
    keeps: bool
    away: tuple[AwayLine, ...]
    shifts: tuple[ShiftLine, ...]
    form: AwayForm
    people: tuple[Option, ...]
    shift_from: datetime
    shift_until: datetime
    days: int


def roster_page(session: Session, actor: Actor, unit_id: int | None = None) -> RosterPage:
    """The roster of a unit the actor belongs to or keeps; the own first. Raises NotFound."""
    units = _units(session, actor)
    unit = next((one for one in units if one.id == unit_id), units[0] if units else None)
    if unit is None or (unit_id is not None and unit.id != unit_id):
        raise NotFound
    now, keeps = clock.now(), keeper_at(actor, unit)
    people = _people(session, unit)
    return RosterPage(
        unit_id=unit.id,
        unit=unit.name,
        units=tuple(Option(str(one.id), as_is(one.name)) for one in units),
        keeps=keeps,
        away=_away(session, actor, unit, now),
        shifts=_shifts(session, actor, unit, now),
        form=_form(session, actor, unit, people, keeps=keeps),
        people=_options(people),
        shift_from=_hour(now),
        shift_until=_hour(now) + NIGHT,
        days=AHEAD.days,
    )


def away_form(session: Session, actor: Actor) -> AwayForm | None:
    """The form of the own absence; None for who works nowhere."""
    units = _units(session, actor)
    if not units:
        return None
    return _form(session, actor, units[0], _people(session, units[0]), keeps=False)


def _units(session: Session, actor: Actor) -> list[Unit]:
    """The schools and bureaus of the own posts, the oldest first; then those administered."""
    own = [school_of(session, session.get_one(Unit, post.unit_id)) for post in actor.posts]
    found = {unit.id: unit for unit in own}
    for post in actor.posts:
        if post.role is Role.ADMIN:
            below = select(Unit).where(
                Unit.path.startswith(post.path, autoescape=True), Unit.kind.in_(DUTY_KINDS)
            )
            found |= {unit.id: unit for unit in session.scalars(below.order_by(Unit.path))}
    return list(found.values())


def _people(session: Session, unit: Unit) -> list[tuple[User, tuple[str, ...]]]:
    """Who works here today, each once, with the posts in words."""
    below = Unit.path.startswith(unit.path, autoescape=True)
    here = below if unit.kind in {"school", "district"} else Unit.id == unit.id
    query = (
        select(User, Membership.role)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(here, User.disabled_at.is_(None), *in_force(clock.today()))
        .order_by(User.name, User.id, Membership.id)
    )
    found: dict[int, tuple[User, tuple[str, ...]]] = {}
    for user, role in session.execute(query):
        known = found.get(user.id, (user, ()))[1]
        label = ROLE_LABELS[role]
        found[user.id] = user, known if label in known else (*known, label)
    return list(found.values())


def _principals(session: Session, unit: Unit) -> list[tuple[User, tuple[str, ...]]]:
    """The principals of the schools below a bureau, who tell it when they are away."""
    query = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .join(Membership.unit)
        .where(
            Unit.path.startswith(unit.path, autoescape=True),
            Unit.id != unit.id,
            Membership.role == Role.PRINCIPAL.value,
            User.disabled_at.is_(None),
            *in_force(clock.today()),
        )
        .order_by(Unit.path, User.id)
        .distinct()
    )
    users = {user.id: user for user in session.scalars(query.add_columns(Unit.path))}
    return [(user, (ROLE_LABELS[Role.PRINCIPAL],)) for user in users.values()]


def _away(session: Session, actor: Actor, unit: Unit, now: datetime) -> tuple[AwayLine, ...]:
    known = [*_people(session, unit), *_kept_principals(session, unit)]
    roles = {user.id: labels for user, labels in known}
    names = {user.id: user.name for user, _ in known}
    lasts = or_(Away.until_at.is_(None), and_(Away.until_at > now, Away.until_at > Away.from_at))
    query = select(Away).where(Away.user_id.in_(roles), lasts, Away.from_at < now + AHEAD)
    rows = session.scalars(query.order_by(Away.from_at, Away.id)).all()
    ids = {row.deputy_id for row in rows}
    deputies = {u.id: u.name for u in session.scalars(select(User).where(User.id.in_(ids)))}
    found = []
    for row in rows:
        mine = row.user_id == actor.user_id or keeper_of(session, actor, row.user_id)
        found.append(
            AwayLine(
                id=row.id,
                name=names[row.user_id],
                roles=roles[row.user_id],
                from_at=row.from_at,
                until_at=row.until_at,
                deputy=deputies.get(row.deputy_id or 0, ""),
                reason=REASONS[row.reason] if mine else "",
                now=row.from_at <= now,
                may_end=mine,
            )
        )
    return tuple(found)


def _kept_principals(session: Session, unit: Unit) -> list[tuple[User, tuple[str, ...]]]:
    return _principals(session, unit) if unit.kind == "county_bureau" else []


def _shifts(session: Session, actor: Actor, unit: Unit, now: datetime) -> tuple[ShiftLine, ...]:
    query = (
        select(Shift, User.name)
        .join(User, Shift.user_id == User.id)
        .where(Shift.unit_id == unit.id, Shift.until_at > now, Shift.from_at < now + AHEAD)
        .order_by(Shift.from_at, Shift.id)
    )
    return tuple(
        ShiftLine(
            row.id,
            name,
            row.from_at,
            row.until_at,
            row.from_at <= now,
            row.user_id == actor.user_id,
        )
        for row, name in session.execute(query)
    )


def _form(
    session: Session,
    actor: Actor,
    unit: Unit,
    people: Sequence[tuple[User, tuple[str, ...]]],
    *,
    keeps: bool,
) -> AwayForm:
    kept = [*people, *_kept_principals(session, unit)] if keeps else []
    return AwayForm(
        user_id=actor.user_id or 0,
        people=_options(kept),
        deputies=_options([one for one in people if one[0].id != actor.user_id]),
        reasons=tuple(Option(value, Text(label)) for value, label in REASONS.items()),
        from_at=clock.now(),
    )


def _options(people: Sequence[tuple[User, tuple[str, ...]]]) -> tuple[Option, ...]:
    return tuple(
        Option(
            str(user.id),
            Text(PERSON, {"name": user.name, "role": [Text(label) for label in labels]}),
        )
        for user, labels in people
    )


def _hour(now: datetime) -> datetime:
    """The next full hour: where a turn of duty begins unless said otherwise."""
    return (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
