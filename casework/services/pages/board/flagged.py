"""Counts and lists flags by the unit around them: of cases, and of what is owed without a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Flag, Unit
from casework.permissions import Actor, Permission
from casework.services.actors import ancestors
from casework.services.pages.case_filters import (
    ANY,
    Filters,
    as_args,
    conditions,
    placed,
    start_of,
)
from casework.services.scope import visible

Rows = Select[*tuple[Any, ...]]
BLAMED: type[Unit] = aliased(Unit)
"""The unit a flag is about, which need not be the one that handles its case."""
_UNIT: type[Unit] = aliased(Unit)
"""For sets of units, found once for a statement and not compared flag by flag."""


def flags_in_all(session: Session, actor: Actor, wanted: Filters) -> int:
    """How many standing flags fit the filters."""
    return session.scalar(standing(session, actor, wanted, func.count(Flag.id))) or 0


def flags_by_unit(
    session: Session, actor: Actor, places: Sequence[Unit], wanted: Filters
) -> Counter[int]:
    """How many of them lie at or below each of these units, by the blamed unit or the case's."""
    ids = frozenset(place.id for place in places)
    units = (Flag.unit_id, Case.unit_id)
    counts = session.execute(
        standing(session, actor, wanted, *units, func.count(Flag.id)).group_by(*units)
    ).all()
    area = placed(session, Filters(unit_id=wanted.unit_id))
    paths = {row[0]: row[1] for row in session.execute(select(Unit.id, Unit.path).where(*area))}
    found: Counter[int] = Counter()
    for blamed, handling, number in counts:
        around = (*ancestors(paths.get(blamed, "")), *ancestors(paths.get(handling, "")))
        for one in ids.intersection(around):
            found[one] += number
    return found


def standing(session: Session, actor: Actor, wanted: Filters, *columns: Any) -> Rows:
    """The flags nobody has cleared that fit the filters and that the actor may know of.

    A condition on the case leaves out what has none.
    """
    query = joined(*columns).where(
        Flag.cleared_at.is_(None), known(actor), *_of_case(session, wanted)
    )
    if wanted.flag and wanted.flag != ANY:
        query = query.where(Flag.kind == wanted.flag)
    if wanted.flag_since is not None:
        query = query.where(Flag.at >= start_of(wanted.flag_since))
    return query.where(*_around(session, wanted))


def joined(*columns: Any) -> Rows:
    """Flags with ``BLAMED`` and, where a flag is of a case, the case and its unit."""
    return (
        select(*columns)
        .select_from(Flag)
        .join(BLAMED, Flag.unit_id == BLAMED.id)
        .outerjoin(Case, Flag.case_id == Case.id)
        .outerjoin(Unit, Case.unit_id == Unit.id)
    )


def known(actor: Actor) -> ColumnElement[bool]:
    """True for a flag of a case the actor may know of, or of a unit below the actor's bureau."""
    paths = actor.paths(Permission.BOARD_READ)
    own = or_(false(), *(_UNIT.path.startswith(path, autoescape=True) for path in paths))
    below = Flag.unit_id.in_(select(_UNIT.id).where(own))
    return or_(and_(Flag.case_id.is_(None), below), visible(actor))


def _of_case(session: Session, wanted: Filters) -> list[ColumnElement[bool]]:
    """What is asked of the case, apart from where it is and whether it is closed."""
    place = {"unit_id": None, "stage": "", "outside": ""}
    asked = replace(wanted, flag="", flag_since=None, closed=True, **place)  # type: ignore[arg-type]
    return conditions(session, asked) if set(as_args(asked)) > {"closed"} else []


def _around(session: Session, wanted: Filters) -> list[ColumnElement[bool]]:
    """In the area is what blames a unit there or is of a case there; outside is neither."""
    area = Filters(unit_id=wanted.unit_id, stage=wanted.stage)
    found = []
    if as_args(area):
        there = select(_UNIT.id).where(*placed(session, area, _UNIT))
        found.append(or_(Flag.unit_id.in_(there), Case.unit_id.in_(there)))
    if wanted.outside:
        beyond = select(_UNIT.id).where(*placed(session, Filters(outside=wanted.outside), _UNIT))
        found.append(Flag.unit_id.in_(beyond))
        found.append(or_(Case.unit_id.is_(None), Case.unit_id.in_(beyond)))
    return found
