"""The order of lists: what is past its limit first, then past its target, soon due, and the rest.

The same rules as :func:`casework.services.pages.clocks.due_of`, as a sort key in SQL.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, and_, case, func, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from casework.models import Clock, UTCDateTime
from casework.services.pages.clocks import SOON

LIMIT_PASSED, TARGET_PASSED, DUE_SOON, IN_TIME, NO_DUTY = range(5)
"""The ranks of the order; the last one is for cases without a running duty."""


class Days(GenericFunction[float]):
    """An instant as a number of days, so that spans can be compared in both databases."""

    type = Float()
    name = "casework_days"
    inherit_cache = True


@compiles(Days, "sqlite")
def _sqlite(element: Any, compiler: Any, **kw: Any) -> str:
    return f"julianday({compiler.process(element.clauses, **kw)})"


@compiles(Days, "postgresql")
def _postgresql(element: Any, compiler: Any, **kw: Any) -> str:
    return f"(extract(epoch from {compiler.process(element.clauses, **kw)}) / 86400.0)"


def at_column() -> ColumnElement[Any]:
    """The next instant of a clock: its target, or its limit where there is no target."""
    return func.coalesce(Clock.target_at, Clock.limit_at)


def rank(now: datetime) -> ColumnElement[int]:
    """The tone of a clock as a number, the worst first."""
    instant = literal(now, UTCDateTime())
    near = Days(at_column()) - Days(instant)
    span = Days(at_column()) - Days(Clock.started_at)
    soon = (near <= SOON.total_seconds() / 86400) | (near <= span / 5)
    return case(
        (Clock.limit_at < instant, LIMIT_PASSED),
        (Clock.target_at < instant, TARGET_PASSED),
        (and_(at_column().is_not(None), soon), DUE_SOON),
        else_=IN_TIME,
    )


def shown_at(now: datetime) -> ColumnElement[datetime]:
    """The instant that counts now: the passed limit, the passed target, else what comes next."""
    return case((Clock.limit_at < literal(now, UTCDateTime()), Clock.limit_at), else_=at_column())
