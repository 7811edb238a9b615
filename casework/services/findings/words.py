"""The words of findings: kinds, states, and the label that says where it is only an analogy.

The definitions are those of accidents at work (legal.md §4, 迟报漏报谎报瞒报): everywhere else the
label carries 参照.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.text import N_

KINDS: Mapping[str, str] = {
    "omission": N_("Omission"),
    "false_report": N_("False report"),
    "concealment": N_("Concealment"),
}
FINDINGS: Mapping[str, str] = {
    "omission": N_("Finding of omission"),
    "false_report": N_("Finding of a false report"),
    "concealment": N_("Finding of concealment"),
}
BY_ANALOGY: Mapping[str, str] = {
    "omission": N_("Finding of omission (by analogy)"),
    "false_report": N_("Finding of a false report (by analogy)"),
    "concealment": N_("Finding of concealment (by analogy)"),
}
MEANINGS: Mapping[str, str] = {
    "omission": N_("By negligence something was not reported, or part of it was left out."),
    "false_report": N_("Time, place, cause or consequences were knowingly reported untruly."),
    "concealment": N_("What had happened was knowingly kept from those it must be reported to."),
}
STATES: Mapping[str, str] = {
    "proposed": N_("Proposed, waits for the answer"),
    "replied": N_("Answered, waits for the decision"),
    "upheld": N_("Upheld"),
    "rejected": N_("Rejected"),
    "withdrawn": N_("Withdrawn"),
}
UNANSWERED = N_("Not answered in time, waits for the decision")


def label_of(kind: str, *, by_analogy: bool) -> str:
    """What an upheld finding of this kind is called."""
    return (BY_ANALOGY if by_analogy else FINDINGS)[kind]
