"""A "nothing" is contradicted only by what staff knew before it was signed and nobody had filed.

The period of an attestation runs from the one before it to its own signature: what became known
after it belongs to the next day.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.models import Case, Clock, Contradiction, Unit, ZeroReport
from casework.permissions import Role
from casework.services import flags, timeline
from casework.services.actors import school_of
from casework.services.handling import scene_of
from casework.services.messages import send
from casework.services.standins import reach
from casework.services.zero_reports.expecting import KIND
from casework.workflows.definitions.shared_facts import PAST_SCHOOL

OMISSION = "suspected_omission"


def check(session: Session, case: Case, at: datetime) -> list[Contradiction]:
    """Find the attestations this case contradicts, each once.

    What went past the school is left to the bureau: the school must not learn of it from here.
    """
    school = school_of(session, scene_of(session, case))
    if school.kind != "school" or case.source == PAST_SCHOOL:
        return []
    found = []
    for row in _untrue(session, school, case):
        if _known(session, row, case):
            continue
        one = Contradiction(
            zero_report_id=row.id, case_id=case.id, known_at=case.known_at, found_at=at
        )
        session.add(one)
        session.flush()
        _flag(session, school, row, case, at)
        found.append(one)
    return found


def _untrue(session: Session, school: Unit, case: Case) -> list[ZeroReport]:
    """Each "nothing" signed when it was known and not filed: of its day, or the first after it."""
    between = ZeroReport.attested_at > case.known_at, ZeroReport.attested_at < case.filed_at
    rows = session.scalars(
        select(ZeroReport)
        .where(ZeroReport.unit_id == school.id, *between)
        .order_by(ZeroReport.attested_at, ZeroReport.id)
    ).all()
    day = case.known_at.astimezone(LOCAL).date()
    return [row for n, row in enumerate(rows) if row.nothing and (n == 0 or row.on == day)]


def _known(session: Session, row: ZeroReport, case: Case) -> bool:
    same = (Contradiction.zero_report_id == row.id, Contradiction.case_id == case.id)
    return session.scalar(select(Contradiction.id).where(*same)) is not None


def _flag(session: Session, school: Unit, row: ZeroReport, case: Case, at: datetime) -> None:
    locked = session.get_one(Unit, school.id, with_for_update=True, populate_existing=True)
    data = {
        "on": row.on,
        "slot": row.slot,
        "attested_at": row.attested_at,
        "case": case.number,
        "known_at": case.known_at,
    }
    entry = timeline.Entry(
        at, "zero_report_contradicted", None, Role.SYSTEM, data=timeline.plain(data)
    )
    timeline.append(session, locked, entry)
    clock = session.scalar(
        select(Clock)
        .where(Clock.subject_kind == KIND, Clock.subject_id == row.id)
        .order_by(Clock.id)
        .limit(1)
    )
    if clock is not None:
        flags.raise_kind(session, locked, clock, OMISSION, row.attested_at or at, at)
    users = [
        user
        for role in (Role.PRINCIPAL, Role.BUREAU_OFFICER)
        for user in reach(session, role, case, at)
    ]
    params = {"number": case.number, "unit": school.name, "on": row.on.isoformat()}
    send(session, users, "contradicted", params, at=at, level=2, case=case)
