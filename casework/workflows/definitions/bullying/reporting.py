"""Steps from acceptance to the police: reporting, verification and escalation of bullying."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Effect, Move
from casework.workflows.definitions.bullying import forms, guards
from casework.workflows.definitions.common import REASON

ACTIONS = (
    Action(
        "accept",
        N_("Accept the report"),
        (Move(("reported",), "verifying"),),
        (Role.SAFETY_LEAD,),
        fields=forms.ACCEPT,
    ),
    Action(
        "screen",
        N_("Screen the case"),
        (Move(("reported", "verifying", "investigating")),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=forms.SCREEN,
        stricter=(guards.LOWERED_BY_PRINCIPAL,),
        second=(guards.LOWERED_WITH_BUREAU,),
    ),
    Action(
        "merge_duplicate",
        N_("Merge into another case"),
        (Move(("reported", "verifying", "investigating"), "merged"),),
        (Role.SAFETY_LEAD,),
        fields=forms.MERGE,
        guards=(
            guards.OTHER_IS_ANOTHER,
            guards.OTHER_IS_BULLYING,
            guards.OTHER_IS_OPEN,
            guards.NO_SCHOOL_LEARNS,
            guards.SAME_VICTIM,
        ),
        second=guards.MERGE_SECONDS,
        effects=(Effect.MERGE,),
        around=True,
    ),
    Action(
        "escalate",
        N_("Escalate to police and bureau"),
        (Move(("reported", "verifying", "investigating", "determining"), "escalated"),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.PRINCIPAL),
        fields=(REASON,),
    ),
    Action(
        "resume",
        N_("Go on investigating in the school"),
        (Move(("escalated",), "investigating"),),
        (Role.SAFETY_LEAD,),
        fields=forms.RESUME,
        guards=(
            guards.POLICE_ONLY,
            guards.REPORTED_TO_BOTH,
            guards.SCREENED,
            guards.GUARDIANS_TOLD,
            guards.TWO_INVESTIGATORS,
            guards.IMPARTIAL,
        ),
    ),
    Action(
        "transfer",
        N_("Hand over to the police"),
        (Move(("escalated", "investigating"), "transferred"),),
        (Role.PRINCIPAL,),
        fields=forms.TRANSFER,
        tells=("police",),
    ),
    Action(
        "record_police_news",
        N_("Record news from the police"),
        (Move(("escalated", "transferred")),),
        (Role.SAFETY_LEAD,),
        fields=forms.POLICE_NEWS,
        instant="heard_at",
    ),
    Action(
        "return_from_police",
        N_("Take the case back from the police"),
        (Move(("transferred",), "investigating"),),
        (Role.SAFETY_LEAD,),
        fields=forms.RETURN_FROM_POLICE,
    ),
    Action(
        "conclude_by_police",
        N_("Take over the finding of police or court"),
        (Move(("transferred",), "disposing"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.CONCLUDE_BY_POLICE,
    ),
)
