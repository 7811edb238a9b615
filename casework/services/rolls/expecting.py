"""Which rolls are missing: asked once for each bell, when its first reminder falls due.

A school that saved all its rolls in time costs nothing here: its tally of the bell is full. For
the rolls missing in the others one statement makes the expectations and another their clocks, for
all classes of some hundred schools at once; the ordinary sweep then fires what is due on them. A
mark keeps up to which instant all bells have been looked at, and within a pass up to which period,
so that no bell is looked at twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Period, RollTally, Setting, Unit
from casework.services.actors import ancestors
from casework.services.policy import policy
from casework.services.rolls import inserting, periods
from casework.services.rolls.duty import Duty, duties, prefix
from casework.services.zero_reports.days import days

MARK = "rolls_expected"
"""The setting that tells up to which instant every bell has been looked at."""
BACK = timedelta(days=1)
"""Bells that rang longer ago while the system was down are nobody's duty any more."""
BATCH = 200
"""How many periods, and so at most how many schools, one transaction looks at."""
DAY = timedelta(days=1)
Found = tuple[date, Period, str]
"""A period on a day, with the path of its school."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Every bell due up to ``done`` was looked at; of those up to ``until`` the first ones, up to
    the period ``after`` on ``day``.
    """

    done: datetime
    until: datetime | None = None
    day: date = date.min
    after: int = 0

    @classmethod
    def read(cls, text: str) -> Mark:
        """The mark as it is kept."""
        done, *rest = text.split("|")
        if not rest:
            return cls(datetime.fromisoformat(done))
        until, day, after = rest
        return cls(
            datetime.fromisoformat(done),
            datetime.fromisoformat(until),
            date.fromisoformat(day),
            int(after),
        )

    def text(self) -> str:
        """The mark as it is kept."""
        if self.until is None:
            return self.done.isoformat()
        parts = (self.done.isoformat(), self.until.isoformat(), self.day.isoformat(), self.after)
        return "|".join(map(str, parts))


def behind(session: Session, now: datetime) -> bool:
    """True when some bell must be looked at; a read that costs next to nothing."""
    row = session.get(Setting, MARK)
    if row is None:
        return True
    mark = Mark.read(row.value)
    return mark.until is not None or bool(_candidates(session, mark, now, 1, every=True))


def sweep_missing(session: Session, now: datetime) -> bool:
    """Give the rolls that are missing now their clocks; True while there are more to look at.

    Each call is one transaction of bounded size. Of several sweepers one works, the others wait
    for it and find it done. Before the first call ever nothing was expected.
    """
    row = _locked(session, now)
    mark = Mark.read(row.value)
    until = mark.until or now
    found = _candidates(session, mark, until, BATCH) if mark.done < until else []
    _expect(session, found, mark, until, now)
    if len(found) < BATCH:
        mark = Mark(max(mark.done, until))
    else:
        mark = Mark(mark.done, until, found[-1][0], found[-1][1].id)
    row.value = mark.text()
    session.flush()
    return mark.until is not None


def _locked(session: Session, now: datetime) -> Setting:
    """The mark, made when there was none, and locked."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(Setting).values(name=MARK, value=Mark(now).text())
    session.execute(first.on_conflict_do_nothing())
    return session.get_one(Setting, MARK, with_for_update=True, populate_existing=True)


def _candidates(
    session: Session, mark: Mark, until: datetime, most: int, *, every: bool = False
) -> list[Found]:
    """The next periods, by day and number, whose bells may fall due in the window.

    Not those of schools that have saved all their rolls of the bell, unless asked for every one.
    """
    since = max(mark.done, until - BACK)
    delays = _delays(session, until)
    if not delays:
        return []
    first = (since - max(delays)).astimezone(LOCAL)
    last = (until - min(delays)).astimezone(LOCAL)
    found: list[Found] = []
    for day in _days(first.date(), last.date()):
        if day < mark.day:
            continue
        low = first.time() if day == first.date() else time.min
        high = last.time() if day == last.date() else time.max
        query = (
            select(Period, Unit.path)
            .join(Unit, Period.unit_id == Unit.id)
            .where(Period.bell >= low, Period.bell <= high, *periods.in_force(day))
            .where(Period.id > (mark.after if day == mark.day else 0))
            .order_by(Period.id)
            .limit(most - len(found))
        )
        if not every:
            query = query.outerjoin(RollTally, _tally(day)).where(_OPEN)
        found += [(day, row[0], row[1]) for row in session.execute(query)]
        if len(found) == most:
            break
    return found


_OPEN = or_(RollTally.id.is_(None), RollTally.saved < RollTally.units)


def _tally(day: date) -> ColumnElement[bool]:
    return and_(
        RollTally.unit_id == Period.unit_id,
        RollTally.on == day,
        RollTally.period == Period.code,
    )


def _expect(
    session: Session, found: Sequence[Found], mark: Mark, until: datetime, now: datetime
) -> None:
    """Make what is missing of these periods, each bell with the rules of its region."""
    if not found:
        return
    calendar = policy(session).calendar
    force = {day: days(session, calendar, day) for day in {one[0] for one in found}}
    regions = _regions(session)
    since = max(mark.done, until - BACK)
    groups: dict[tuple[str, date, datetime], list[int]] = {}
    owed: dict[tuple[str, datetime], tuple[Duty, ...]] = {}
    for day, period, path in found:
        bell = periods.bell_at(period, day)
        held = prefix(session, _region(regions, path))
        if (held, bell) not in owed:
            owed[held, bell] = tuple(duties(session, held, bell))
        due = any(since < one.first_at <= until for one in owed[held, bell])
        if due and periods.happens(period, force[day], path):
            groups.setdefault((held, day, bell), []).append(period.id)
    for (held, day, bell), ids in groups.items():
        closed = force[day].closed_by(bell)
        inserting.expect(session, day, bell, ids, owed[held, bell], now, closed)


def _delays(session: Session, at: datetime) -> list[timedelta]:
    """How long after a bell its first rung comes, by the rules of each region."""
    packs = policy(session).packs.packs
    return [duty.first_at - at for held in packs for duty in duties(session, held, at)]


def _days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += DAY


def _regions(session: Session) -> Mapping[int, str]:
    """The units that name a region; few, mostly bureaus."""
    query = select(Unit.id, Unit.region).where(Unit.region != "")
    return {row[0]: row[1] for row in session.execute(query)}


def _region(regions: Mapping[int, str], path: str) -> str:
    above = reversed(ancestors(path))
    return next((regions[one] for one in above if one in regions), "")
