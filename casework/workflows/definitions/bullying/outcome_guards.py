"""What must hold for the decision, the county review and the closure of a bullying case."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.case import Context, Record
from casework.workflows.definition import Guard, Second
from casework.workflows.definitions import shared_facts
from casework.workflows.definitions.bullying import facts
from casework.workflows.definitions.bullying.guards import (
    APPEAL_WINDOW,
    BUREAU,
    ENDS_WITH_CLOSING,
    PRINCIPAL,
)


def _votes_add_up(context: Context) -> bool:
    entitled, present = context.value("entitled"), context.value("present")
    votes = context.value("votes_for")
    if not (isinstance(entitled, int) and isinstance(present, int) and isinstance(votes, int)):
        return False
    return 1 <= present <= entitled and 0 <= votes <= present


def _majority_for(context: Context) -> bool:
    """No text found sets a quorum: more than half of those present is the least a vote can be."""
    present, votes = context.value("present"), context.value("votes_for")
    return not (isinstance(present, int) and isinstance(votes, int)) or 2 * votes > present


def _elements_support(context: Context) -> bool:
    elements = ("imbalance", "intent", "harm")
    bullying = facts.rank(context.value("finding")) >= 0
    return not bullying or all(context.value(element) is True for element in elements)


VOTES_ADD_UP = Guard(
    "votes_add_up",
    _votes_add_up,
    N_("No more can be present than are entitled, nor vote than are present."),
)
MAJORITY_FOR = Guard(
    "majority_for",
    _majority_for,
    N_("More than half of the members present must have voted for the finding."),
)
ELEMENTS_SUPPORT = Guard(
    "elements_support",
    _elements_support,
    N_("A finding of bullying needs all three: imbalance of power, intent and harm."),
)
BULLYING_FOUND = Guard(
    "bullying_found",
    lambda c: facts.rank(facts.finding(c.case)) >= 0,
    N_("The finding is not bullying or not proven: deliver that result instead."),
    ("deliver_no_finding",),
)
NO_BULLYING_FOUND = Guard(
    "no_bullying_found",
    lambda c: facts.finding(c.case) in facts.NO_BULLYING,
    N_("Bullying was found: deliver the decision with its measures instead."),
    ("deliver_decision",),
)
TASKS_SETTLED = Guard(
    "tasks_settled",
    lambda c: shared_facts.tasks_settled(c.case),
    N_("Tasks are still open: record each as done, or drop it with a reason."),
    ("record_task",),
)
REVIEW_REQUESTED = Guard(
    "review_requested",
    lambda c: facts.review_pending(c.case),
    N_("Nobody has asked for a review that is still unanswered."),
    ("request_review",),
)
NO_REVIEW_PENDING = Guard(
    "no_review_pending",
    lambda c: not facts.review_pending(c.case),
    N_("A request for review is unanswered: open the review or refuse it first."),
    ("open_review", "refuse_review"),
)


def _handled(context: Context, records: tuple[Record, ...]) -> bool:
    """Whether the actor did more in these records than pass on a request for review."""
    actor = context.actor_id
    return actor is not None and any(
        actor in (record.actor_id, record.requested_by)
        for record in records
        if record.action != "request_review"
    )


def _new_to_the_case(context: Context) -> bool:
    return not _handled(context, (*context.case.before, *context.case.history))


def _impartial_reviewer(context: Context) -> bool:
    before, history = context.case.before, context.case.history
    opened = [i for i, record in enumerate(history) if record.action == "open_review"]
    return not _handled(context, (*before, *(history[: opened[-1]] if opened else history)))


NEW_TO_THE_CASE = Guard(
    "new_to_the_case",
    _new_to_the_case,
    N_("You have acted in this case; an officer who has not must answer the request."),
)
IMPARTIAL_REVIEWER = Guard(
    "impartial_reviewer",
    _impartial_reviewer,
    N_("You acted in this case before its review; another officer must decide."),
)
FINDING_DIFFERS = Guard(
    "finding_differs",
    lambda c: c.value("finding") != facts.finding(c.case),
    N_("This is the finding already in force; uphold it instead."),
    ("uphold",),
)


def _appeal_over(context: Context) -> bool:
    return not context.case.runs(APPEAL_WINDOW) or context.value("appeal_waived") is True


def _nothing_else_runs(context: Context) -> bool:
    ends = {ENDS_WITH_CLOSING, APPEAL_WINDOW}
    return all(clock.rule_id in ends for clock in context.case.running)


APPEAL_OVER = Guard(
    "appeal_over",
    _appeal_over,
    N_("The time in which a review may be asked for is not over; wait, or record both waivers."),
)
NOTHING_ELSE_RUNS = Guard(
    "nothing_else_runs",
    _nothing_else_runs,
    N_("Clocks are still running: do what they ask for first."),
    ("record_report", "notify_guardians", "record_task", "secure_evidence", "acknowledge"),
)
NO_OPEN_OPINION = Guard(
    "no_open_opinion",
    lambda c: not shared_facts.open_link(c.case, "opinion"),
    N_("A linked case of public opinion is still open; it must be closed first."),
)


def _bureau_must_join(context: Context) -> bool:
    return facts.serious(context.case) or context.value("victim_view") == "impossible"


CLOSE_SECONDS = (Second(BUREAU, when=_bureau_must_join), Second(PRINCIPAL))
