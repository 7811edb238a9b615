"""Steps after the child is found: illness, truancy, dropout, closure and the way back."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Effect, Move, NotBefore
from casework.workflows.definitions.absence import forms, guards
from casework.workflows.definitions.common import REOPEN_FIELDS

_CLOSABLE = ("located", "found", "sick_tracking", "truancy_support", "dropout_risk")
_QUIET = _CLOSABLE[:3]
"""Where a new absence is news. The guardians of a truant hear of each; a suspected dropout is
absent every day, and persuaded.
"""

ACTIONS = (
    Action(
        "mark_sick",
        N_("Absent through illness"),
        (Move(("flagged", "contacting", "located", "found"), "sick_tracking"),),
        (Role.TEACHER,),
        fields=forms.MARK_SICK,
        effects=(Effect.COUNT_ILLNESS,),
    ),
    Action(
        "daily_update",
        N_("Record the status of today"),
        (Move(("sick_tracking", "dropout_risk")),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.DAILY_UPDATE,
    ),
    Action(
        "mark_truant",
        N_("Absent without excuse"),
        (Move(("located", "found"), "truancy_support"),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.MARK_TRUANT,
        crossings=(guards.BULLIED, guards.CRIME),
    ),
    Action(
        "record_talk",
        N_("Record a talk or home visit"),
        (Move(("found", "truancy_support", "dropout_risk")),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.RECORD_TALK,
        instant="talked_at",
    ),
    Action(
        "mark_dropout_risk",
        N_("Suspect a dropout"),
        (Move(("truancy_support", "sick_tracking"), "dropout_risk"),),
        (Role.SAFETY_LEAD, Role.SYSTEM),
        fields=forms.DROPOUT,
        around=True,
    ),
    Action(
        "close",
        N_("Close the absence"),
        (Move(_CLOSABLE, "closed"),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.CLOSE,
        stricter=(guards.CLOSED_BY_BUREAU, guards.CLOSED_BY_LEAD),
        crossings=(guards.DIED, guards.BULLIED, guards.CRIME),
    ),
    Action(
        "miss_again",
        N_("Missing again at a roll-call"),
        (Move(_QUIET, "contacting"), Move(("truancy_support",))),
        (Role.SYSTEM,),
        fields=forms.MISS_AGAIN,
        effects=(Effect.NEW_ROUND,),
        tells=("teacher", "safety_lead"),
        instant="bell_at",
        not_before=NotBefore.ANY,
    ),
    Action(
        "reopen",
        N_("Reopen the absence"),
        (Move(("closed", "excused", "mistaken"), "contacting"),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=REOPEN_FIELDS,
        effects=(Effect.NEW_ROUND,),
        instant="known_at",
        not_before=NotBefore.ANY,
    ),
)
