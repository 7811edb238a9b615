"""What a form cannot see: triggers that exist, limits after targets, words that are known."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from casework.clock import LOCAL
from casework.deadlines.calendar import default_calendar
from casework.deadlines.rules import OWN_RECIPIENT, Rule
from casework.deadlines.schema import RECIPIENTS
from casework.deadlines.strictness import Complaint, contexts
from casework.packs import Place

SUBJECT_TRIGGERS: Mapping[str, frozenset[str]] = {
    "signal": frozenset({"opened", "seen", "disposed"}),
    "finding": frozenset({"opened", "replied"}),
    "supervision": frozenset({"opened", "accepted"}),
    "roll": frozenset({"opened", "saved"}),
    "zero_report": frozenset({"opened", "attested"}),
    "approval": frozenset({"opened", "decided"}),
}
"""What can happen to the subjects that are no cases."""

_STARTS = (
    # A plain Monday, the eve of a week off, and a Friday afternoon.
    datetime(2026, 3, 2, 9, tzinfo=LOCAL),
    datetime(2026, 9, 30, 16, tzinfo=LOCAL),
    datetime(2026, 3, 6, 16, tzinfo=LOCAL),
)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words that the workflows understand: triggers by case type, roles, SYSTEM's actions."""

    triggers: Mapping[str, frozenset[str]] = field(default_factory=dict)
    roles: frozenset[str] = frozenset()
    perform: frozenset[str] = frozenset()


def complaints(
    rule: Rule, ids: frozenset[str], vocabulary: Vocabulary | None
) -> Iterator[Complaint]:
    """Yield what is wrong with a rule of a pack that has these rule ids."""
    yield from _unknown_triggers(rule, ids, vocabulary)
    yield from _unreachable_limits(rule)
    if OWN_RECIPIENT in rule.closes_on and not rule.per_recipient:
        yield ("closes_on",), f"{OWN_RECIPIENT} needs per_recipient"
    if vocabulary is not None:
        yield from _unknown_words(rule, vocabulary)


def _unreachable_limits(rule: Rule) -> Iterator[Complaint]:
    for context, start in product(contexts(rule), _STARTS):
        dues = rule.due(start, context, default_calendar())
        if dues.target_at and dues.limit_at and dues.limit_at < dues.target_at:
            known = ", ".join(f"{k} {v}" for k, v in context.items()) or "every case"
            yield ("limit",), f"the limit lies before the target ({known})"
            return


def _unknown_triggers(
    rule: Rule, ids: frozenset[str], vocabulary: Vocabulary | None
) -> Iterator[Complaint]:
    known = SUBJECT_TRIGGERS.get(rule.subject)
    if known is None and vocabulary is not None:
        words = (vocabulary.triggers.get(case_type, frozenset()) for case_type in rule.case_types)
        known = frozenset().union(*words) | {"filed"}
    named: list[tuple[Place, str]] = [
        *((("opens_on", n), opening.on) for n, opening in enumerate(rule.opens_on)),
        *((("closes_on", n), trigger) for n, trigger in enumerate(rule.closes_on)),
        *((("meant", n), trigger) for n, trigger in enumerate(rule.meant)),
        *((("resumes_on", n), trigger) for n, trigger in enumerate(rule.resumes_on)),
    ]
    named += [
        (("while",), f"enter:{state}")
        for state in sorted({state for opening in rule.opens_on for state in opening.states})
    ]
    for place, trigger in named:
        if not _is_known(trigger, rule, ids, known):
            yield place, f"nothing is called {trigger!r}"


def _is_known(trigger: str, rule: Rule, ids: frozenset[str], known: frozenset[str] | None) -> bool:
    kind, _, name = trigger.partition(":")
    if kind == "limit":
        return name in ids and name != rule.id
    if kind == "report":
        return rule.subject == "case" and (name in RECIPIENTS or trigger == OWN_RECIPIENT)
    return known is None or trigger in known


def _unknown_words(rule: Rule, vocabulary: Vocabulary) -> Iterator[Complaint]:
    if rule.owner not in vocabulary.roles:
        yield ("owner",), f"no role is called {rule.owner!r}"
    for key in ("on_delay", "on_target", "on_limit"):
        automatic = getattr(rule, key)
        if automatic and automatic.perform and automatic.perform not in vocabulary.perform:
            yield (key, "perform"), f"SYSTEM may not perform {automatic.perform!r}"
