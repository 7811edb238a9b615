"""What a report says, in words: its content as it stood, and what differs from the one before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from casework.models import Case, Report
from casework.services import timeline
from casework.services.pages.shown import Line
from casework.services.pages.timeline import Narrator
from casework.services.reports.content import REPORT, STATED
from casework.workflows.case import UNKNOWN
from casework.workflows.registry import WORKFLOWS

ORDER = (
    *("informant", "category", "statutory_grade", "school_grade", "place"),
    *("dead", "injured", "gravely_injured", "missing", "loss", "summary", "cause", "impact"),
    *("measures", "leader", "arrived_at", "talk", "result", "next_steps", "on_the_spot"),
)
"""The entries of a bulletin (信息快报). 生产安全事故报告和调查处理条例 art. 12."""
COMPARED = (*STATED[:-1], "place", "cause")
"""Time, place, nature, casualties, cause: a change of these keeps both and asks why."""


@dataclass(frozen=True, slots=True)
class Change:
    """One entry that differs from the report before."""

    label: str
    before: Line
    after: Line


class Wording:
    """The content of every report of one case; what a later one leaves out stays as it was."""

    def __init__(self, session: Session, case: Case, narrator: Narrator) -> None:
        self._narrator = narrator
        workflow = WORKFLOWS[case.case_type]
        # The words of a report's own form come first; who came to the spot is recorded elsewhere.
        actions = sorted(workflow.actions, key=lambda action: action.report is None)
        self._action = {field.name: a.name for a in reversed(actions) for field in a.fields}
        self._texts = timeline.texts(session, case.chain)
        self._stood = dict(self._fold(timeline.bodies(session, case.chain)))

    def body(self, seq: int) -> tuple[Line, ...]:
        """The whole content of the report made by this event."""
        stood = self._stood[seq]
        lines = (self._line(name, stood[name]) for name in ORDER if name in stood)
        return tuple(line for line in lines if line is not None)

    def changes(self, row: Report, before: Report) -> tuple[Change, ...]:
        """What differs between two reports."""
        old, new = self._stood[before.seq], self._stood[row.seq]
        found = []
        for name in COMPARED:
            lines = self._line(name, old.get(name)), self._line(name, new.get(name))
            if old.get(name) != new.get(name) and lines[0] and lines[1]:
                found.append(Change(lines[1].label, lines[0], lines[1]))
        return tuple(found)

    def why(self, seq: int) -> str:
        """The reason that was given for the changes."""
        return self._texts.get(seq, {}).get("change_reason", "")

    def _fold(self, bodies: list[dict[str, Any]]) -> Iterator[tuple[int, dict[str, Any]]]:
        standing: dict[str, Any] = {}
        for body in bodies:
            data = body["data"]
            given = {**data.get("fields", {}), **self._texts.get(body["seq"], {})}
            if body["to"] is not None:
                standing |= {k: v for k, v in given.items() if k in ORDER and v is not None}
            if REPORT in data:
                stated = {name: data[REPORT]["stated"].get(name) for name in STATED[:-1]}
                yield body["seq"], {**standing, **stated}

    def _line(self, name: str, value: Any) -> Line | None:
        if name not in self._action:
            return None
        value = UNKNOWN if value is None else value
        return next(iter(self._narrator.values(self._action[name], {name: value})), None)
