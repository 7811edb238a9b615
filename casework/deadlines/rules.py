"""The rule of one clock: what starts and stops it, how long it runs, and on which legal basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from casework.deadlines.calendar import Calendar
from casework.deadlines.conditions import Context, judge, subject_key
from casework.deadlines.derivation import Roll, Unit
from casework.deadlines.terms import Dues, Span, Term, Terms, count, longer, possible, tightened

__all__ = [
    "OWN_RECIPIENT",
    "Automatic",
    "Dues",
    "Evidence",
    "Extension",
    "LadderChoice",
    "Opening",
    "Origin",
    "Recipients",
    "Rule",
    "Span",
    "Term",
    "Terms",
    "longer",
    "tightened",
]

OWN_RECIPIENT = "report:{recipient}"
"""The trigger "told to the recipient of this row", in rules with one row per recipient."""


class Origin(StrEnum):
    """The instant from which a row counts (``from`` in the packs), always of the present round."""

    KNOWN_AT = "known_at"
    FILED_AT = "filed_at"
    OCCURRED_AT = "occurred_at"
    BELL = "bell"
    """T0 of an absence: the earliest of bell, dormitory check, bus mismatch and known_at."""
    EVENT = "event"
    """What the trigger tells of: the action, or when its fact was known, or of a reopening."""
    WATCH_END = "watch_end"
    """The end of the casualty watch, or the event if that is later."""
    FORCED_AT = "forced_at"
    """When any member of staff first knew a fact that forces the outside report."""
    HURT_AT = "hurt_at"
    """When any member of staff first knew that somebody is hurt, ill, dead or missing."""
    FIRST_UNEXCUSED_ON = "first_unexcused_on"
    FIRST_POSTED_AT = "first_posted_at"


class Evidence(StrEnum):
    """How well the basis of a rule is known; see docs/clocks.md."""

    STATUTE = "statute"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Opening:
    """One way in which a row starts."""

    on: str
    origin: Origin
    after: Span | None = None
    when: Mapping[str, object] = field(default_factory=dict)
    states: tuple[str, ...] = ()
    """Only if the case is in one of these states after the action; empty for any."""
    first: bool = False
    """Only for a recipient who never had a row: a duty already met is not revived."""
    again: bool = False
    """Only where a fact had ended the last row, which no longer holds."""


@dataclass(frozen=True, slots=True)
class Recipients:
    """Who must be told, each with a row of its own, if the condition holds."""

    recipients: tuple[str, ...]
    when: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Automatic:
    """What SYSTEM does (``perform``) or proposes to a person (``offer``) at an instant."""

    perform: str | None = None
    offer: str | None = None
    delay: Span | None = None
    from_start: bool = False
    """The delay counts from the start of the clock, even if that lies before anybody filed."""


@dataclass(frozen=True, slots=True)
class Extension:
    """How far and how often an approved extension may move the limit."""

    amount: int
    unit: Unit
    times: int
    basis: str


@dataclass(frozen=True, slots=True)
class LadderChoice:
    """The ladder that holds under a condition."""

    name: str
    when: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """A validated rule of a pack; immutable, so that clock rows may rely on id and version."""

    id: str
    version: int
    title: str
    basis: str
    evidence: Evidence
    subject: str
    owner: str
    flag: str
    opens_on: tuple[Opening, ...]
    closes_on: tuple[str, ...]
    ladders: tuple[LadderChoice, ...]
    case_types: tuple[str, ...] = ()
    basis_en: str | None = None
    quote: str | None = None
    meant: tuple[str, ...] = ()
    """The steps that do what the rule asks, as equals; empty: its first closing trigger."""
    resumes_on: tuple[str, ...] = ()
    repeat: bool = False
    per_recipient: tuple[Recipients, ...] = ()
    target: tuple[Term, ...] = ()
    limit: tuple[Term, ...] = ()
    rise_from: Origin | None = None
    """Where a later, stricter term counts from; None: from the start of the row."""
    roll: Roll = Roll.NONE
    on_delay: Automatic | None = None
    on_target: Automatic | None = None
    on_limit: Automatic | None = None
    extension: Extension | None = None
    region: str = ""
    """The GB/T 2260 prefix of the pack that had the last word; empty for the national one."""
    replaces: str | None = None
    """The article on which a regional pack is looser than the national one."""
    duty: str | None = None
    """What rules of several case types have in common: a retyped case keeps the strictest."""

    def openings(self, trigger: str, context: Context, state: str) -> tuple[Opening, ...]:
        """Return the ways in which this trigger starts a row now; the earliest start counts."""
        return tuple(
            opening
            for opening in self.opens_on
            if opening.on == trigger
            and (not opening.states or state in opening.states)
            and judge(opening.when, context) is not False
        )

    def closed_by(self, trigger: str, recipient: str | None = None) -> bool:
        """Tell whether this trigger stops a row (the row of this recipient)."""
        own = OWN_RECIPIENT.format(recipient=recipient) if recipient else None
        return trigger in self.closes_on or (trigger == own and OWN_RECIPIENT in self.closes_on)

    def recipients(self, context: Context) -> tuple[str | None, ...]:
        """Return who gets a row each; ``(None,)`` if the rule knows no recipients.

        Only what is known counts here: nobody is told of what may prove not to concern them.
        """
        if not self.per_recipient:
            return (None,)
        found = (r for e in self.per_recipient if judge(e.when, context) for r in e.recipients)
        return tuple(dict.fromkeys(found))

    def terms(self, context: Context) -> Terms:
        """Return the terms that may still apply; one of each when all that matters is known."""
        return Terms(possible(self.target, context), possible(self.limit, context))

    @property
    def term_keys(self) -> frozenset[str]:
        """What the terms depend on, by its name in the context."""
        terms = (*self.target, *self.limit)
        return frozenset(subject_key(key) for term in terms for key in term.when)

    def ladder(self, context: Context) -> str:
        """Return the name of the ladder; of several possible ones the first written counts."""
        for choice in self.ladders:
            if judge(choice.when, context) is not False:
                return choice.name
        return "none"

    def due(self, start: datetime, context: Context, calendar: Calendar | None = None) -> Dues:
        """Return both thresholds of a row that starts then: the strictest that may apply.

        Raises:
            Invalid: if the start cannot be counted from.
        """
        return count(self.terms(context), start, self.roll, context, calendar)
