"""Whether the rows of the reports say what the chains say; part of ``timeline verify``."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Event, Report
from casework.services.reports.content import folded
from casework.timeline.verifier import ChainFault
from casework.workflows.registry import WORKFLOWS


def verify(session: Session) -> None:
    """Raise ChainFault at the first report that differs from its events, is missing or invented."""
    reporting = [name for name, workflow in WORKFLOWS.items() if workflow.makes_reports]
    query = select(Case).where(Case.case_type.in_(reporting)).order_by(Case.id)
    for case in session.scalars(query):
        check(session, case)
    other = select(Report.seq, Case).join(Case).where(Case.case_type.not_in(reporting)).limit(1)
    for seq, case in session.execute(other):
        raise ChainFault(case.chain, seq, "a report stands in a case without reports")


def check(session: Session, case: Case) -> None:
    """Compare the reports of one case, row by row, with its chain."""
    bodies = session.scalars(
        select(Event.body).where(Event.case_key == case.chain).order_by(Event.seq)
    )
    awaited = folded(map(orjson.loads, bodies))
    rows = list(session.scalars(select(Report).where(Report.case_id == case.id)))
    versions = {row.id: row.seq for row in rows}
    for row in rows:
        expected = awaited.pop(row.seq, None)
        if expected is None:
            raise ChainFault(case.chain, row.seq, "no event made the report that is kept")
        _same(case, row, expected, versions)
    for seq in awaited:
        raise ChainFault(case.chain, seq, "the report that this event made is missing")


def _same(case: Case, row: Report, expected: dict[str, Any], versions: dict[int, int]) -> None:
    for name, value in expected.items():
        if getattr(row, name) != value:
            reason = f"the report says {name} {getattr(row, name)!r}, its events say {value!r}"
            raise ChainFault(case.chain, row.seq, reason)
    corrects = versions.get(row.previous_id) if row.previous_id else None
    if (row.version > 1) != (corrects is not None):
        raise ChainFault(case.chain, row.seq, "the report does not name the version it corrects")
