"""Who must get the initial report of an emergency, and whom nobody has told yet."""

from __future__ import annotations

from casework.text import N_, Text
from casework.workflows.case import CaseView, Context
from casework.workflows.definition import Guard
from casework.workflows.definitions.common_choices import RECIPIENTS
from casework.workflows.definitions.emergency.facts import refuted

INITIAL_REPORT = "emergency.initial_report"
"""The rule whose rows, one for each recipient, run until that recipient was told."""
LABELS = {choice.value: choice.label for choice in RECIPIENTS}
UNTOLD = N_("Not reported yet: %(recipients)s. Make this report and record it first.")


def untold(case: CaseView) -> tuple[str, ...]:
    """The recipients who must be told and were not; an event that was none concerns nobody."""
    if refuted(case):
        return ()
    owed = (clock.recipient for clock in case.running if clock.rule_id == INITIAL_REPORT)
    return tuple(recipient for recipient in owed if recipient is not None)


def _said(context: Context) -> Text:
    return Text(UNTOLD, {"recipients": [Text(LABELS[one]) for one in untold(context.case)]})


REPORTS_MADE = Guard(
    "reports_made",
    lambda context: not untold(context.case),
    N_("Every outside report that the event demands has to be made and recorded first."),
    satisfied_by=("record_report",),
    said=_said,
)
