"""What is worst about a case, for its head: the named facts that everybody must see first.

No case type is asked by name: whatever type has a fact of one of these names shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from casework.services.views import facts
from casework.text import N_, Text
from casework.workflows.case import CaseView
from casework.workflows.definition import FactValue, FieldType
from casework.workflows.registry import WORKFLOWS

MARK = N_("%(what)s: %(value)s")
VALUED: Mapping[str, str] = {
    "severity": N_("Severity"),
    "grade": N_("Grade of the event"),
    "level": N_("Level of the opinion"),
}
"""Facts with a value out of a list."""
PLAIN: Mapping[str, str] = {
    "urgent": N_("Urgent"),
    "sexual_harm": N_("Sexual harm"),
    "must_report_up": N_("Must be reported upward"),
    "strict": N_("Search at once"),
}
"""Facts that are simply true."""
SCALES: Mapping[str, tuple[str, ...]] = {"grade": ("statutory_grade", "school_grade")}
"""Where the values of a fact are called otherwise in the forms."""
ASSESSING = frozenset({"severity", "level", "statutory_grade", "school_grade", "finding"})
"""A form with one of these entries judges the case anew."""
GRAVE = frozenset(
    {"serious", "aggravated", "criminal", "major", "extraordinary", "orange", "red", True}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """One badge on the head of a case."""

    text: Text
    grave: bool


def marks(view: CaseView) -> tuple[Mark, ...]:
    """The badges of a case: its worst values first, then what is simply true of it."""
    known = facts(view)
    valued = [
        Mark(
            Text(MARK, {"what": Text(words), "value": Text(_label(view, name, known[name]))}),
            known[name] in GRAVE,
        )
        for name, words in VALUED.items()
        if isinstance(known.get(name), str)
    ]
    plain = [Mark(Text(words), True) for name, words in PLAIN.items() if known.get(name) is True]
    return (*valued, *plain)


def newest_assessment(view: CaseView) -> int | None:
    """The place on the chain of the newest act that judged the case, its filing left out."""
    for record in reversed(view.history):
        given = set(record.fields) & ASSESSING
        if given and record.from_state is not None:
            return record.seq
    return None


def _label(view: CaseView, name: str, value: FactValue) -> str:
    """The words for a value, from any form of the case type that has such an entry."""
    workflow = WORKFLOWS[view.case_type]
    names = {name, *SCALES.get(name, ())}
    forms = (workflow.filing, *(action.fields for action in workflow.actions))
    labels = {
        choice.value: choice.label
        for form in forms
        for field in form
        if field.name in names and field.type is FieldType.CHOICE
        for choice in field.choices
    }
    return labels.get(str(value), str(value))
