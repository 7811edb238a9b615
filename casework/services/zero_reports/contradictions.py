"""A "nothing" is contradicted only by what the school knew before it signed and nobody had filed.

What became known after a "nothing" belongs to the next one, however many days with other cases lie
between. Once found, a contradiction stays, whatever is corrected later.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Clock, Contradiction, Unit, ZeroReport
from casework.permissions import Role
from casework.services import flags, timeline
from casework.services.actors import school_of
from casework.services.handling import scene_of
from casework.services.locking import NO_KEY
from casework.services.messages import send
from casework.services.standins import reach
from casework.services.zero_reports.expecting import KIND
from casework.services.zero_reports.knowledge import same_event, school_knew
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

OMISSION = "suspected_omission"


def check(session: Session, case: Case, at: datetime) -> list[Contradiction]:
    """Find the attestations this case contradicts, each once for one event.

    Asked whenever a case is filed and whenever it turns out that the school knew earlier.
    """
    school = school_of(session, scene_of(session, case))
    knew = school_knew(session, case)
    if school.kind != "school" or knew is None or knew >= case.filed_at:
        return []
    # Whoever signs the day holds the school: a signature not yet stored is waited for.
    school = session.get_one(Unit, school.id, with_for_update=NO_KEY, populate_existing=True)
    rows = _untrue(session, school, knew, case.filed_at)
    group = same_event(session, case) if rows else []
    filed = min((one.filed_at for one in group), default=case.filed_at)
    found = []
    for row in rows:
        if (row.attested_at or at) >= filed or _known(session, row, group):
            continue
        one = Contradiction(zero_report_id=row.id, case_id=case.id, known_at=knew, found_at=at)
        session.add(one)
        session.flush()
        _record(session, school, row, case, one, at)
        found.append(one)
    return found


def hidden(case: Case) -> bool:
    """True when the school must not learn of the case, nor of what it contradicts."""
    return case.source == PAST_SCHOOL


def _untrue(session: Session, school: Unit, knew: datetime, filed_at: datetime) -> list[ZeroReport]:
    """Each "nothing" signed when it was known and not filed: of its day, or the first after it.

    Days with other cases are passed over: they are true as far as they go and end no silence.
    """
    between = ZeroReport.attested_at > knew, ZeroReport.attested_at < filed_at
    rows = session.scalars(
        select(ZeroReport)
        .where(ZeroReport.unit_id == school.id, ZeroReport.nothing.is_(True), *between)
        .order_by(ZeroReport.attested_at, ZeroReport.id)
    ).all()
    day = knew.astimezone(LOCAL).date()
    return [row for n, row in enumerate(rows) if n == 0 or row.on == day]


def _known(session: Session, row: ZeroReport, group: Iterable[Case]) -> bool:
    """True when the same event has been found to contradict this attestation, under any number."""
    ids = [case.id for case in group]
    same = (Contradiction.zero_report_id == row.id, Contradiction.case_id.in_(ids))
    return session.scalar(select(Contradiction.id).where(*same)) is not None


def _record(
    session: Session,
    school: Unit,
    row: ZeroReport,
    case: Case,
    found: Contradiction,
    at: datetime,
) -> None:
    """The event, the flag at the school, and who hears of it.

    What went past the school stands on the case, which is the bureau's, and not on the school.
    """
    subject = case if hidden(case) else school
    data = {
        "on": row.on,
        "slot": row.slot,
        "attested_at": row.attested_at,
        "case": case.number,
        "known_at": found.known_at,
    }
    entry = timeline.Entry(
        at, "zero_report_contradicted", None, Role.SYSTEM, data=timeline.plain(data)
    )
    timeline.append(session, subject, entry)
    clock = _clock(session, row, case)
    if clock is not None:
        since = row.attested_at or at
        flags.raise_kind(session, subject, clock, OMISSION, since, at, unit_id=school.id)
    _tell(session, school, row, case, at)


def _clock(session: Session, row: ZeroReport, case: Case) -> Clock | None:
    """What the flag hangs on: the duty to attest, of a hidden case its own first duty."""
    mine = (Clock.subject_kind == KIND, Clock.subject_id == row.id)
    if hidden(case):
        mine = (Clock.subject_kind == "case", Clock.subject_id == case.id)
    return session.scalar(select(Clock).where(*mine).order_by(Clock.id).limit(1))


def _tell(session: Session, school: Unit, row: ZeroReport, case: Case, at: datetime) -> None:
    users = reach(session, Role.BUREAU_OFFICER, case, at, unit=school)
    if not hidden(case):
        users = [*reach(session, Role.PRINCIPAL, case, at, unit=school), *users]
    params = {"number": case.number, "unit": school.name, "on": row.on.isoformat()}
    send(session, users, "contradicted", params, at=at, level=2, case=case)
