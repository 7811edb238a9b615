"""Who must be told of a report: told when, by whom, with which receipt, or until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, Clock, Report
from casework.services import timeline
from casework.services.pages.clocks import recipient_label
from casework.services.pages.timeline import Narrator
from casework.services.views import case_view
from casework.workflows.acts import happened_at
from casework.workflows.case import CaseView, Record
from casework.workflows.registry import WORKFLOWS

BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Receiver:
    """One recipient of a report; ``receipt`` is empty when none was issued."""

    name: str
    label: str
    told_at: datetime | None
    told_by: str
    receipt: str
    due_at: datetime | None


class Receivers:
    """The recipients of every report of one case."""

    def __init__(self, session: Session, case: Case, narrator: Narrator) -> None:
        self._narrator = narrator
        self._workflow = WORKFLOWS[case.case_type]
        self._view: CaseView = case_view(session, case, links=False)
        self._texts = timeline.texts(session, case.chain)
        running = select(Clock).where(
            Clock.case_id == case.id, Clock.stopped_at.is_(None), Clock.recipient != ""
        )
        self._due = {row.recipient: row.limit_at for row in session.scalars(running)}

    def of(self, row: Report, earlier: Iterable[Report] = ()) -> tuple[Receiver, ...]:
        """The bureau, told by the report itself, and who was not among the recipients earlier."""
        known = {name for one in earlier for name in one.recipients} - {BUREAU}
        return tuple(self._receiver(row, name) for name in row.recipients if name not in known)

    def _receiver(self, row: Report, name: str) -> Receiver:
        label = recipient_label(name)
        told = None if name == BUREAU else self._told(name)
        if told is None:
            own = name == BUREAU
            at, by = (row.made_at, self._narrator.name(row.made_by)) if own else (None, "")
            return Receiver(name, label, at, by, "", None if own else self._due.get(name))
        action = self._workflow.action(told.action)
        at = happened_at(action, told.fields, told.at) if action else told.at
        receipt = self._texts.get(told.seq, {}).get("receipt_number", "")
        return Receiver(name, label, at, self._narrator.name(told.actor_id), receipt, None)

    def _told(self, name: str) -> Record | None:
        """The first record of telling this recipient."""
        return next((r for r in self._view.history if name in r.tells), None)
