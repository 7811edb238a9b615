"""Who hears of a signal: whom it concerns by post, never whom it names, and no words of it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Signal, SignalPerson, Unit, User
from casework.permissions import Role
from casework.services.actors import school_of
from casework.services.messages import send
from casework.services.signals.kinds import KINDS
from casework.services.standins import reach

EVERY_LEVEL = (Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL)
"""At the school; the bureau, its leader and the city hear at the same time."""
ABOVE = (Role.BUREAU_OFFICER, Role.BUREAU_LEADER, Role.CITY_OFFICER)


def named(session: Session, signal: Signal) -> set[int]:
    """The accounts of whom the signal names."""
    query = select(SignalPerson.user_id).where(SignalPerson.signal_id == signal.id)
    return {one for one in session.scalars(query) if one is not None}


def tell_received(session: Session, signal: Signal, unit: Unit, bureau: Unit, at: datetime) -> None:
    """The bureau's officers; of an alarm all levels at once, each person once."""
    kind = KINDS[signal.kind]
    out = named(session, signal) | {signal.entered_by or 0}
    users = [*_of(session, ABOVE if kind.alarm else (Role.BUREAU_OFFICER,), bureau, at, out)]
    if kind.alarm:
        users += _of(session, EVERY_LEVEL, school_of(session, unit), at, out)
    template = "alarm" if kind.alarm else "signal"
    tell(session, signal, users, template, at, place=unit.name, level=1 if kind.alarm else 0)


def tell(
    session: Session,
    signal: Signal,
    users: Iterable[User],
    template: str,
    at: datetime,
    *,
    place: str = "",
    level: int = 0,
) -> None:
    """One message to each, with number, kind and place of the signal."""
    out = named(session, signal)
    params = {
        "number": signal.number,
        "signal": signal.id,
        "kind": signal.kind,
        "unit": place,
    }
    heard = [user for user in users if user.id not in out]
    about = session.get_one(Unit, signal.unit_id)
    send(session, heard, template, params, at=at, level=level, unit=about)


def _of(
    session: Session, roles: Iterable[Role], unit: Unit, at: datetime, out: set[int]
) -> list[User]:
    return [user for role in roles for user in reach(session, role, unit, at, out)]
