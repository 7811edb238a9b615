"""Acknowledging a level: in the system, by the signed link of a message, or by a telephone call
that a bureau officer records. A person did it, or nobody has.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.models import Call, Case, Clock, Escalation, Unit, User
from casework.models.call import ACKNOWLEDGED, MET, OVERTAKEN, PASSED
from casework.permissions import Actor, Role
from casework.services import timeline
from casework.services.calls.calling import calls_of
from casework.services.calls.reach import (
    Held,
    answerable,
    in_reach,
    link_holds,
    listed,
    recorder,
    refusal,
)
from casework.services.subjects import Subject
from casework.text import N_, Text

TOLERANCE = timedelta(minutes=2)

NO_LEVEL = N_("This is no escalation that anybody must acknowledge.")
NOT_REACHED = N_("Choose a person whom this level has called.")
HIMSELF = N_("You were called yourself: acknowledge it as yourself.")
FUTURE = N_("This lies in the future.")
BEFORE = N_("This lies before the call.")
ALREADY = N_("%(name)s has acknowledged this already.")


def acknowledge(session: Session, actor: Actor, escalation_id: int) -> Escalation:
    """The actor has taken note. Doing it again changes nothing.

    Raises NotFound out of scope or when the actor must not know of it, NotAllowed when this level
    calls others or the actor has acted for the school, Conflict for what is no level.
    """
    held = _hold(session, escalation_id)
    if not in_reach(session, actor, held):
        raise NotFound
    if held.row.level is None:
        raise Conflict(Text(NO_LEVEL))
    if held.row.acknowledged_at is not None:
        return held.row
    why = refusal(session, actor, held)
    if why is not None:
        raise NotAllowed(why)
    return _answered(session, held, _Answer(actor.user_id or 0, "app", time.now()))


def acknowledge_by_link(session: Session, call_id: int, lives: timedelta) -> Escalation:
    """The person who was sent the link has taken note, without logging in.

    ``lives`` is how long after the call the link acknowledges. Raises NotFound when there is no
    such call, the link is too old, or the person must not know of it any more; Conflict when
    somebody has acknowledged already.
    """
    call = session.get(Call, call_id)
    if call is None:
        raise NotFound
    held = _hold(session, call.escalation_id)
    if not link_holds(session, call, held, lives) or call.user_id is None:
        raise NotFound
    if held.row.acknowledged_at is not None:
        name = session.get_one(User, held.row.acknowledged_by).name
        raise Conflict(Text(ALREADY, {"name": name}))
    return _answered(session, held, _Answer(call.user_id, "link", time.now()))


def acknowledge_by_phone(
    session: Session, actor: Actor, escalation_id: int, user_id: int | None, at: datetime | None
) -> Escalation:
    """A bureau officer has spoken with a person whom the level called, at an instant.

    Raises NotFound out of scope, NotAllowed unless the actor is an officer over the unit who has
    not acted for the school, Conflict for what is no level, Invalid for another person or time.
    """
    held = _hold(session, escalation_id)
    if not in_reach(session, actor, held):
        raise NotFound
    if held.row.level is None:
        raise Conflict(Text(NO_LEVEL))
    role, why = recorder(session, actor, held)
    if role is None or why is not None:
        raise NotAllowed(why)
    now = time.now()
    reached = at or now
    errors: dict[str, list[Text]] = {}
    if user_id is None or user_id not in {call.user_id for call in answerable(session, held)}:
        errors["user_id"] = [Text(NOT_REACHED)]
    elif user_id == actor.user_id:
        errors["user_id"] = [Text(HIMSELF)]
    if reached > now + TOLERANCE:
        errors["at"] = [Text(FUTURE)]
    elif reached < held.row.at.replace(second=0, microsecond=0):
        errors["at"] = [Text(BEFORE)]
    if errors or user_id is None:
        raise Invalid(errors)
    if held.row.acknowledged_at is not None:
        return held.row
    answer = _Answer(user_id, "phone", min(reached, now), actor.user_id, role)
    return _answered(session, held, answer)


def _hold(session: Session, escalation_id: int) -> Held:
    row = session.get(Escalation, escalation_id)
    if row is None:
        raise NotFound
    subject: Subject
    if row.case_id is not None:
        locked = select(Case).where(Case.id == row.case_id)
        subject = session.scalars(locked.with_for_update(of=Case, key_share=True)).one()
    else:
        units = select(Unit).where(Unit.id == row.unit_id)
        subject = session.scalars(units.with_for_update(of=Unit, key_share=True)).one()
    session.refresh(row)
    return Held(row, session.get_one(Clock, row.clock_id), subject)


@dataclass(frozen=True, slots=True)
class _Answer:
    """Who has taken note, how and when; of a telephone call also who recorded it, as what."""

    user_id: int
    means: str
    at: datetime
    recorded_by: int | None = None
    recorded_as: Role | None = None


def _answered(session: Session, held: Held, answer: _Answer) -> Escalation:
    """Write who acknowledged, end the calls of this level and of those below on the same clock."""
    row, now = held.row, time.now()
    row.acknowledged_at, row.acknowledged_by = answer.at, answer.user_id
    by_id = answer.recorded_by or answer.user_id
    called = [call for call in calls_of(session, row.id) if call.outcome != PASSED]
    own = [call for call in called if call.user_id == answer.user_id]
    for call in _open_calls(session, held):
        call.ended_at, call.outcome = now, MET if call.escalation_id == row.id else OVERTAKEN
    for call in own[-1:]:
        call.outcome, call.ended_at = ACKNOWLEDGED, call.ended_at or now
        call.means, call.by_id, call.reached_at = answer.means, by_id, answer.at
    session.flush()
    data = {
        "escalation": row.id,
        "rule": held.clock.rule_id,
        "recipient": held.clock.recipient or None,
        "rung": row.rung,
        "level": row.level,
        "acknowledged_by": answer.user_id,
        "acknowledged_at": answer.at,
        "means": answer.means,
    }
    role = answer.recorded_as or _role_of(session, held, own, answer.user_id)
    kept = timeline.plain(data)
    entry = timeline.Entry(now, "level_acknowledged", by_id, role.value, data=kept)
    timeline.append(session, held.subject, entry)
    return row


def _open_calls(session: Session, held: Held) -> list[Call]:
    below = (Call.clock_id == held.clock.id, Call.level <= (held.row.level or 0))
    return list(session.scalars(select(Call).where(*below, Call.ended_at.is_(None))))


def _role_of(session: Session, held: Held, own: list[Call], user_id: int) -> Role:
    """The role in which the person was called, or would be."""
    if own:
        return Role(own[-1].role)
    entries = listed(session, held, time.now())
    return next((entry.role for entry in entries if entry.user_id == user_id), Role.STAFF)
