"""Who may know of a signal, who enters it, and who disposes of it.

The bureau above sees it. The school sees alarms, and of what was disposed of to it the fact, not
the words. Who is named in a signal never sees it; who entered one sees it again.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.models import Case, Disposition, Signal, SignalPerson, Unit
from casework.permissions import (
    BUREAU_KINDS,
    BUREAU_ROLES,
    SYSTEM,
    Actor,
    Permission,
    Role,
    Standing,
    standing,
)
from casework.services.actors import bureau_of
from casework.services.locking import NO_KEY
from casework.services.scope import names as names_in_case
from casework.services.scope import visible as visible_case
from casework.services.signals.kinds import ALARMS
from casework.services.signals.shielding import is_past_school_only
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

_BUREAU, _PLACE = aliased(Unit), aliased(Unit)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The signals the actor may know of; correlated to ``signal``, no join is needed."""
    if actor is SYSTEM:
        return Signal.id.is_not(None)
    return and_(
        or_(
            overseen(actor),
            Signal.entered_by == actor.user_id,
            and_(Signal.kind.in_(ALARMS), _below(Signal.unit_id, _homes(actor))),
            _disposed_to(actor),
        ),
        ~_names(actor),
        ~_named_in_its_case(actor),
    )


def overseen(actor: Actor) -> ColumnElement[bool]:
    """The signals that the actor's posts at a bureau answer for."""
    paths = {post.path for post in actor.posts if post.powers in BUREAU_ROLES}
    own = select(_BUREAU.id).where(_starting(_BUREAU, paths))
    return Signal.bureau_id.in_(own)


def alarms(actor: Actor) -> ColumnElement[bool]:
    """The alarms of the actor's own places and of those the actor oversees that nobody has seen."""
    near = or_(overseen(actor), _below(Signal.unit_id, _homes(actor)))
    unseen = and_(Signal.kind.in_(ALARMS), Signal.seen_at.is_(None))
    return and_(near, unseen, ~_names(actor))


def load(session: Session, actor: Actor, signal_id: int, *, lock: bool = False) -> Signal:
    """The signal; the chain of its bureau locked if asked. Raises NotFound, also out of reach."""
    found = session.scalar(select(Signal).where(Signal.id == signal_id, visible(actor)))
    if found is None:
        raise NotFound
    if lock:
        held(session, found)
    return found


def load_overseen(session: Session, actor: Actor, signal_id: int) -> Signal:
    """The signal, for who answers for it at the bureau. Raises NotFound for everybody else."""
    found = load(session, actor, signal_id)
    if not oversees(actor, session.get_one(Unit, found.bureau_id)):
        raise NotFound
    return found


def held(session: Session, signal: Signal) -> Unit:
    """The bureau of the signal, locked, and the signal as it stands now."""
    bureau = session.get_one(Unit, signal.bureau_id, with_for_update=NO_KEY, populate_existing=True)
    session.refresh(signal)
    return bureau


def answering_bureau(session: Session, unit: Unit) -> Unit:
    """The bureau that disposes of what concerns a unit: of a bureau itself, that bureau."""
    return unit if unit.kind in BUREAU_KINDS else bureau_of(session, unit)


def stands(actor: Actor, unit: Unit, roles: Iterable[Role]) -> Standing | None:
    """In which standing the actor does what these roles may at a unit; at home, or from above."""
    posts = [post for post in actor.posts if unit.path.startswith(post.home)]
    held_roles = {p.powers for p in posts if p.held_as is None and p.role is not Role.DUTY}
    acting = {p.powers: p.own for p in posts if p.powers not in held_roles}
    return standing(held_roles, tuple(roles), acting)


def disposes(actor: Actor, bureau: Unit, roles: Iterable[Role]) -> Standing | None:
    """In which standing the actor disposes of the bureau's signals; only posts of a bureau do."""
    posts = tuple(post for post in actor.posts_at(bureau.path) if post.powers in BUREAU_ROLES)
    held_roles = {p.powers for p in posts if p.held_as is None and p.role is not Role.DUTY}
    acting = {p.powers: p.own for p in posts if p.powers not in held_roles}
    return standing(held_roles, tuple(roles), acting)


def reads_words(actor: Actor, signal: Signal, bureau: Unit) -> bool:
    """True for who may read its words: the bureau, who entered it, of an alarm everybody."""
    own = actor.user_id is not None and signal.entered_by == actor.user_id
    return oversees(actor, bureau) or own or signal.kind in ALARMS


def oversees(actor: Actor, bureau: Unit) -> bool:
    """True for who answers for the bureau's signals by a post of a bureau."""
    return any(post.powers in BUREAU_ROLES for post in actor.posts_at(bureau.path))


def _homes(actor: Actor) -> set[str]:
    return {p.home for p in actor.posts if actor.can(Permission.SIGNAL_ENTER, p.path)}


def _below(column: Any, paths: Iterable[str]) -> ColumnElement[bool]:
    inside: ColumnElement[bool] = column.in_(select(_PLACE.id).where(_starting(_PLACE, paths)))
    return inside


def _starting(unit: type[Unit], paths: Iterable[str]) -> ColumnElement[bool]:
    return or_(false(), *(unit.path.startswith(path, autoescape=True) for path in sorted(paths)))


def _disposed_to(actor: Actor) -> ColumnElement[bool]:
    """A live disposition leads to a case that the actor's unit has before it."""
    return exists(
        select(Disposition.id)
        .join(Case, Disposition.case_id == Case.id)
        .join(Unit, Case.unit_id == Unit.id)
        .where(Disposition.signal_id == Signal.id, Disposition.ended_at.is_(None))
        .where(visible_case(actor), or_(Case.source == PAST_SCHOOL, ~is_past_school_only()))
        .correlate(Signal)
    )


def _named_in_its_case(actor: Actor) -> ColumnElement[bool]:
    """It was disposed of to a case that names the actor."""
    return exists(
        select(Disposition.id)
        .join(Case, Disposition.case_id == Case.id)
        .where(Disposition.signal_id == Signal.id, names_in_case(actor))
        .correlate(Signal)
    )


def _names(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        SignalPerson.signal_id == Signal.id, SignalPerson.user_id == actor.user_id
    )
