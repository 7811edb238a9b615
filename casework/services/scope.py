"""Which cases an actor may know of: the same condition for one case, for lists and for counts.

It is the whole of a case that is meant here; who sees only a part of it, ``parts`` tells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from casework.errors import NotFound
from casework.models import Case, Party, Person, Unit
from casework.permissions import NAMED_PARTS, SYSTEM, Actor, Permission
from casework.workflows.registry import PREFIXES

_JOINING = aliased(Unit)  # made once: an alias costs more than the question
KNOWN = 1024
"""So many people's conditions are kept: more than work at once."""
_NUMBER = re.compile(r"([0-9]{4})-([A-Z]{2})-([0-9]{6,12})")


@lru_cache(KNOWN)
def visible(actor: Actor) -> ColumnElement[bool]:
    """The cases in the actor's units, and those the actor filed; never one that names the actor.

    The statement must join ``unit`` to ``case``. Nearly every statement of a page holds this
    condition, so it is built once for a person with the same posts.
    """
    if actor is SYSTEM:
        return Case.id.is_not(None)
    inside = reached(actor.paths(Permission.CASE_READ))
    return and_(or_(inside, Case.filed_by == actor.user_id), ~names(actor))


@lru_cache(KNOWN)
def reached(paths: tuple[str, ...]) -> ColumnElement[bool]:
    """The cases of the units at these paths, and those in which such a unit takes part."""
    return or_(
        false(),
        *(Unit.path.startswith(path, autoescape=True) for path in paths),
        *([_joins(paths)] if paths else []),
    )


@lru_cache(KNOWN)
def names(actor: Actor) -> ColumnElement[bool]:
    """The case names the actor in a part that closes it to the own account."""
    return exists().where(
        Person.case_id == Case.id,
        Person.user_id == actor.user_id,
        Person.part.in_(NAMED_PARTS),
    )


def _joins(paths: Sequence[str]) -> ColumnElement[bool]:
    """A unit at one of the paths takes part in the case, though another one handles it."""
    return exists().where(
        Party.case_id == Case.id,
        Party.kind == "joining",
        Party.until_at.is_(None),
        _JOINING.id == Party.unit_id,
        or_(*(_JOINING.path.startswith(path, autoescape=True) for path in paths)),
    )


def parse_number(number: str) -> tuple[str, int] | None:
    """Case type and row id of a case number, or None when it is none."""
    match = _NUMBER.fullmatch(number)
    if match is None or match[2] not in PREFIXES:
        return None
    return PREFIXES[match[2]], int(match[3])


def load_case(session: Session, actor: Actor, number: str, *, lock: bool = False) -> Case:
    """The case with this number, locked if asked. Raises NotFound, also when out of scope."""
    query = by_number(number).where(visible(actor))
    if lock:
        query = query.with_for_update(of=Case, key_share=True)
    case = session.scalar(query)
    if case is None or case.number != number:
        raise NotFound
    return case


def by_number(number: str) -> Select[Case]:
    """The statement that finds the case with this number. Raises NotFound when it is none."""
    parsed = parse_number(number)
    if parsed is None:
        raise NotFound
    wanted = (Case.id == parsed[1], Case.case_type == parsed[0])
    return select(Case).join(Case.unit).where(*wanted)
