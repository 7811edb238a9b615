"""Steps from measures to closure of a bullying case, the county review and the way back."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Effect, Move, NotBefore
from casework.workflows.definitions.bullying import forms, outcome_guards
from casework.workflows.definitions.bullying.states import OPEN_STATES
from casework.workflows.definitions.common import REOPEN_FIELDS

_NOT_IN_REVIEW = tuple(name for name in OPEN_STATES if name != "reviewing")

MEASURES = (
    Action(
        "record_task",
        N_("Record a task"),
        (Move(OPEN_STATES),),
        (Role.TEACHER, Role.COUNSELLOR, Role.SAFETY_LEAD),
        fields=forms.TASK,
    ),
    Action(
        "complete_measures",
        N_("Measures are completed"),
        (Move(("intervening",), "following_up"),),
        (Role.SAFETY_LEAD,),
        guards=(outcome_guards.TASKS_SETTLED,),
    ),
    Action(
        "recur",
        N_("It happened again"),
        (Move(("intervening", "following_up"), "investigating"),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.RECUR,
        effects=(Effect.NEW_ROUND,),
        instant="known_at",
        not_before=NotBefore.ANY,
        around=True,
    ),
)

REVIEW = (
    Action(
        "request_review",
        N_("Record a request for review"),
        (Move(("disposing", "intervening", "following_up", "closed")),),
        (Role.GUARDIAN, Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=forms.REQUEST_REVIEW,
        instant="requested_at",
    ),
    Action(
        "open_review",
        N_("Open the county review"),
        (Move(("intervening", "following_up", "closed"), "reviewing"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.OPEN_REVIEW,
        guards=(outcome_guards.REVIEW_REQUESTED, outcome_guards.NEW_TO_THE_CASE),
    ),
    Action(
        "refuse_review",
        N_("Refuse the review"),
        (Move((*_NOT_IN_REVIEW, "closed")),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REFUSE_REVIEW,
        guards=(outcome_guards.REVIEW_REQUESTED, outcome_guards.NEW_TO_THE_CASE),
        around=True,
    ),
    Action(
        "uphold",
        N_("Uphold the finding"),
        (Move(("reviewing",), "following_up"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REVIEW_DECISION,
        guards=(outcome_guards.IMPARTIAL_REVIEWER,),
    ),
    Action(
        "decline_review",
        N_("Decline the request after review"),
        (Move(("reviewing",), "following_up"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REVIEW_DECISION,
        guards=(outcome_guards.IMPARTIAL_REVIEWER,),
    ),
    Action(
        "change_finding",
        N_("Change the finding"),
        (Move(("reviewing",), "disposing"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.CHANGE_FINDING,
        guards=(outcome_guards.IMPARTIAL_REVIEWER, outcome_guards.FINDING_DIFFERS),
    ),
)

CLOSURE = (
    Action(
        "close",
        N_("Close the case"),
        (Move(("following_up",), "closed"),),
        (Role.SAFETY_LEAD,),
        fields=forms.CLOSE,
        guards=(
            outcome_guards.TASKS_SETTLED,
            outcome_guards.APPEAL_OVER,
            outcome_guards.NO_REVIEW_PENDING,
            outcome_guards.NOTHING_ELSE_RUNS,
            outcome_guards.NO_OPEN_OPINION,
        ),
        second=outcome_guards.CLOSE_SECONDS,
    ),
    Action(
        "reopen",
        N_("Reopen the case"),
        (Move(("closed", "merged"), "investigating"),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER, Role.CITY_OFFICER),
        fields=REOPEN_FIELDS,
        effects=(Effect.NEW_ROUND,),
        instant="known_at",
        not_before=NotBefore.ANY,
    ),
)
