"""One roll in a table: saved or not, since when it is missing, how many were there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from casework import clock
from casework.models import Period, Rollcall
from casework.services.rolls import listing, periods, plausible
from casework.services.rolls.duty import duty
from casework.services.rolls.shapes import ON_LEAVE

Key = tuple[int, date, str]
"""The unit, the day and the code of the roll-call."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One roll that was owed or saved; ``state`` as in the list of a teacher's day."""

    state: str
    bell_at: datetime
    due_at: datetime | None
    called_at: datetime | None = None
    """When the roll was called, as far as the device was believed."""
    late: bool = False
    enrolled: int = 0
    present: int = 0
    absent: int = 0
    on_leave: int = 0


class Saved:
    """The saved rolls of some units and days, read once, and the cells that they make."""

    def __init__(self, session: Session, region: str, where: Iterable[ColumnElement[bool]]) -> None:
        self._session, self._region, self._now = session, region, clock.now()
        rows = session.scalars(select(Rollcall).where(*where)).all()
        self.rows: Mapping[Key, Rollcall] = {(r.unit_id, r.on, r.period): r for r in rows}
        self._marks = listing.marks_of(session, [row.id for row in rows])

    def cell(self, period: Period, unit_id: int, on: date, *, owed: bool) -> Cell | None:
        """The roll of a unit at a bell; None when none is owed and none was saved."""
        row = self.rows.get((unit_id, on, period.code))
        if row is None and not owed:
            return None
        bell = row.bell_at if row else periods.bell_at(period, on)
        found = duty(self._session, self._region, bell)
        target, limit = (found.dues.target_at, found.dues.limit_at) if found else (None, None)
        if row is None:
            due = target or limit
            return Cell(self._open(bell, due), bell, limit or due)
        kinds = list(listing.kinds_now(self._marks.get(row.id, [])).values())
        absent, leave = kinds.count("absent"), sum(kind in ON_LEAVE for kind in kinds)
        return Cell(
            *("saved", bell, limit, row.judged_at),
            late=limit is not None and row.judged_at > limit,
            enrolled=row.enrolled,
            present=row.enrolled - absent - leave,
            absent=absent,
            on_leave=leave,
        )

    def _open(self, bell: datetime, due: datetime | None) -> str:
        if self._now < bell - plausible.LIMITS.early:
            return "later"
        return "due" if due is None or self._now < due else "missing"
