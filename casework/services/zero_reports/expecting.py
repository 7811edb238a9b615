"""The day's expectations: a row and a clock for each school that attests today, made once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.models import Setting, Unit, ZeroReport
from casework.services import subject_clocks
from casework.services.policy import policy
from casework.services.zero_reports.days import days

KIND = "zero_report"
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
    known = set(
        session.execute(
            select(ZeroReport.unit_id, ZeroReport.slot).where(ZeroReport.on == on)
        ).all()
    )
    force = days(session, policy(session).calendar, on)
    schools = session.scalars(select(Unit).where(Unit.kind == "school").order_by(Unit.id)).all()
    made = 0
    for school in schools:
        for slot in force.slots(school):
            if (school.id, slot) not in known:
                begin(session, school, on, slot)
                made += 1
    return made


def begin(session: Session, school: Unit, on: date, slot: str) -> ZeroReport:
    """One expectation with its clock, which counts from 00:00 of the day."""
    row = ZeroReport(unit_id=school.id, on=on, slot=slot)
    session.add(row)
    session.flush()
    midnight = datetime.combine(on, time.min, LOCAL)
    subject_clocks.start(
        session,
        KIND,
        row.id,
        school,
        at=clock.now(),
        since=midnight,
        known={"slot": slot},
    )
    return row
