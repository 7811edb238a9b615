"""Counts cases and flags by the unit around them, by the conditions of the list behind each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy import case as when
from sqlalchemy.orm import Session, aliased

from casework.models import Case, Clock, Unit
from casework.permissions import Actor
from casework.services.pages.board.flagged import flags_by_unit, flags_in_all
from casework.services.pages.board.measures import Measure
from casework.services.pages.case_filters import (
    Filters,
    acknowledgement_runs,
    as_args,
    conditions,
)
from casework.services.scope import visible

Rows = Select[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the address of exactly the cases, or with ``flags`` the flags, it counts."""

    name: str
    label: str
    how: str
    value: int
    args: Mapping[str, str]
    alarm: bool
    flags: bool


def figure(measure: Measure, value: int, base: Filters) -> Figure:
    """A counted measure with the filters of its list."""
    args = as_args(measure.within(base))
    return Figure(
        measure.name, measure.label, measure.how, value, args, measure.alarm, measure.flags
    )


def total(
    session: Session, actor: Actor, base: Filters, measures: Sequence[Measure]
) -> tuple[Figure, ...]:
    """Each measure counted over everything the filters hold."""
    of_cases = [one for one in measures if not one.flags]
    query = (
        select(*(_counted(session, one.within(base)) for one in of_cases))
        .select_from(Case)
        .join(Case.unit)
        .where(visible(actor))
    )
    found = iter(session.execute(query).one())
    return tuple(
        figure(
            one,
            flags_in_all(session, actor, one.within(base)) if one.flags else next(found),
            base,
        )
        for one in measures
    )


def by_unit(
    session: Session, actor: Actor, places: Sequence[Unit], base: Filters, measures: list[Measure]
) -> dict[int, tuple[int, ...]]:
    """Each measure for each of these units, none of which lies below another."""
    of_cases = [one for one in measures if not one.flags]
    around = aliased(Unit)
    columns = (_counted(session, one.within(replace(base, unit_id=None))) for one in of_cases)
    query = _around(select(around.id, *columns), around, [place.id for place in places], actor)
    counts = {row[0]: tuple(row[1:]) for row in session.execute(query)}
    flags = {
        one.name: flags_by_unit(session, actor, places, one.within(base))
        for one in measures
        if one.flags
    }
    found = {}
    for place in places:
        cases = iter(counts.get(place.id, (0,) * len(of_cases)))
        found[place.id] = tuple(
            flags[one.name][place.id] if one.flags else next(cases) for one in measures
        )
    return found


def oldest_unacknowledged(
    session: Session, actor: Actor, places: Iterable[Unit], base: Filters
) -> dict[int, datetime]:
    """Since when the oldest report of each unit has waited for its acknowledgement."""
    around = aliased(Unit)
    query = _around(
        select(around.id, func.min(Clock.started_at)),
        around,
        [place.id for place in places],
        actor,
    )
    query = query.join(Clock, and_(Clock.case_id == Case.id, acknowledgement_runs()))
    query = query.where(*conditions(session, replace(base, unit_id=None)))
    return {row[0]: row[1] for row in session.execute(query)}


def _around(query: Rows, around: type[Unit], ids: list[int], actor: Actor) -> Rows:
    return (
        query.select_from(around)
        .join(Unit, Unit.path.startswith(around.path))
        .join(Case, Case.unit_id == Unit.id)
        .where(around.id.in_(ids), visible(actor))
        .group_by(around.id)
    )


def _counted(session: Session, wanted: Filters) -> ColumnElement[int]:
    return func.count(when((and_(*conditions(session, wanted)), Case.id)))
