"""Steps from the investigation to the delivered decision of a bullying case."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Move, NotBefore
from casework.workflows.definitions.bullying import forms, guards, outcome_guards

ACTIONS = (
    Action(
        "open_investigation",
        N_("Open the investigation"),
        (Move(("verifying",), "investigating"),),
        (Role.SAFETY_LEAD,),
        fields=(forms.INVESTIGATORS,),
        guards=(
            guards.POLICE_ONLY,
            guards.SCREENED,
            guards.REPORTED_IF_FORCED,
            guards.GUARDIANS_TOLD,
            guards.TWO_INVESTIGATORS,
            guards.IMPARTIAL,
        ),
    ),
    Action(
        "dismiss_as_play",
        N_("Find that it was play"),
        (Move(("verifying",), "disposing"),),
        (Role.PRINCIPAL,),
        fields=forms.PLAY,
        guards=(
            guards.SCREENED,
            guards.NOT_FORCED,
            guards.HEARD_ALONE,
            guards.HARMLESS,
            guards.GUARDIANS_TOLD,
            guards.NO_OBJECTION,
        ),
        second=(guards.PLAY_SECOND,),
        around=True,
    ),
    Action(
        "close_unproven",
        N_("Find that it is not proven"),
        (Move(("verifying", "investigating"), "disposing"),),
        (Role.SAFETY_LEAD,),
        fields=forms.UNPROVEN,
        guards=(guards.POLICE_FIRST, guards.REPORTER_ASKED),
        second=(guards.BUREAU_SECOND,),
        around=True,
    ),
    Action(
        "submit_report",
        N_("Submit the report to the committee"),
        (Move(("investigating",), "determining"),),
        (Role.SAFETY_LEAD,),
        fields=forms.REPORT,
        guards=(guards.POLICE_ONLY, guards.REPORTED_IF_FORCED),
    ),
    Action(
        "return_for_facts",
        N_("Send back for missing facts"),
        (Move(("determining",), "investigating"),),
        (Role.PRINCIPAL,),
        fields=forms.RETURN_FOR_FACTS,
        guards=(guards.RETURN_ONCE,),
    ),
    Action(
        "determine",
        N_("Record the committee's finding"),
        (Move(("determining",), "disposing"),),
        (Role.PRINCIPAL,),
        fields=forms.DETERMINE,
        guards=(
            guards.POLICE_ONLY,
            guards.REPORTED_IF_FORCED,
            guards.REPORTED_IF_FOUND,
            outcome_guards.VOTES_ADD_UP,
            outcome_guards.MAJORITY_FOR,
            outcome_guards.ELEMENTS_SUPPORT,
        ),
    ),
    Action(
        "deliver_decision",
        N_("Deliver the decision"),
        (Move(("disposing",), "intervening"),),
        (Role.SAFETY_LEAD,),
        fields=forms.DELIVER_DECISION,
        guards=(outcome_guards.BULLYING_FOUND,),
        instant="delivered_at",
        not_before=NotBefore.STATE,
    ),
    Action(
        "deliver_no_finding",
        N_("Deliver the result without a finding of bullying"),
        (Move(("disposing",), "following_up"),),
        (Role.SAFETY_LEAD,),
        fields=forms.DELIVER_NO_FINDING,
        guards=(outcome_guards.NO_BULLYING_FOUND,),
        instant="delivered_at",
        not_before=NotBefore.STATE,
    ),
)
