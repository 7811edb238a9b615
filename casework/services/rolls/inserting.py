"""The statements that make expectations and clocks for all classes of many schools at once."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CTE,
    Select,
    and_,
    exists,
    func,
    insert,
    literal,
    select,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from casework.deadlines import book
from casework.deadlines.rules import Origin
from casework.models import Clock, ExpectedRoll, Period, Rollcall, Unit
from casework.models.base import table_of
from casework.services import clock_rows
from casework.services.rolls.duty import KIND, Duty
from casework.services.rolls.seated import has_pupils

SUBJECT = ("subject_kind", "subject_id", "unit_id")
CONSTANT = (
    *("rule_id", "rule_version", "region", "recipient", "round", "owner", "terms", "derivation"),
    *("provisional", "born_at", "started_at", "target_at", "limit_at", "next_rung_at"),
    *("rung", "failures"),
)
"""The columns that are the same in every clock of one bell under one rule."""


def expect(
    session: Session,
    on: date,
    bell: datetime,
    period_ids: Sequence[int],
    owed: Sequence[Duty],
    now: datetime,
    closed: Collection[int] = (),
) -> None:
    """Make the expectations and clocks of the rolls of these periods that are missing.

    Not of the units that are ``closed``, nor of those in a grade that is.

    Two statements, for the second one sees what was saved while the first one waited for a unit:
    who saves a roll locks its unit, and so does every new row that refers to it.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    missing = _missing(on, period_ids, closed)
    rows = select(
        missing.c.unit_id,
        literal(on, ExpectedRoll.on.type),
        missing.c.code,
        missing.c.period_id,
        literal(bell, ExpectedRoll.bell_at.type),
        literal(now, ExpectedRoll.made_at.type),
    ).where(has_pupils(missing.c, on))
    names = ["unit_id", "on", "period", "period_id", "bell_at", "made_at"]
    last = session.scalar(select(func.max(ExpectedRoll.id))) or 0
    made = dialect.insert(table_of(ExpectedRoll)).from_select(names, rows)
    session.execute(made.on_conflict_do_nothing())
    for duty in owed:
        session.execute(_clocks(last, bell, duty))


def _missing(on: date, period_ids: Sequence[int], closed: Collection[int]) -> CTE:
    """The units whose roll was not saved, right below a school or below its grades.

    Looked at unit by unit, from the schools down; whether anybody is on the list is asked only of
    those that are left.
    """
    unit, grade = aliased(Unit), aliased(Unit)
    columns = (unit.id.label("unit_id"), unit.kind, Period.code, Period.id.label("period_id"))
    own_kind = unit.kind == Period.unit_kind
    saved = exists().where(
        Rollcall.on == on, Rollcall.period == Period.code, Rollcall.unit_id == unit.id
    )
    wanted = [Period.id.in_(period_ids), ~saved]
    if closed:
        wanted.append(unit.id.not_in(closed))
    direct = (
        select(*columns).join(unit, and_(unit.parent_id == Period.unit_id, own_kind)).where(*wanted)
    )
    below = (
        select(*columns)
        .join(grade, and_(grade.parent_id == Period.unit_id, grade.kind == "grade"))
        .join(unit, and_(unit.parent_id == grade.id, own_kind))
        .where(*wanted, *([grade.id.not_in(closed)] if closed else []))
    )
    return union_all(direct, below).cte("missing").prefix_with("MATERIALIZED")


def _clocks(last: int, bell: datetime, duty: Duty) -> Any:
    """One clock for each expectation made just now whose roll has not been saved since.

    Whether it was saved is asked row by row, by the key: the server knows nothing yet of what has
    just been made, and would choose a plan for no rows at all.
    """
    saved = (
        select(Rollcall.id)
        .where(
            Rollcall.on == ExpectedRoll.on,
            Rollcall.period == ExpectedRoll.period,
            Rollcall.unit_id == ExpectedRoll.unit_id,
        )
        .limit(1)
        .scalar_subquery()
    )
    same = _template(bell, duty)
    constants = [literal(getattr(same, name), getattr(Clock, name).type) for name in CONSTANT]
    rows: Select[Any] = select(
        literal(KIND), ExpectedRoll.id, ExpectedRoll.unit_id, *constants
    ).where(ExpectedRoll.id > last, ExpectedRoll.bell_at == bell, saved.is_(None))
    return insert(table_of(Clock)).from_select([*SUBJECT, *CONSTANT], rows)


def _template(bell: datetime, duty: Duty) -> Clock:
    """What all clocks of a bell have in common.

    They are born at the bell: the duty ran from then on, only its row was made later.
    """
    row = book.Row(
        rule_id=duty.rule.id,
        rule_version=duty.rule.version,
        recipient=None,
        round=1,
        origin=Origin.EVENT,
        started_at=bell,
        dues=duty.dues,
        ladder=duty.rule.ladder({}),
    )
    clock = clock_rows.new_row(Unit(id=0), row, duty.rule, bell)
    clock.next_rung_at, clock.rung, clock.failures = duty.first_at, "", 0
    return clock
