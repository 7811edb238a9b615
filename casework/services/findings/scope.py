"""Which findings an actor may know of: those of the own units, never one about oneself."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Finding, FindingPerson, Person, SignalPerson, Unit
from casework.permissions import BUREAU_ROLES, NAMED_PARTS, PERMISSIONS, Actor, Permission, Post


def visible(actor: Actor) -> ColumnElement[bool]:
    """The findings on the actor's units, unless they accuse or their matter names the actor.

    The statement must join ``unit`` to ``finding``.
    """
    paths = actor.paths(Permission.FINDING_READ)
    inside = or_(false(), *(Unit.path.startswith(path, autoescape=True) for path in paths))
    return and_(inside, ~_accuses(actor), ~_case_names(actor), ~_signal_names(actor))


def load(session: Session, actor: Actor, finding_id: int, *, lock: bool = False) -> Finding:
    """The finding, locked if asked. Raises NotFound, also when out of scope."""
    query = select(Finding).join(Unit, Finding.unit_id == Unit.id)
    query = query.where(Finding.id == finding_id, visible(actor))
    if lock:
        query = query.with_for_update(of=Finding).execution_options(populate_existing=True)
    found = session.scalar(query)
    if found is None:
        raise NotFound
    return found


def of_bureau(actor: Actor, unit: Unit) -> bool:
    """True for who reads the findings on this unit from above it, with all they rest on."""
    return any(_from_above(post, unit) for post in actor.posts_at(unit.path))


def _from_above(post: Post, unit: Unit) -> bool:
    reads = Permission.FINDING_READ in PERMISSIONS[post.role]
    return reads and post.powers in BUREAU_ROLES and post.path != unit.path


def _accuses(actor: Actor) -> ColumnElement[bool]:
    mine = FindingPerson.user_id == actor.user_id
    return exists().where(FindingPerson.finding_id == Finding.id, mine)


def _case_names(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        Finding.subject_kind == "case",
        Person.case_id == Finding.subject_id,
        Person.user_id == actor.user_id,
        Person.part.in_(NAMED_PARTS),
    )


def _signal_names(actor: Actor) -> ColumnElement[bool]:
    return exists().where(
        Finding.subject_kind == "signal",
        SignalPerson.signal_id == Finding.subject_id,
        SignalPerson.user_id == actor.user_id,
    )
