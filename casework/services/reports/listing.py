"""The reports of a case as programs read them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from sqlalchemy.orm import Session

from casework.models import Case, Report
from casework.services.reports.writing import of_case
from casework.services.timeline import instant_text
from casework.services.views import case_view
from casework.workflows.registry import WORKFLOWS

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


def _report(row: Report) -> dict[str, Any]:
    return _plain({name: getattr(row, name) for name in NAMES})


def _plain(values: dict[str, Any]) -> dict[str, Any]:
    """Instants as the timeline writes them."""
    return {
        name: instant_text(value) if hasattr(value, "astimezone") else value
        for name, value in values.items()
    }
