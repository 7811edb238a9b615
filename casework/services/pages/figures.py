"""The figures of a case over time, in words: what was said, by whom, known since when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import Case
from casework.services import timeline
from casework.services.pages.timeline import Narrator
from casework.text import N_, Text
from casework.workflows.case import CaseView
from casework.workflows.figures import FigureChange, Verdict
from casework.workflows.registry import WORKFLOWS

LABELS: Mapping[str, str] = {
    "dead": N_("Dead"),
    "injured": N_("Injured or ill"),
    "missing": N_("Missing"),
}
VERDICTS: Mapping[Verdict, str] = {
    Verdict.COUNTS: N_("Counts"),
    Verdict.WAITS: N_("Waits for the bureau's review"),
    Verdict.CONFIRMED: N_("Confirmed by the bureau"),
    Verdict.REJECTED: N_("Not confirmed by the bureau"),
    Verdict.WITHDRAWN: N_("Replaced by a later figure"),
}


@dataclass(frozen=True, slots=True)
class FigureLine:
    """One change of a figure."""

    seq: int
    label: str
    before: int | None
    value: int
    rises: bool
    falls: bool
    at: datetime
    known_at: datetime
    who: str
    source: Text
    knower: str
    after_report: bool
    verdict: str
    waits: bool
    reviewer: str
    reviewed_at: datetime | None


def figure_lines(
    session: Session, case: Case, narrator: Narrator, view: CaseView, titles: Mapping[int, Text]
) -> tuple[FigureLine, ...]:
    """Every change of a figure, oldest first; ``titles`` names the reports by their events."""
    workflow = WORKFLOWS[case.case_type]
    if workflow.series is None:
        return ()
    texts = timeline.texts(session, case.chain)
    return tuple(
        _line(
            change,
            narrator,
            titles.get(change.seq) or Text(narrator.label(change.action)),
            texts.get(change.seq, {}).get("knower", ""),
        )
        for change in workflow.series(view)
    )


def _line(change: FigureChange, narrator: Narrator, source: Text, knower: str) -> FigureLine:
    return FigureLine(
        seq=change.seq,
        label=LABELS[change.name],
        before=change.before,
        value=change.value,
        rises=change.rises,
        falls=change.falls,
        at=change.at,
        known_at=change.known_at,
        who=narrator.name(change.actor_id),
        source=source,
        knower=knower,
        after_report=change.after_report,
        verdict=VERDICTS[change.verdict],
        waits=change.verdict is Verdict.WAITS,
        reviewer=narrator.name(change.reviewed_by),
        reviewed_at=change.reviewed_at,
    )
