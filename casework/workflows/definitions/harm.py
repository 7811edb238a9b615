"""Somebody is hurt, or was ever said to be: one notion, whatever type of case says it, and how.

Figures, answers of forms and the people entered all speak of it. Whatever was said once stays said:
neither a lower figure nor another type of case takes it back. Pure functions, none ever raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from casework.workflows.case import FILE, UNKNOWN, CaseView, Record
from casework.workflows.definitions.shared_facts import as_instant

HURT = ("dead", "injured", "gravely_injured")
LOST = (*HURT, "missing")
"""Figures that speak of somebody from one on."""
ANSWERS: Mapping[str, frozenset[object]] = {
    "category": frozenset({"self_harm", "staff_harm"}),
    "sexual_harm": frozenset({True}),
    "injury": frozenset({"minor", "serious"}),
    "bodily_harm": frozenset({True}),
    "condition": frozenset({"injured", "harmed", "dead", UNKNOWN}),
    "outcome": frozenset({"died"}),
}
"""Answers that say so, by field: of an emergency, of bullying, of a child that was looked for.

How a found child is must be known: 未知 does not calm.
"""
LISTS = ("mandatory_items",)
"""Lists of harm: whatever stands in one says so; 未知 is no list."""
EMPTY: tuple[object, ...] = (None, [], (), "", UNKNOWN)
KNOWN_SINCE = ("figure_known_at", "found_at")
"""Fields that tell since when a record's news was known."""
PARTS = ("injured",)


def says(record: Record, figures: Sequence[str] = LOST) -> bool:
    """True when the record says that somebody is hurt or, by these figures, lost."""
    fields = record.fields
    return (
        any(_counts(fields.get(name)) for name in figures)
        or (fields.get("field") in figures and _counts(fields.get("new_figure")))
        or any(_told(fields.get(name), said) for name, said in ANSWERS.items())
        or any(fields.get(name) not in EMPTY for name in LISTS)
    )


def _counts(value: object) -> bool:
    return type(value) is int and value > 0


def _told(value: object, said: frozenset[object]) -> bool:
    return isinstance(value, str | bool) and value in said


def hurt(case: CaseView, parts: Sequence[str] = PARTS, sources: Sequence[str] = ()) -> bool:
    """True when somebody is, or ever was said to be, hurt, ill, dead or missing.

    What was said while it was still a case of another type counts too, and so do the people with
    one of the parts; a case from one of the sources is about somebody hurt.
    """
    return hurt_at(case, parts, sources) is not None


def hurt_at(
    case: CaseView, parts: Sequence[str] = PARTS, sources: Sequence[str] = ()
) -> datetime | None:
    """When anybody on the staff first knew of it; None while nobody was said to be hurt.

    What was filed counts from ``known_at``, and so moves with it when somebody knew earlier. What
    became known later counts from then: nobody was late with what nobody knew.
    """
    return min(_instants(case, parts, sources), default=None)


def _instants(case: CaseView, parts: Sequence[str], sources: Sequence[str]) -> Iterator[datetime]:
    if case.parts(*parts) or case.source in sources:
        yield case.known_at
    for record in (*case.before, *case.history):
        if says(record):
            known = (as_instant(record.fields.get(name)) for name in KNOWN_SINCE)
            since = next((at for at in known if at is not None), record.at)
            yield case.known_at if record.action == FILE else min(since, record.at)


def hurt_nearby(case: CaseView) -> bool:
    """True when a linked case is about somebody hurt."""
    return any(link.facts.get("hurt") is True for link in case.links)
