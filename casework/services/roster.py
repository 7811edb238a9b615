"""Who is away and who is on duty: written here, read by whoever asks who answers for a post.

Every change is one event on the chain of the school or bureau, without a name. A duty gives powers,
so nobody enters an own one; an absence anybody enters for the own person.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Away, Membership, Shift, Unit, User
from casework.models.away import REASONS
from casework.permissions import Actor
from casework.services import timeline
from casework.services.memo import KEY
from casework.services.messages import send
from casework.services.roster_reach import homes_of, keeper_at, keeper_of, role_at
from casework.text import N_, Text

LONGEST_SHIFT = timedelta(days=7)
AHEAD = timedelta(days=366)
DUTY_KINDS = ("school", "district", "county_bureau", "city_bureau")

REQUIRED = N_("This entry is needed.")
NO_USER = N_("Choose somebody who works here.")
NO_REASON = N_("Choose a reason from the list.")
NO_UNIT = N_("Choose a school or a bureau.")
BEFORE_TODAY = N_("This cannot begin before today.")
TOO_FAR = N_("This lies more than a year ahead.")
UNTIL_BEFORE = N_("The end must lie after the beginning.")
PAST = N_("The end has already passed.")
TOO_LONG = N_("One turn of duty lasts seven days at most; enter the next one separately.")
AWAY_TWICE = N_("For this time an absence is entered already.")
SHIFT_TWICE = N_("This person is on duty in this time already.")
SELF_DEPUTY = N_("Nobody stands in for themselves. Choose somebody else.")
OWN_DEPUTY = N_("Whoever enters somebody else's absence cannot stand in for them.")
FAR_DEPUTY = N_("Whoever stands in must work at the same school or bureau.")
IS_AWAY = N_("This person is away in this time.")
OVER = N_("This has already ended.")

Errors = dict[str, list[Text]]


def record_away(
    session: Session,
    actor: Actor,
    user_id: int | None,
    from_at: datetime | None,
    until_at: datetime | None,
    reason: str,
    deputy_id: int | None = None,
) -> Away:
    """Enter an absence; ``until_at`` None: until further notice. Raises Invalid, NotAllowed."""
    user = _user(session, user_id)
    if user is None:
        raise Invalid({"user_id": [Text(NO_USER)]})
    if user.id != actor.user_id and not keeper_of(session, actor, user.id):
        raise NotAllowed
    errors = _times(from_at, until_at)
    if reason not in REASONS:
        errors["reason"] = [Text(NO_REASON)]
    if deputy_id is not None:
        errors |= _deputy(session, actor, user, deputy_id)
    if from_at is not None and "from_at" not in errors:
        errors |= _already_away(session, user, from_at, until_at)
        errors |= _deputy_away(session, deputy_id, from_at, until_at)
    if errors or from_at is None:
        raise Invalid(errors)
    row = Away(
        user_id=user.id,
        deputy_id=deputy_id,
        reason=reason,
        from_at=from_at,
        until_at=until_at,
        recorded_by=actor.user_id,
        recorded_at=clock.now(),
    )
    session.add(row)
    _note(session, actor, _home(session, user.id), "away_recorded", _away_data(row))
    _tell(session, actor, row)
    return row


def end_away(session: Session, actor: Actor, away_id: int) -> Away:
    """End an absence now; one that has not begun never was. Raises NotFound, Conflict."""
    row = session.get(Away, away_id, with_for_update=True)
    if row is None:
        raise NotFound
    if row.user_id != actor.user_id and not keeper_of(session, actor, row.user_id):
        raise NotFound
    now = clock.now()
    if row.until_at is not None and row.until_at <= max(now, row.from_at):
        raise Conflict(Text(OVER))
    row.until_at = max(now, row.from_at)
    data = {"away": row.id, "user": row.user_id, "until": row.until_at}
    _note(session, actor, _home(session, row.user_id), "away_ended", data)
    return row


def add_shift(
    session: Session,
    actor: Actor,
    unit_id: int | None,
    user_id: int | None,
    from_at: datetime | None,
    until_at: datetime | None,
) -> Shift:
    """Put somebody on duty at a school or bureau. Raises Invalid, NotAllowed."""
    unit = session.get(Unit, unit_id) if unit_id else None
    if unit is None or unit.kind not in DUTY_KINDS:
        raise Invalid({"unit_id": [Text(NO_UNIT)]})
    if not keeper_at(actor, unit):
        raise NotAllowed
    errors = _times(from_at, until_at)
    user = _user(session, user_id)
    if user is None or unit.id not in {home.id for home in homes_of(session, user.id)}:
        errors["user_id"] = [Text(NO_USER)]
    if until_at is None:
        errors.setdefault("until_at", [Text(REQUIRED)])
    if errors or user is None or from_at is None or until_at is None:
        raise Invalid(errors)
    if until_at - from_at > LONGEST_SHIFT:
        raise Invalid({"until_at": [Text(TOO_LONG)]})
    _free(session, unit, user, from_at, until_at)
    row = Shift(
        unit_id=unit.id,
        user_id=user.id,
        from_at=from_at,
        until_at=until_at,
        recorded_by=actor.user_id,
        recorded_at=clock.now(),
    )
    session.add(row)
    data = {"user": user.id, "from": from_at, "until": until_at}
    _note(session, actor, unit, "shift_added", data)
    return row


def remove_shift(session: Session, actor: Actor, shift_id: int) -> None:
    """Take back a turn of duty; one that has begun ends now. Raises NotFound, Conflict."""
    row = session.get(Shift, shift_id, with_for_update=True)
    unit = session.get(Unit, row.unit_id) if row is not None else None
    if row is None or unit is None or not keeper_at(actor, unit):
        raise NotFound
    now = clock.now()
    if row.until_at <= now:
        raise Conflict(Text(OVER))
    data = {"shift": row.id, "user": row.user_id, "from": row.from_at, "until": row.until_at}
    if row.from_at < now:
        row.until_at = now
        _note(session, actor, unit, "shift_ended", {**data, "until": now})
    else:
        session.delete(row)
        _note(session, actor, unit, "shift_removed", data)


def _user(session: Session, user_id: int | None) -> User | None:
    user = session.get(User, user_id) if user_id else None
    return user if user is not None and user.disabled_at is None else None


def _times(from_at: datetime | None, until_at: datetime | None) -> Errors:
    """What is wrong with a span: it lies in the present or ahead, for the past is not rewritten."""
    if from_at is None:
        return {"from_at": [Text(REQUIRED)]}
    now = clock.now()
    errors: Errors = {}
    morning = datetime.combine(now.astimezone(LOCAL).date(), time(0), LOCAL)
    if from_at < morning:
        errors["from_at"] = [Text(BEFORE_TODAY)]
    elif from_at > now + AHEAD:
        errors["from_at"] = [Text(TOO_FAR)]
    if until_at is None:
        return errors
    if until_at <= from_at:
        errors["until_at"] = [Text(UNTIL_BEFORE)]
    elif until_at <= now:
        errors["until_at"] = [Text(PAST)]
    elif until_at > now + 2 * AHEAD:
        errors["until_at"] = [Text(TOO_FAR)]
    return errors


def _deputy(session: Session, actor: Actor, user: User, deputy_id: int) -> Errors:
    if deputy_id == user.id:
        return {"deputy_id": [Text(SELF_DEPUTY)]}
    if deputy_id == actor.user_id:
        return {"deputy_id": [Text(OWN_DEPUTY)]}
    if _user(session, deputy_id) is None:
        return {"deputy_id": [Text(NO_USER)]}
    ours = {home.id for home in homes_of(session, user.id)}
    theirs = {home.id for home in homes_of(session, deputy_id)}
    return {} if ours & theirs else {"deputy_id": [Text(FAR_DEPUTY)]}


def _already_away(
    session: Session, user: User, from_at: datetime, until_at: datetime | None
) -> Errors:
    twice = _absences(session, user.id, from_at, until_at)
    return {"from_at": [Text(AWAY_TWICE)]} if twice else {}


def _deputy_away(
    session: Session, deputy_id: int | None, from_at: datetime, until_at: datetime | None
) -> Errors:
    away = deputy_id is not None and _absences(session, deputy_id, from_at, until_at)
    return {"deputy_id": [Text(IS_AWAY)]} if away else {}


def _absences(session: Session, user_id: int, from_at: datetime, until_at: datetime | None) -> bool:
    """True when an absence of the account overlaps the span; a cancelled one lasts no time."""
    lasts = or_(Away.until_at.is_(None), Away.until_at > Away.from_at)
    query = select(Away.id).where(Away.user_id == user_id, lasts)
    query = query.where(or_(Away.until_at.is_(None), Away.until_at > from_at))
    if until_at is not None:
        query = query.where(Away.from_at < until_at)
    return session.scalar(query.limit(1)) is not None


def _free(session: Session, unit: Unit, user: User, from_at: datetime, until_at: datetime) -> None:
    overlap = (Shift.from_at < until_at, Shift.until_at > from_at)
    mine = (Shift.unit_id == unit.id, Shift.user_id == user.id)
    if session.scalar(select(Shift.id).where(*mine, *overlap).limit(1)) is not None:
        raise Invalid({"from_at": [Text(SHIFT_TWICE)]})
    if _absences(session, user.id, from_at, until_at):
        raise Invalid({"user_id": [Text(IS_AWAY)]})


def _home(session: Session, user_id: int) -> Unit:
    """The school or bureau on whose chain it stands; whoever holds no post stands at the top."""
    found = homes_of(session, user_id)
    if found:
        return found[0]
    old = select(Unit).join(Membership, Membership.unit_id == Unit.id)
    last = session.scalar(old.where(Membership.user_id == user_id).order_by(Membership.id.desc()))
    return last or session.scalars(select(Unit).order_by(Unit.path).limit(1)).one()


def _away_data(row: Away) -> dict[str, Any]:
    return {
        "user": row.user_id,
        "deputy": row.deputy_id,
        "reason": row.reason,
        "from": row.from_at,
        "until": row.until_at,
    }


def _tell(session: Session, actor: Actor, row: Away) -> None:
    """Who stands in learns of it, and who was entered as away by somebody else."""
    people = {"named_deputy": row.deputy_id, "entered_away": row.user_id}
    for template, user_id in people.items():
        if user_id is not None and user_id != actor.user_id:
            send(session, [session.get_one(User, user_id)], template, {}, at=clock.now())


def _note(session: Session, actor: Actor, unit: Unit, action: str, data: Mapping[str, Any]) -> None:
    """One event on the unit's chain, which stays locked meanwhile; whoever asks next asks anew."""
    session.flush()
    query = select(Unit).where(Unit.id == unit.id).with_for_update(key_share=True)
    locked = session.scalars(query.execution_options(populate_existing=True)).one()
    role = role_at(actor, locked)
    entry = timeline.Entry(
        clock.now(), action, actor.user_id, role.value, data=timeline.plain(dict(data))
    )
    timeline.append(session, locked, entry)
    session.flush()
    session.info.pop(KEY, None)
