"""Conditions of an emergency's actions, each with the sentence that says what must come first."""

from __future__ import annotations

from datetime import timedelta

from casework.clock import LOCAL
from casework.text import N_
from casework.workflows.case import UNKNOWN, Context
from casework.workflows.definition import Guard
from casework.workflows.definitions.emergency.casualties import (
    REVIEW,
    claims,
    figures,
    figures_known,
    given_figures,
    tally,
)
from casework.workflows.definitions.emergency.facts import (
    CLUSTER,
    category,
    emergency_called,
    final_report_made,
    hurt,
    last_watch_day,
    report_made,
    unsigned,
    urgent,
)
from casework.workflows.definitions.emergency.grades import (
    GRADE_ORDER,
    SCALES,
    floor,
    standing_grade,
    standing_grades,
)
from casework.workflows.definitions.emergency.knowing import KNOWN_AT
from casework.workflows.definitions.emergency.supplements import (
    CHANGED_FIGURES_STATED,
    SUPPLEMENT_MADE,
)
from casework.workflows.definitions.harm import hurt_nearby
from casework.workflows.definitions.shared_facts import from_outside, named_users, open_link

ANSWER_WITHIN = timedelta(minutes=10)


def nobody_answers(context: Context) -> bool:
    """True when ten minutes after the filing the case still lies where it was filed."""
    waiting = context.now - context.case.filed_at >= ANSWER_WITHIN
    return waiting and context.case.state == "received"


def bureau_must_agree_to_not_event(context: Context) -> bool:
    """True when somebody may be hurt or in danger, help was called, or others know of it.

    Whoever was ever said to be hurt counts, here or in a linked case, whatever a figure says now.
    """
    case = context.then
    return (
        hurt(case)
        or hurt_nearby(case)
        or urgent(case)
        or case.source == CLUSTER
        or not figures_known(case)
        or emergency_called(case)
        or context.value("emergency_call") == UNKNOWN
        or _from_elsewhere(context)
    )


def _from_elsewhere(context: Context) -> bool:
    opinion = any(link.case_type == "opinion" for link in context.case.links)
    return opinion or from_outside(context.case)


def is_urgent(context: Context) -> bool:
    """True when the case was ever urgent, or becomes so by this very entry."""
    return urgent(context.then)


def lowers_grade(context: Context) -> bool:
    """True when one of the grades given is below the worst that stands on the same scale.

    A report of the school may name a lower grade, but it lowers nothing.
    """
    return any(
        GRADE_ORDER.index(str(new)) < GRADE_ORDER.index(old)
        for scale in SCALES
        if (new := context.value(scale)) in GRADE_ORDER
        for old in standing_grades(context.case, scale)
    )


def _grade_given(context: Context) -> bool:
    return any(context.value(scale) in GRADE_ORDER for scale in SCALES)


GRADE_GIVEN = Guard("grade_given", _grade_given, N_("Choose the new grade on at least one scale."))


def _above_floor(context: Context) -> bool:
    new, least = context.value("statutory_grade"), floor(context.case)
    known = new in GRADE_ORDER and least is not None
    return not known or GRADE_ORDER.index(str(new)) >= GRADE_ORDER.index(str(least))


ABOVE_FLOOR = Guard(
    "above_floor",
    _above_floor,
    N_("The figures that count put the event higher by law: Order 493, article 3."),
    satisfied_by=(REVIEW,),
)


def _changes_explained(context: Context) -> bool:
    old = category(context.case)
    new = context.value("category")
    told_otherwise = old not in {None, UNKNOWN} and new not in {None, UNKNOWN, old}
    before = figures(context.case)
    given = given_figures(context.then.history[-1])
    moved = any(name in before and before[name] != value for name, value in given.items())
    # The words of a cause are not on the chain: one that is given again counts as another one.
    told_anew = bool(context.value("cause")) and context.case.latest("cause") is not None
    return not (told_otherwise or moved or told_anew) or bool(context.value("change_reason"))


CHANGES_EXPLAINED = Guard(
    "changes_explained",
    _changes_explained,
    N_("The kind of event, its cause or a figure differs from what was recorded before: say why."),
)


def _rise_explained(context: Context) -> bool:
    known = len(tally(context.case).changes)
    new = tally(context.then).changes[known:]
    rises = any(change.value > (change.before or 0) and change.after_report for change in new)
    answered = bool(context.value("knower")) and context.value(KNOWN_AT) is not None
    return not rises or answered


