"""Since when a fact of an emergency was known that came up with later casualty figures.

Duties start when the fact is known: whoever enters today that a child died yesterday is late by a
day, though the report about it counts only from when it is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from casework.workflows.case import CaseView
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions.shared_facts import as_instant

KNOWN_AT = "figure_known_at"
"""The entry that tells since when the changed figures were known."""
STATED = frozenset({"dead", "injured", "missing", "gravely_injured", "loss", "new_figure"})


def known_with_figures(fact: Fact) -> Instant:
    """When the figures of the newest entry were known; None if the fact does not rest on them."""

    def instant(case: CaseView) -> datetime | None:
        newest = case.history[-1] if case.history else None
        known = as_instant(newest.fields.get(KNOWN_AT)) if newest else None
        if newest is None or known is None:
            return None
        rest = {name: value for name, value in newest.fields.items() if name not in STATED}
        without = replace(case, history=(*case.history[:-1], replace(newest, fields=rest)))
        return None if fact(without) == fact(case) else min(known, newest.at)

    return instant


def since(facts: Mapping[str, Fact], *names: str) -> Mapping[str, Instant]:
    """For each of these facts, when the figures that made it hold were known."""
    return {name: known_with_figures(facts[name]) for name in names}
