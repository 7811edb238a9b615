"""The only readers of the system clock: every other module asks here what time it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
"""The zone in which Chinese schools live; days and deadlines end at its midnight."""

_frozen: ContextVar[datetime | None] = ContextVar("casework_frozen", default=None)
_offset = timedelta(0)


def now() -> datetime:
    """The present instant, aware, in UTC, shifted by the demo offset or frozen by :func:`at`."""
    return _frozen.get() or datetime.now(UTC) + _offset


def today() -> date:
    """The present calendar day in the schools' zone."""
    return now().astimezone(LOCAL).date()


def set_offset(offset: timedelta) -> None:
    """Shift the clock of this process; allowed on demo databases only (checked at start)."""
    global _offset
    _offset = offset


@contextmanager
def at(instant: datetime) -> Iterator[datetime]:
    """Freeze the clock at an aware instant inside the block: simulated histories and tests."""
    if instant.tzinfo is None:
        raise ValueError("a frozen instant must be aware")
    token = _frozen.set(instant.astimezone(UTC))
    try:
        yield instant
    finally:
        _frozen.reset(token)
