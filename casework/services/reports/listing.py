"""The reports of a case as programs read them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Report
from casework.permissions import Actor
from casework.services.reports.writing import of_case
from casework.services.scope import visible
from casework.services.timeline import instant_text
from casework.services.views import case_view
from casework.workflows.registry import WORKFLOWS
from casework.workflows.reports import ReportMark

MOST = 200
NAMES = (
    *("kind", "n", "version", "superseded", "seq", "hash", "made_at", "made_by", "made_role"),
    *("dead", "injured", "missing", "category", "statutory_grade", "school_grade", "urgent"),
    *("recipients", "signed_at", "signed_by", "acknowledged_at", "acknowledged_by"),
    *("relayed_at", "relayed_by"),
)


def listing(session: Session, case: Case) -> dict[str, Any]:
    """Every version of every report, oldest first, and every change of a figure."""
    series = WORKFLOWS[case.case_type].series
    changes = series(case_view(session, case, links=False)) if series else ()
    return {
        "reports": [_report(row) for row in of_case(session, case)],
        "figures": [_plain(asdict(change)) for change in changes],
    }


def waiting(session: Session, actor: Actor, mark: ReportMark) -> list[dict[str, Any]]:
    """The reports in scope that wait for this mark, longest first; corrected ones wait no more."""
    query = (
        select(Report, Case)
        .join(Case, Report.case_id == Case.id)
        .join(Case.unit)
        .where(
            visible(actor),
            Case.final.is_(False),
            Report.superseded.is_(False),
            getattr(Report, f"{mark.value}_at").is_(None),
        )
        .order_by(Report.made_at, Report.id)
        .limit(MOST)
    )
    return [{"number": case.number, **_report(row)} for row, case in session.execute(query)]


def _report(row: Report) -> dict[str, Any]:
    return _plain({name: getattr(row, name) for name in NAMES})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Instants as the timeline writes them."""
    return {
        name: instant_text(value) if hasattr(value, "astimezone") else value
        for name, value in values.items()
    }
