"""A rule of a pack in the words of its users: what starts it, what stops it, on which condition."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce

from casework.deadlines.derivation import amount_text
from casework.deadlines.rules import Automatic, Extension, Opening, Origin, Recipients, Rule
from casework.deadlines.terms import Term
from casework.services.pages import labels
from casework.services.pages.zero_reports import SLOTS
from casework.text import N_, Text
from casework.workflows.definition import Choice, Workflow
from casework.workflows.definitions.common_choices import RECIPIENTS
from casework.workflows.definitions.emergency.forms import CATEGORIES, GRADES
from casework.workflows.definitions.opinion.forms import LEVELS
from casework.workflows.registry import WORKFLOWS

FILED = N_("the report is filed")
DONE = N_("“%(action)s” is recorded")
ENTERED = N_("the case comes to “%(state)s”")
LEFT = N_("the case leaves “%(state)s”")
TOLD = N_("%(recipient)s: told")
TOLD_EACH = N_("the recipient of this clock is told")
LIMIT_PASSED = N_("the limit of “%(rule)s” passes")
LATER = N_("%(span)s later")
ONLY_IN = N_("only while the case is in %(states)s")
ONLY_IF = N_("only if: %(conditions)s")
BOTH = N_("%(one)s and %(other)s at once")
ALWAYS = N_("in every case")
OTHERWISE = N_("otherwise")
GIVEN = N_("the date that was set")
AFTER_TARGET = N_("when the target passes, the system does “%(action)s”")
AFTER_LIMIT = N_("when the limit passes, the system does “%(action)s”")
AFTER_DELAY = N_("after %(span)s the system does “%(action)s”")
EXTENSION = N_("%(span)s, at most %(times)s times, on approval")

FACTS: Mapping[str, str] = {
    "appeal_waived": N_("everybody who may ask for a review has waived it"),
    "bus_checked": N_("the vehicle has been searched and the child seen"),
    "bus_mismatch": N_("the list of the bus and the roll of the class do not fit"),
    "casualties_changed_in_watch": N_("the figures of casualties change during the watch"),
    "category": N_("the kind of the event becomes known or changes"),
    "cluster": N_("similar illnesses have become a cluster"),
    "cluster_reported": N_("health office and bureau have been told of the cluster"),
    "figure_waits": N_("a lower figure waits for a second look"),
    "figures_settled": N_("every lower figure has been looked at"),
    "forced": N_("something is known that must be reported to police and bureau"),
    "forced_round": N_("something is known that must be reported to police and bureau"),
    "grade": N_("the grade of the event becomes known or rises"),
    "guardian_reached": N_("a guardian has been reached"),
    "guardians_told": N_("the guardians of every pupil concerned have been told"),
    "hurt": N_("somebody is known to be hurt, dead or missing"),
    "linked_major": N_("the matter is about a major event"),
    "minor_exposed": N_("a minor can be recognised in what is spread"),
    "missing": N_("somebody is known to be missing"),
    "must_report_up": N_("the matter must be reported upward"),
    "received": N_("the report has been acknowledged"),
    "refuted": N_("the bureau has found that it was no event, and nobody was hurt"),
    "reported_to_both": N_("police and bureau have both been told"),
    "screened": N_("every item of the screening is answered"),
    "sexual_harm": N_("sexual harm becomes known"),
    "stands": N_("it proves to have been an event after all"),
    "unsigned": N_("a report goes out without the signature of a principal"),
    "urgent": N_("the event turns out to be urgent"),
    "victim_supported": N_("the support of the victim has begun"),
    "weapon": N_("a weapon is known to be involved"),
}
SUBJECTS: Mapping[tuple[str, str], str] = {
    ("signal", "opened"): N_("a signal comes in"),
    ("signal", "seen"): N_("somebody has seen the signal"),
    ("signal", "disposed"): N_("the signal is disposed of"),
    ("finding", "opened"): N_("a finding is proposed"),
    ("finding", "replied"): N_("the school has answered"),
    ("supervision", "opened"): N_("a supervision notice is issued"),
    ("supervision", "accepted"): N_("the reply is accepted"),
    ("roll", "opened"): N_("the lesson begins"),
    ("roll", "saved"): N_("the roll is saved"),
    ("zero_report", "opened"): N_("the day begins"),
    ("zero_report", "attested"): N_("the day is attested"),
    ("approval", "opened"): N_("an approval is asked for"),
    ("approval", "decided"): N_("the request is approved or refused"),
}
ORIGINS: Mapping[Origin, str] = {
    Origin.KNOWN_AT: N_("counted from when staff first knew"),
    Origin.FILED_AT: N_("counted from the filing"),
    Origin.OCCURRED_AT: N_("counted from when it happened"),
    Origin.BELL: N_("counted from the bell, or from whatever showed the absence first"),
    Origin.EVENT: N_("counted from then"),
    Origin.WATCH_END: N_("counted from the end of the casualty watch, if that is later"),
    Origin.FORCED_AT: N_("counted from when anybody on the staff first knew of it"),
    Origin.HURT_AT: N_("counted from when anybody on the staff knew that somebody is hurt"),
    Origin.FIRST_UNEXCUSED_ON: N_("counted from the first day without leave"),
    Origin.FIRST_POSTED_AT: N_("counted from the first posting"),
}
YES_NO: Mapping[str, tuple[str, str]] = {
    "strict": (N_("strict absence (at risk, small child, bus)"), N_("ordinary absence")),
    "urgent": (N_("urgent"), N_("not urgent")),
    "hurt": (N_("somebody is hurt"), N_("nobody is hurt")),
    "forced": (N_("must be reported outside"), N_("need not be reported outside")),
    "boarding": (N_("boarder"), N_("day pupil")),
    "long_missing": (N_("missing for long"), N_("not missing for long")),
    "missing": (N_("somebody is missing"), N_("nobody is missing")),
    "sexual_harm": (N_("sexual harm"), N_("no sexual harm")),
    "weapon": (N_("a weapon is involved"), N_("no weapon is involved")),
    "alarm": (N_("alarm of a device"), N_("no alarm of a device")),
}
ATTESTED = N_("attestation of: %(values)s")
LADDERS: Mapping[str, str] = {
    "standard": N_("Standard: reminders, then level by level"),
    "urgent": N_("Urgent: fast, up to the leader of the bureau"),
    "period": N_("A period only: nobody is escalated"),
    "supervision": N_("Supervision: the leader who signed at the day set, the city at the limit"),
    "none": N_("No reminders"),
}


@dataclass(frozen=True, slots=True)
class TermLine:
    """One case of a target or limit: under which condition, how long, and whether by default."""

    when: Text
    term: Text
    default: bool


@dataclass(frozen=True, slots=True)
class OpeningLine:
    """One way in which a clock starts, from when it counts, and what must hold besides."""

    on: Text
    counts: Text
    only: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """Who is told, each with a clock of its own, and under which condition."""

    who: tuple[Text, ...]
    when: Text | None


def opening(one: Opening, rule: Rule, titles: Mapping[str, str]) -> OpeningLine:
    """One start of a clock in words."""
    only = []
    if one.after is not None:
        span = amount_text(one.after.amount, one.after.unit)
        only.append(Text(LATER, {"span": span}))
    if one.states:
        names = [_state(rule, name) for name in one.states]
        only.append(Text(ONLY_IN, {"states": names}))
    if one.when:
        only.append(Text(ONLY_IF, {"conditions": condition(one.when)}))
    return OpeningLine(trigger(one.on, rule, titles), Text(ORIGINS[one.origin]), tuple(only))


def trigger(name: str, rule: Rule, titles: Mapping[str, str]) -> Text:
    """What happens when a trigger fires; ``titles`` are those of the rules by id."""
    if rule.subject != "case":
        return Text(SUBJECTS.get((rule.subject, name), name))
    kind, _, what = name.rpartition(":")
    if kind == "fact":
        return Text(FACTS.get(what, what))
    if kind == "limit":
        return Text(LIMIT_PASSED, {"rule": Text(titles[what])})
    if kind == "report":
        own = what == "{recipient}"
        return Text(TOLD_EACH) if own else Text(TOLD, {"recipient": recipient(what)})
    if kind in {"enter", "leave"}:
        return Text(ENTERED if kind == "enter" else LEFT, {"state": _state(rule, what)})
    return Text(FILED) if what == "filed" else Text(DONE, {"action": _action(rule, what)})


def term_lines(terms: Iterable[Term]) -> tuple[TermLine, ...]:
    """The cases of a target or limit; the first that fits counts."""
    found = tuple(terms)
    rest = OTHERWISE if len(found) > 1 else ALWAYS
    return tuple(
        TermLine(
            condition(term.when) if term.when else Text(rest),
            Text(GIVEN) if term.given else amount_text(term.amount, term.unit),
            term.default,
        )
        for term in found
    )


def recipients(one: Recipients) -> RecipientLine:
    """Who is told, and when."""
    when = condition(one.when) if one.when else None
    return RecipientLine(tuple(recipient(name) for name in one.recipients), when)


def automatic(rule: Rule) -> tuple[Text, ...]:
    """What the system does by itself."""
    found = []
    for doing, sentence in (
        (rule.on_delay, AFTER_DELAY),
        (rule.on_target, AFTER_TARGET),
        (rule.on_limit, AFTER_LIMIT),
    ):
        if doing is not None:
            found.append(Text(sentence, _doing(doing, rule)))
    return tuple(found)


def extension(one: Extension | None) -> Text | None:
    """How far an approved extension may reach; None when the rule knows none."""
    if one is None:
        return None
    return Text(EXTENSION, {"span": amount_text(one.amount, one.unit), "times": one.times})


def condition(when: Mapping[str, object]) -> Text:
    """A condition in words; of several parts all must hold."""
    parts = (
        _condition(key, value if isinstance(value, tuple) else (value,))
        for key, value in when.items()
    )
    return reduce(lambda one, other: Text(BOTH, {"one": one, "other": other}), parts)


def recipient(name: str) -> Text:
    """A recipient in words."""
    return Text(_named(RECIPIENTS, name))


def _condition(key: str, values: tuple[object, ...]) -> Text:
    if key in YES_NO:
        yes, no = YES_NO[key]
        return Text(yes if True in values else no)
    if key == "grade_at_least":
        return Text(N_("grade %(grade)s or above"), {"grade": Text(_named(GRADES, values[0]))})
    known: Mapping[str, tuple[str, Iterable[Choice]]] = {
        "category": ("%(values)s", CATEGORIES),
        "grade": (N_("grade %(values)s"), GRADES),
        "level": (N_("level %(values)s"), LEVELS),
    }
    if key in known:
        sentence, choices = known[key]
        return Text(sentence, {"values": [Text(_named(choices, value)) for value in values]})
    if key == "case_type":
        return Text("%(values)s", {"values": [Text(WORKFLOWS[str(v)].title) for v in values]})
    if key == "slot":
        return Text(ATTESTED, {"values": [Text(SLOTS[str(value)]) for value in values]})
    if key != "region":
        raise KeyError(key)
    return Text(N_("region %(values)s"), {"values": list(values)})


def _doing(doing: Automatic, rule: Rule) -> dict[str, object]:
    values: dict[str, object] = {"action": _action(rule, doing.perform or doing.offer or "")}
    if doing.delay is not None:
        values["span"] = amount_text(doing.delay.amount, doing.delay.unit)
    return values


def _action(rule: Rule, name: str) -> Text:
    found = (workflow.action(name) for workflow in _workflows(rule))
    return Text(next((action.label for action in found if action), labels.EVENTS.get(name, name)))


def _state(rule: Rule, name: str) -> Text:
    states = (state for workflow in _workflows(rule) for state in workflow.states)
    return Text(next(state.label for state in states if state.name == name))


def _workflows(rule: Rule) -> Iterable[Workflow]:
    return (WORKFLOWS[case_type] for case_type in rule.case_types)


def _named(choices: Iterable[Choice], value: object) -> str:
    return {choice.value: choice.label for choice in choices}[str(value)]