RISE_EXPLAINED = Guard(
    "rise_explained",
    _rise_explained,
    N_("A figure rises after it was reported: say who knew it, and when."),
)
EXPLAINED = (CHANGES_EXPLAINED, RISE_EXPLAINED)

REPORT_MADE = Guard(
    "report_made",
    lambda context: report_made(context.case),
    N_("No report has been made yet."),
    satisfied_by=("submit_initial_report",),
)
UNSIGNED = Guard(
    "unsigned", lambda context: unsigned(context.case), N_("No report waits for a signature.")
)


CORRECTABLE = (
    *("category", "dead", "injured", "missing"),
    *("place", "cause", "summary", "measures"),
)


def _something_corrected(context: Context) -> bool:
    return any(context.value(name) is not None for name in CORRECTABLE)


SOMETHING_CORRECTED = Guard(
    "something_corrected", _something_corrected, N_("Enter what has to be corrected.")
)
FIGURE_WAITS = Guard(
    "figure_waits",
    lambda context: bool(claims(context.case)),
    N_("No lower figure waits for a review."),
)


def _another_reviews(context: Context) -> bool:
    return context.actor_id not in {claim.actor_id for claim in claims(context.case)}


ANOTHER_REVIEWS = Guard(
    "another_reviews",
    _another_reviews,
    N_("You stated the lower figure yourself; another officer must review it."),
)
FIGURES_STATED = Guard(
    "figures_stated",
    lambda context: figures_known(context.case),
    N_("Say first how many are dead, injured and missing: a figure is still unknown."),
    satisfied_by=("amend_fact",),
)
FIGURES_SETTLED = Guard(
    "figures_settled",
    lambda context: not claims(context.case),
    N_("A lower casualty figure still waits for the bureau's review."),
    satisfied_by=(REVIEW,),
)


def _investigator_given(context: Context) -> bool:
    return bool(context.value("investigators") or context.value("outside_body"))


INVESTIGATOR_GIVEN = Guard(
    "investigator_given",
    _investigator_given,
    N_("Say who investigates: persons, or an outside body."),
)


def _investigators_not_named(context: Context) -> bool:
    chosen = context.value("investigators")
    return not isinstance(chosen, list) or not named_users(context.case) & set(chosen)


INVESTIGATORS_NOT_NAMED = Guard(
    "investigators_not_named",
    _investigators_not_named,
    N_("A person named in the case cannot investigate it; choose somebody else."),
)


def _minor_grade(context: Context) -> bool:
    given = all(standing_grades(context.case, scale) for scale in SCALES)
    return given and {standing_grade(context.case, scale) for scale in SCALES} == {"general"}


MINOR_GRADE = Guard(
    "minor_grade",
    _minor_grade,
    N_("Only an event of the grade “general” on both scales can do without an investigation."),
    satisfied_by=("regrade",),
)


def _no_casualty(context: Context) -> bool:
    case = context.case
    return not (hurt(case) or hurt_nearby(case)) and figures_known(case)


NO_CASUALTY = Guard(
    "no_casualty",
    _no_casualty,
    N_("Only an event in which nobody was hurt can do without an investigation."),
)


def _final_report(context: Context) -> bool:
    return final_report_made(context.case)


FINAL_REPORT_MADE = Guard(
    "final_report_made",
    _final_report,
    N_("Submit the final report first."),
    satisfied_by=("submit_final_report",),
)


def _watch_over(context: Context) -> bool:
    today = context.now.astimezone(LOCAL).date()
    return not hurt(context.case) or today > last_watch_day(context.case)


WATCH_OVER = Guard(
    "watch_over",
    _watch_over,
    N_(
        "Somebody was hurt: the watch on the casualty figures lasts 30 days from the event "
        "(fire and traffic: 7 days). Wait until it is over."
    ),
)


def _no_open_opinion(context: Context) -> bool:
    return not open_link(context.case, "opinion")


NO_OPEN_OPINION = Guard(
    "no_open_opinion", _no_open_opinion, N_("Close the linked public-opinion case first.")
)
CORRECTING = (REPORT_MADE, SOMETHING_CORRECTED, CHANGED_FIGURES_STATED, RISE_EXPLAINED)
CLOSABLE = (WATCH_OVER, SUPPLEMENT_MADE, NO_OPEN_OPINION, FIGURES_STATED, FIGURES_SETTLED)
