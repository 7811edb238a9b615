"""The duty to report a changed casualty figure (补报), as conditions of the steps around it."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.case import CaseView, Context
from casework.workflows.definition import Guard
from casework.workflows.definitions.emergency.casualties import figures, given_figures
from casework.workflows.definitions.emergency.facts import changed_figures

SUPPLEMENT = "emergency.supplement"
"""The rule of the duty."""


def supplement_due(case: CaseView) -> bool:
    """True while a changed figure waits to be reported, wherever the case has moved since."""
    return case.runs(SUPPLEMENT)


def _casualties_changed(context: Context) -> bool:
    return supplement_due(context.case) or changed_figures(context.then) is not None


CASUALTIES_CHANGED = Guard(
    "casualties_changed",
    _casualties_changed,
    N_("A supplement reports a changed figure; no figure differs from those that were frozen."),
    satisfied_by=("amend_fact",),
)


SUPPLEMENT_MADE = Guard(
    "supplement_made",
    lambda context: not supplement_due(context.case),
    N_("A changed casualty figure has not been reported up yet: submit the supplement first."),
    satisfied_by=("supplement",),
)


def _changed_figures_stated(context: Context) -> bool:
    stated = given_figures(context.then.history[-1])
    return not supplement_due(context.case) or set(stated) >= set(figures(context.case))


CHANGED_FIGURES_STATED = Guard(
    "changed_figures_stated",
    _changed_figures_stated,
    N_("A changed casualty figure has not been reported up yet: state the figures in this report."),
)
