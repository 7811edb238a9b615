"""The last act of a school in its open cases, found through the chains of those cases only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import String, func, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.functions import GenericFunction

from casework.models import Case, Event, Unit
from casework.permissions import LADDER, RANK, Actor, Role
from casework.services.pages import labels
from casework.services.pages.case_filters import Filters, conditions
from casework.services.scope import visible
from casework.workflows.registry import WORKFLOWS

AT_SCHOOL = (*LADDER[: RANK[Role.BUREAU_OFFICER]], Role.COUNSELLOR)


class Number(GenericFunction[str]):
    """``Case.number`` in the database: year of filing here, prefix, id."""

    type = String()
    name = "casework_number"
    inherit_cache = True


@compiles(Number, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    filed, prefix, key = (compiler.process(one, **kw) for one in element.clauses)
    return f"(strftime('%Y', {filed}, '+8 hours') || '-' || {prefix} || printf('-%06d', {key}))"


@compiles(Number, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    filed, prefix, key = (compiler.process(one, **kw) for one in element.clauses)
    year = f"to_char({filed} AT TIME ZONE 'Asia/Shanghai', 'YYYY')"
    digits = f"lpad({key}::text, greatest(6, length({key}::text)), '0')"
    return f"({year} || '-' || {prefix} || '-' || {digits})"


@dataclass(frozen=True, slots=True)
class Handling:
    """What was done last, when, and in which case."""

    label: str
    at: datetime
    number: str


def last_handling(
    session: Session, actor: Actor, schools: Iterable[Unit], base: Filters
) -> dict[int, Handling]:
    """The last act of a person of each school in one of the cases that the board is about."""
    school = aliased(Unit)
    place = func.row_number().over(
        partition_by=school.id, order_by=(Event.at.desc(), Event.id.desc())
    )
    acts = (
        select(school.id.label("school"), Event.id.label("event"), Case.id, place.label("place"))
        .select_from(school)
        .join(Unit, Unit.path.startswith(school.path))
        .join(Case, Case.unit_id == Unit.id)
        .join(Event, Event.case_key == Number(Case.filed_at, Case.prefix, Case.id))
        .where(school.id.in_([one.id for one in schools]), visible(actor))
        .where(*conditions(session, replace(base, unit_id=None)))
        .where(Event.actor_id.is_not(None), Event.actor_role.in_(AT_SCHOOL))
        .subquery()
    )
    query = (
        select(acts.c.school, Case, Event.action, Event.at)
        .join(Event, Event.id == acts.c.event)
        .join(Case, Case.id == acts.c.id)
        .where(acts.c.place == 1)
    )
    return {
        row[0]: Handling(_label(row[1], row[2]), row[3], row[1].number)
        for row in session.execute(query)
    }


def _label(case: Case, name: str) -> str:
    action = WORKFLOWS[case.case_type].action(name)
    return action.label if action else labels.EVENTS.get(name, name)
