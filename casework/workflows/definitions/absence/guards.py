"""What must hold before a step in an absence, who may do it when, and the cases it opens."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.case import UNKNOWN, Context
from casework.workflows.definition import Crossing, Guard, Predicate, Restriction
from casework.workflows.definitions.absence import facts
from casework.workflows.definitions.shared_facts import open_link

FAILURES_BEFORE_NEXT = 2

NOT_ILL = Guard(
    "not_ill",
    lambda c: c.value("leave_kind") != "illness",
    N_("An illness is followed up and not just excused: record it as illness."),
    ("mark_sick", "locate"),
)


def _next_guardian(context: Context) -> bool:
    """After two calls in vain the next goes to somebody else; a success may always be written."""
    if context.value("whom") != "first" or context.value("outcome") != "no_answer":
        return True
    calls = [record.fields for record in context.case.records("log_contact", this_round=True)]
    failed = [c for c in calls if c.get("whom") == "first" and c.get("outcome") == "no_answer"]
    others = [c for c in calls if c.get("whom") in ("second", "other")]
    return len(failed) < FAILURES_BEFORE_NEXT or bool(others)


NEXT_GUARDIAN = Guard(
    "next_guardian",
    _next_guardian,
    N_("Two calls were in vain: call the second guardian or another contact now."),
    ("start_tracing",),
)


def _was_traced(context: Context) -> bool:
    return context.case.last("start_tracing", "lose_again", this_round=True) is not None


CORRECTED_BY_LEAD = Restriction((Role.SAFETY_LEAD,), when=_was_traced)


def _at_risk_of_dropout(context: Context) -> bool:
    return facts.ever_in(context.case, "dropout_risk")


def _beyond_the_teacher(context: Context) -> bool:
    case = context.case
    unwell = case.state == "found" and not facts.found_well(case)
    return unwell or facts.ever_in(case, "truancy_support")


CLOSED_BY_BUREAU = Restriction((Role.BUREAU_OFFICER,), when=_at_risk_of_dropout)
CLOSED_BY_LEAD = Restriction((Role.SAFETY_LEAD,), when=_beyond_the_teacher)


def _emergency(condition: Predicate, dead: object, injured: object, category: str) -> Crossing:
    return Crossing(
        case_type="emergency",
        when=lambda c: condition(c) and not open_link(c.case, "emergency"),
        fields={
            "category": category,
            "statutory_grade": UNKNOWN,
            "school_grade": UNKNOWN,
            "dead": dead,
            "injured": injured,
            "missing": 0,
            "weapon": UNKNOWN,
        },
        title=N_("A missing pupil has come to harm"),
    )


def _given(field: str, *values: str) -> Predicate:
    return lambda context: context.value(field) in values


FOUND_UNWELL = (
    _emergency(_given("condition", "dead"), 1, 0, "unknown"),
    _emergency(_given("condition", "injured"), 0, 1, "injury"),
    _emergency(_given("condition", "harmed", UNKNOWN), UNKNOWN, UNKNOWN, "unknown"),
)
DIED = _emergency(_given("outcome", "died"), 1, 0, "unknown")
CRIME = _emergency(_given("cause", "crime"), UNKNOWN, UNKNOWN, "unknown")


def _bullied(context: Context) -> bool:
    return context.value("cause") == "bullying" and not open_link(context.case, "bullying")


BULLIED = Crossing(
    case_type="bullying",
    when=_bullied,
    fields={
        "injury": UNKNOWN,
        "weapon": UNKNOWN,
        "sexual_harm": UNKNOWN,
        "self_harm": UNKNOWN,
        "extortion": UNKNOWN,
        "video_spread": UNKNOWN,
    },
    title=N_("Bullying as the cause of an absence"),
)
