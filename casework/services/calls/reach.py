"""Who may know of an escalation, who may acknowledge it, and who may record a telephone call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Call, Case, Clock, Escalation, Unit, User
from casework.models.call import PASSED
from casework.permissions import BUREAU_KINDS, BUREAU_ROLES, Actor, Permission, Role
from casework.services.calls.calling import calls_of, ladder_of
from casework.services.calls.listing import BUREAU_LEVEL, Entry, call_list
from casework.services.findings.silence import silent
from casework.services.pages.audit_scope import acted_for_school
from casework.services.scope import visible
from casework.services.subjects import Subject, case_of, named_in, place_of
from casework.text import N_, Text

SHIELDED = frozenset({"signal", "finding"})
"""What a clock of a unit may hang on without the unit itself being told of it."""

NOT_CALLED = N_("This level calls other people; you are not on its list.")
ACTED = N_("You have acted for the school in this case; another person must acknowledge it.")
NOT_OFFICER = N_("Telephone calls are recorded by an officer of the bureau.")


@dataclass(frozen=True, slots=True)
class Held:
    """An escalation with its clock and what both are about."""

    row: Escalation
    clock: Clock
    subject: Subject


def find(session: Session, escalation_id: int) -> Held:
    """A level that was reached. Raises NotFound when there is none, or it is only a reminder."""
    held = _read(session, escalation_id)
    if held.row.level is None:
        raise NotFound
    return held


def find_any(session: Session, actor: Actor, escalation_id: int) -> Held:
    """A rung that fired, of whatever kind. Raises NotFound out of reach."""
    held = _read(session, escalation_id)
    if not in_reach(session, actor, held):
        raise NotFound
    return held


def _read(session: Session, escalation_id: int) -> Held:
    row = session.get(Escalation, escalation_id)
    if row is None:
        raise NotFound
    subject: Subject = (
        session.get_one(Case, row.case_id)
        if row.case_id is not None
        else session.get_one(Unit, row.unit_id)
    )
    return Held(row, session.get_one(Clock, row.clock_id), subject)


def in_reach(session: Session, actor: Actor, held: Held) -> bool:
    """True when the actor may know of an escalation: called by it, or seeing what it is about.

    A school does not hear through it of a signal or a finding about it.
    """
    if actor.user_id is None or actor.user_id in silenced(session, held):
        return False
    if any(call.user_id == actor.user_id for call in calls_of(session, held.row.id)):
        return True
    subject, path = held.subject, place_of(held.subject).path
    if isinstance(subject, Case):
        seen = select(Case.id).join(Case.unit).where(Case.id == subject.id, visible(actor))
        return session.scalar(seen) is not None
    if any(post.powers in BUREAU_ROLES for post in actor.posts_at(path)):
        return True
    return held.clock.subject_kind not in SHIELDED and actor.can(Permission.CASE_READ, path)


def silenced(session: Session, held: Held) -> frozenset[int]:
    """The accounts that must hear nothing of it."""
    return named_in(session, held.subject) | silent(session, held.clock)


def refusal(session: Session, actor: Actor, held: Held, at: datetime | None = None) -> Text | None:
    """Why the actor may not acknowledge it; None for who may. Asked only of who is in reach.

    Whoever has been called may, even after the time to answer, and whoever stands on the list.
    """
    called = any(
        call.user_id == actor.user_id and call.outcome != PASSED
        for call in calls_of(session, held.row.id)
    )
    if not called and not _is_listed(session, actor, held, at or time.now()):
        return Text(NOT_CALLED)
    return _partial(session, actor, held)


def recorder(session: Session, actor: Actor, held: Held) -> tuple[Role | None, Text | None]:
    """The role in which the actor may record a telephone call, or None and why not."""
    role = _bureau_role(actor, held)
    if role is None:
        return None, Text(NOT_OFFICER)
    return role, _partial(session, actor, held)


def answerable(session: Session, held: Held) -> list[Call]:
    """The calls of a level that somebody may say to have taken note of, the last one first.

    Whoever has been named in the matter since is told nothing of it, and answers for nothing.
    """
    hidden = {None, *silenced(session, held)}
    calls = reversed(calls_of(session, held.row.id))
    return [call for call in calls if call.outcome != PASSED and call.user_id not in hidden]


def link_holds(session: Session, call: Call, held: Held, lives: timedelta) -> bool:
    """True while the link of a call may be used by whoever was sent it."""
    if call.user_id is None or call.outcome == PASSED or time.now() > call.called_at + lives:
        return False
    user = session.get_one(User, call.user_id)
    if user.disabled_at is not None or user.id in silenced(session, held):
        return False
    return _partial(session, Actor(user.id, user.login, user.name), held) is None


def listed(session: Session, held: Held, at: datetime) -> list[Entry]:
    """Whom the level of an escalation may call now, in order."""
    level = held.row.level or 0
    rungs = ladder_of(session, held.clock).rungs
    words = next((rung.call for rung in rungs if rung.level == level), ())
    return call_list(session, held.subject, held.clock, words, level, at)


def _is_listed(session: Session, actor: Actor, held: Held, at: datetime) -> bool:
    entries = listed(session, held, at)
    return any(entry.user_id == actor.user_id and not entry.why for entry in entries)


def _partial(session: Session, actor: Actor, held: Held) -> Text | None:
    """Who has acted for the school does not answer for the bureau."""
    case = case_of(held.subject)
    of_bureau = (held.row.level or 0) >= BUREAU_LEVEL
    acted = of_bureau and case is not None and acted_for_school(session, actor, case)
    return Text(ACTED) if acted else None


def _bureau_role(actor: Actor, held: Held) -> Role | None:
    for post in actor.posts_at(place_of(held.subject).path):
        if post.powers in BUREAU_ROLES or (
            post.role is Role.DUTY and post.unit_kind in BUREAU_KINDS
        ):
            return post.own
    return None
