"""A pack may only tighten what it lies over: in what a rule is looser than the one beneath it.

Everything that moves a due instant, keeps a clock from starting, stops it earlier or quietens it
counts. The comparison is of the terms themselves and not of samples: what cannot be shown to be at
least as strict at every start is called looser, and then the pack must name its article.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product

from casework.deadlines.conditions import Context, judge, possible_values, subject_key
from casework.deadlines.derivation import Roll, Unit
from casework.deadlines.rules import Automatic, Extension, Opening, Origin, Rule
from casework.deadlines.terms import Span, Term, possible
from casework.packs import Place

Complaint = tuple[Place, str]
"""Where in the rule something is wrong, and what."""

TERMS = ("target", "limit")
_MINUTES: Mapping[Unit, int] = {Unit.MINUTE: 1, Unit.HOUR: 60}
_DAY = 24 * 60
_ROLLS = (Roll.NONE, Roll.HOLIDAY, Roll.NON_WORKING)
_LADDERS = ("none", "period", "standard", "urgent")
_PLAIN_FLAGS = ("none", "overdue")

_NOT_LATER: Mapping[Origin, frozenset[Origin]] = {
    Origin.KNOWN_AT: frozenset({Origin.BELL}),
    Origin.FILED_AT: frozenset({Origin.BELL, Origin.KNOWN_AT}),
    Origin.EVENT: frozenset({Origin.BELL, Origin.KNOWN_AT}),
    Origin.WATCH_END: frozenset({Origin.BELL, Origin.KNOWN_AT, Origin.EVENT}),
}
"""Which origins surely do not lie after one: nobody files, or acts, before somebody knew."""


def loosened(rule: Rule, beneath: Rule) -> Iterator[Complaint]:
    """Yield in what a rule is looser than the one it lies over, each key once."""
    for place, reason in _KEYS:
        if _CHECKS[place](rule, beneath):
            yield (place,), reason


def contexts(
    *rules: Rule, parts: Iterable[str] = TERMS, unknown: bool = False
) -> Iterator[Context]:
    """Yield every context that these parts can tell apart; ``unknown``: also with gaps."""
    whens = [entry.when for rule in rules for part in parts for entry in getattr(rule, part)]
    values: dict[str, list[object]] = {}
    for key in sorted({key for when in whens for key in when}):
        known = possible_values(key) or _written(key, whens)
        found = values.setdefault(subject_key(key), [None] if unknown else [])
        found += sorted(known - set(found), key=str)
    for chosen in product(*values.values()):
        yield dict(zip(values, chosen, strict=True))


def no_later(term: Term | Span, roll: Roll, other: Term | Span, other_roll: Roll) -> bool:
    """Tell whether the first surely ends no later than the second, whenever both start."""
    ours, theirs = getattr(term, "given", None), getattr(other, "given", None)
    if ours or theirs:
        return bool(ours == theirs)
    if term.unit in _MINUTES:
        return term.amount * _MINUTES[term.unit] <= _at_least(other)
    if other.unit in _MINUTES:
        # The day of the start does not count: n days may last almost n + 1.
        longest = (term.amount + 1) * _DAY
        return _fixed(term, roll) and longest <= other.amount * _MINUTES[other.unit]
    if term.unit is Unit.DAY and other.unit is Unit.WORKING_DAY:
        # The last of at least one working day is worked: no roll leads past it.
        return term.amount <= other.amount and (other.amount > 0 or roll is Roll.NONE)
    if term.unit is not other.unit:
        return False
    return term.amount <= other.amount and _ROLLS.index(roll) <= _ROLLS.index(other_roll)


def _fixed(term: Term | Span, roll: Roll) -> bool:
    """No day off can lengthen it."""
    return term.unit is Unit.DAY and roll is Roll.NONE


def _at_least(term: Term | Span) -> int:
    """The fewest minutes that a term can last."""
    return term.amount * _MINUTES.get(term.unit, _DAY)


def _written(key: str, whens: Iterable[Mapping[str, object]]) -> set[object]:
    """The values of a key without a list of its own (regions), as the rules write them."""
    given = (when[key] for when in whens if key in when)
    return {one for value in given for one in (value if isinstance(value, tuple) else (value,))}


def _terms(name: str) -> Callable[[Rule, Rule], bool]:
    """For every term that may hold beneath there must be one here that ends no later."""

    def looser(rule: Rule, beneath: Rule) -> bool:
        if (getattr(rule, name), rule.roll) == (getattr(beneath, name), beneath.roll):
            return False
        for context in contexts(rule, beneath, parts=(name,), unknown=True):
            ours = possible(getattr(rule, name), context)
            for theirs in possible(getattr(beneath, name), context):
                if not any(no_later(one, rule.roll, theirs, beneath.roll) for one in ours):
                    return True
        return False

    return looser


def _opens(rule: Rule, beneath: Rule) -> bool:
    if rule.opens_on == beneath.opens_on:
        return False
    known = list(contexts(rule, beneath, parts=("opens_on",), unknown=True))
    return not all(
        any(_covers(ours, theirs, known) for ours in rule.opens_on) for theirs in beneath.opens_on
    )


def _covers(ours: Opening, theirs: Opening, known: Iterable[Context]) -> bool:
    """The trigger that starts their clock starts ours too, counting from no later instant."""
    origins = _NOT_LATER.get(theirs.origin, frozenset()) | {theirs.origin}
    anywhere = not ours.states
    return (
        ours.on == theirs.on
        and ours.origin in origins
        and (theirs.first or not ours.first)
        and (theirs.again or not ours.again)
        and _delay_fits(ours.after, theirs.after)
        and (anywhere or (bool(theirs.states) and set(theirs.states) <= set(ours.states)))
        and all(
            judge(ours.when, context) is not False
            for context in known
            if judge(theirs.when, context) is not False
        )
    )


def _delay_fits(ours: Span | None, theirs: Span | None) -> bool:
    return ours is None or (theirs is not None and no_later(ours, Roll.NONE, theirs, Roll.NONE))


def _recipients(rule: Rule, beneath: Rule) -> bool:
    return rule.per_recipient != beneath.per_recipient and any(
        not set(beneath.recipients(context)) <= set(rule.recipients(context))
        for context in contexts(rule, beneath, parts=("per_recipient",), unknown=True)
    )


def _ladder(rule: Rule, beneath: Rule) -> bool:
    return rule.ladders != beneath.ladders and any(
        _slower(rule.ladder(context), beneath.ladder(context))
        for context in contexts(rule, beneath, parts=("ladders",), unknown=True)
    )


def _slower(ours: str, theirs: str) -> bool:
    """Of ladders without a place in the order each is as fast as itself only."""
    known = ours in _LADDERS and theirs in _LADDERS
    return _LADDERS.index(ours) < _LADDERS.index(theirs) if known else ours != theirs


def _flag(rule: Rule, beneath: Rule) -> bool:
    if beneath.flag not in _PLAIN_FLAGS:
        return rule.flag != beneath.flag
    return beneath.flag == "overdue" and rule.flag == "none"


def _automatic(name: str) -> Callable[[Rule, Rule], bool]:
    def looser(rule: Rule, beneath: Rule) -> bool:
        ours: Automatic | None = getattr(rule, name)
        theirs: Automatic | None = getattr(beneath, name)
        if theirs is None or ours == theirs:
            return False
        if ours is None or (ours.perform, ours.offer) != (theirs.perform, theirs.offer):
            return True
        # A delay from the start of the clock is over before one from the filing.
        return ours.from_start < theirs.from_start or not _delay_fits(ours.delay, theirs.delay)

    return looser


def _extension(rule: Rule, beneath: Rule) -> bool:
    ours, theirs = rule.extension, beneath.extension
    if ours is None:
        return False
    return (
        theirs is None or ours.times > theirs.times or not _delay_fits(_span(ours), _span(theirs))
    )


def _span(extension: Extension) -> Span:
    return Span(extension.amount, extension.unit)


_CHECKS: Mapping[str, Callable[[Rule, Rule], bool]] = {
    "subject": lambda rule, beneath: rule.subject != beneath.subject,
    "case_types": lambda rule, beneath: not set(beneath.case_types) <= set(rule.case_types),
    "opens_on": _opens,
    "closes_on": lambda rule, beneath: not set(rule.closes_on) <= set(beneath.closes_on),
    "resumes_on": lambda rule, beneath: not set(beneath.resumes_on) <= set(rule.resumes_on),
    "repeat": lambda rule, beneath: beneath.repeat and not rule.repeat,
    "per_recipient": _recipients,
    "target": _terms("target"),
    "limit": _terms("limit"),
    "rise_from": lambda rule, beneath: rule.rise_from not in (None, beneath.rise_from),
    "flag": _flag,
    "ladder": _ladder,
    "on_delay": _automatic("on_delay"),
    "on_target": _automatic("on_target"),
    "on_limit": _automatic("on_limit"),
    "extension": _extension,
    # Who is reminded, and whose lateness it is: not for a pack to shift onto others.
    "owner": lambda rule, beneath: rule.owner != beneath.owner,
    # Only duties of one name keep the strictest instant when a case is carried on as another type.
    "duty": lambda rule, beneath: beneath.duty not in (None, rule.duty),
}

_KEYS = (
    ("subject", "is about something else than the national rule"),
    ("case_types", "leaves out a case type of the national rule"),
    ("opens_on", "drops a start of the national rule, delays or narrows it"),
    ("closes_on", "adds a stop that the national rule does not know"),
    ("resumes_on", "lets fewer things resume the clock than the national rule"),
    ("repeat", "does not repeat as the national rule does"),
    ("per_recipient", "leaves out a recipient of the national rule"),
    ("target", "is looser than the national target"),
    ("limit", "is looser than the national limit"),
    ("rise_from", "counts a stricter term from later than the national rule"),
    ("flag", "raises no flag, or another one, where the national rule does"),
    ("ladder", "warns on a slower ladder than the national rule"),
    ("on_delay", "acts later or otherwise than the national rule"),
    ("on_target", "acts later or otherwise than the national rule"),
    ("on_limit", "acts later or otherwise than the national rule"),
    ("extension", "may be extended further than the national rule"),
    ("owner", "is the duty of another post than by the national rule"),
    ("duty", "is no longer the same duty as the national rule"),
)
