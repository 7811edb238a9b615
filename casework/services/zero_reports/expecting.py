"""The day's expectations: a row and a clock for each school that attests today, made once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Setting, Unit, ZeroReport
from casework.services import subject_clocks
from casework.services.policy import policy
from casework.services.zero_reports.days import Days, days

KIND = "zero_report"
INSTEAD = {"am": frozenset[str](), "pm": frozenset({"day"}), "day": frozenset({"am", "pm"})}
"""What stands for a slot when it is expected already: the day is signed in the afternoon."""
MARK = "zero_reports_expected"
"""The setting that tells up to which day expectations were made."""
MOST_DAYS = 31
"""After a longer outage older days are nobody's duty any more."""


def ensure(session: Session) -> int:
    """Make what is expected up to today, also for days missed in an outage; how many rows.

    Of several that ask at once one does it, the others wait for it and find it done.
    """
    today = clock.today()
    mark = _locked(session, today - timedelta(days=1))
    done = date.fromisoformat(mark.value)
    if done >= today:
        return 0
    first = max(done + timedelta(days=1), today - timedelta(days=MOST_DAYS))
    made = sum(expect(session, first + timedelta(n)) for n in range((today - first).days + 1))
    mark.value = today.isoformat()
    session.flush()
    return made


def _locked(session: Session, yesterday: date) -> Setting:
    """The mark, made when there was none, and locked."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    first = dialect.insert(Setting).values(name=MARK, value=yesterday.isoformat())
    session.execute(first.on_conflict_do_nothing())
    return session.get_one(Setting, MARK, with_for_update=True, populate_existing=True)


def behind(session: Session) -> bool:
    """True when today's expectations have not been made; a read that costs next to nothing."""
    mark = session.get(Setting, MARK)
    return mark is None or date.fromisoformat(mark.value) < clock.today()


def expect(session: Session, on: date) -> int:
    """Make what is missing of one day; asking again changes nothing."""
    known: dict[int, set[str]] = {}
    rows = select(ZeroReport.unit_id, ZeroReport.slot).where(ZeroReport.on == on)
    for unit_id, slot in session.execute(rows):
        known.setdefault(unit_id, set()).add(slot)
    force = days(session, policy(session).calendar, on)
    schools = session.scalars(select(Unit).where(Unit.kind == "school").order_by(Unit.id)).all()
    made = 0
    for school in schools:
        for slot in owed(session, force, school, known.get(school.id, set())):
            begin(session, school, on, slot)
            made += 1
    return made


def owed(session: Session, force: Days, school: Unit, known: Collection[str]) -> Iterator[str]:
    """The slots that a school owes besides those that are ``known`` to be expected already.

    Asked twice in the middle of a day, a school that was to sign it once signs that and, while
    there is time, the morning. What was due before anybody asked for it is owed by nobody.
    """
    asked = force.asked_at(school)
    always = asked is None or asked <= _midnight(force.day)
    for slot in force.slots(school):
        if slot in known or not INSTEAD[slot].isdisjoint(known):
            continue
        if always or (asked is not None and asked < _due(session, school, force.day, slot)):
            yield slot


def _due(session: Session, school: Unit, on: date, slot: str) -> datetime:
    """The last instant at which the slot can be signed in time."""
    facts = {"slot": slot}
    dues = [one for _, one in subject_clocks.due(session, KIND, school, _midnight(on), facts)]
    ends = [at for at in (one.limit_at or one.target_at for one in dues) if at is not None]
    return max(ends, default=datetime.max.replace(tzinfo=LOCAL))


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time.min, LOCAL)


def begin(session: Session, school: Unit, on: date, slot: str) -> ZeroReport:
    """One expectation with its clock, which counts from 00:00 of the day."""
    row = ZeroReport(unit_id=school.id, on=on, slot=slot)
    session.add(row)
    session.flush()
    subject_clocks.start(
        session,
        KIND,
        row.id,
        school,
        at=clock.now(),
        since=_midnight(on),
        known={"slot": slot},
    )
    return row
