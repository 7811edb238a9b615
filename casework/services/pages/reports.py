"""The reports of a case as pages show them: in order, with what became of each, and on paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from casework.errors import NotFound
from casework.models import Case, Report
from casework.permissions import ROLE_LABELS, Actor
from casework.services import timeline
from casework.services.pages.figures import FigureLine, figure_lines
from casework.services.pages.head import Head, head_of
from casework.services.pages.receivers import Receiver, Receivers
from casework.services.pages.report_words import Change, Wording
from casework.services.pages.shown import Line
from casework.services.pages.timeline import Narrator
from casework.services.reports.writing import of_case
from casework.services.scope import load_case
from casework.services.views import case_view
from casework.text import N_, Text
from casework.workflows.registry import WORKFLOWS

TITLES: Mapping[str, tuple[str, str]] = {
    "initial": (N_("Initial report"), N_("Initial report %(n)s")),
    "update": (N_("Update"), N_("Update %(n)s")),
    "final": (N_("Final report"), N_("Final report %(n)s")),
    "supplement": (N_("Supplement"), N_("Supplement %(n)s")),
}
"""The words for a kind: alone, and with its number."""
ALWAYS_NUMBERED = frozenset({"update", "supplement"})
NO_REPORT = N_("There is no such report in this case.")
SHORT = 12


@dataclass(frozen=True, slots=True)
class Mark:
    """Something done to a report: who and when."""

    who: str
    at: datetime
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportLine:
    """One version of one report, with what became of it."""

    title: Text
    seq: int
    version: int
    superseded: bool
    at: datetime
    who: str
    role: str
    urgent: bool
    hash: str
    short_hash: str
    signed: Mark | None
    acknowledged: Mark | None
    relayed: Mark | None
    receivers: tuple[Receiver, ...]
    changes: tuple[Change, ...]
    why: str


@dataclass(frozen=True, slots=True)
class ReportsPart:
    """The section of a case's page; ``shown`` is False where a type has no reports."""

    shown: bool
    lines: tuple[ReportLine, ...] = ()
    figures: tuple[FigureLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Paper:
    """One report as its own page."""

    head: Head
    line: ReportLine
    unit: str
    known_at: datetime
    occurred_at: datetime | None
    body: tuple[Line, ...]
    figures: tuple[FigureLine, ...]


def reports_part(session: Session, case: Case, narrator: Narrator) -> ReportsPart:
    """The reports of a case and its figures over time, oldest first."""
    workflow = WORKFLOWS[case.case_type]
    if not workflow.makes_reports:
        return ReportsPart(False)
    rows = of_case(session, case)
    titles = {row.seq: title_of(row) for row in rows}
    figures = figure_lines(session, case, narrator, case_view(session, case), titles)
    return ReportsPart(True, _lines(session, case, narrator, rows), figures)


def paper(session: Session, actor: Actor, number: str, seq: int) -> Paper:
    """One report in full, as it stood. Raises NotFound out of scope or for no report."""
    case = load_case(session, actor, number)
    narrator = Narrator(session, case)
    part = reports_part(session, case, narrator)
    line = next((one for one in part.lines if one.seq == seq), None)
    if line is None:
        raise NotFound(Text(NO_REPORT))
    return Paper(
        head=head_of(session, case),
        line=line,
        unit=case.unit.name,
        known_at=case.known_at,
        occurred_at=case.occurred_at,
        body=Wording(session, case, narrator).body(seq),
        figures=tuple(one for one in part.figures if one.seq <= seq),
    )


def title_of(row: Report) -> Text:
    """The words for a report with its number: 初报, 续报 2."""
    plain, numbered = TITLES[row.kind]
    if row.n == 1 and row.kind not in ALWAYS_NUMBERED:
        return Text(plain)
    return Text(numbered, {"n": row.n})


def _lines(
    session: Session, case: Case, narrator: Narrator, rows: Sequence[Report]
) -> tuple[ReportLine, ...]:
    wording = Wording(session, case, narrator)
    receivers = Receivers(session, case, narrator)
    relays = _relays(session, case, narrator)
    found = []
    for place, row in enumerate(rows):
        before = next((one for one in rows if one.id == row.previous_id), None)
        before = before or (rows[place - 1] if place else None)
        found.append(
            ReportLine(
                title=title_of(row),
                seq=row.seq,
                version=row.version,
                superseded=row.superseded,
                at=row.made_at,
                who=narrator.name(row.made_by),
                role=ROLE_LABELS.get(row.made_role, row.made_role),
                urgent=row.urgent,
                hash=row.hash,
                short_hash=row.hash[:SHORT],
                signed=_mark(narrator, row, "signed"),
                acknowledged=_mark(narrator, row, "acknowledged"),
                relayed=_mark(narrator, row, "relayed", relays.get(row.seq, ())),
                receivers=receivers.of(row, rows[:place]),
                changes=wording.changes(row, before) if before else (),
                why=wording.why(row.seq),
            )
        )
    return tuple(found)


def _mark(narrator: Narrator, row: Report, name: str, lines: tuple[Line, ...] = ()) -> Mark | None:
    at = getattr(row, f"{name}_at")
    return Mark(narrator.name(getattr(row, f"{name}_by")), at, lines) if at else None


def _relays(session: Session, case: Case, narrator: Narrator) -> dict[int, tuple[Line, ...]]:
    """What was recorded with the relay of each report."""
    found: dict[int, tuple[Line, ...]] = {}
    for body in timeline.bodies(session, case.chain):
        marks: dict[str, Any] = body["data"].get("marks") or {}
        if marks.get("mark") == "relayed":
            found |= dict.fromkeys(marks["reports"], narrator.given_at(body["seq"]))
    return found
