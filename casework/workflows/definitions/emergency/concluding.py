"""Steps of an emergency from its investigation to the end, and the way back."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Effect, Move, NotBefore, Second
from casework.workflows.definitions.common import REASON, REOPEN_FIELDS
from casework.workflows.definitions.emergency import forms, guards, hazards, outside, supplements
from casework.workflows.definitions.emergency.states import AFTER_CONTROL
from casework.workflows.reports import ReportKind

ACTIONS = (
    # Investigation, consequences, hazards.
    Action(
        "open_investigation",
        N_("Open the investigation"),
        (Move(("controlled",), "investigating"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.INVESTIGATORS,
        guards=(guards.INVESTIGATOR_GIVEN, guards.INVESTIGATORS_NOT_NAMED),
    ),
    Action(
        "skip_investigation",
        N_("Do without an investigation"),
        (Move(("controlled",), "concluding"),),
        (Role.BUREAU_OFFICER,),
        guards=(guards.MINOR_GRADE, guards.NO_CASUALTY, guards.FINAL_REPORT_MADE),
    ),
    Action(
        "accept_findings",
        N_("Accept the findings"),
        (Move(("investigating",), "rectifying"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.FINDINGS,
    ),
    Action(
        "record_hazard",
        N_("Record a hazard"),
        (Move(("rectifying",)),),
        (Role.SAFETY_LEAD,),
        fields=forms.HAZARD,
    ),
    Action(
        "accept_hazard",
        N_("Accept the repair of a hazard"),
        (Move(("rectifying",)),),
        (Role.SAFETY_LEAD, Role.DEPUTY, Role.PRINCIPAL, Role.BUREAU_OFFICER),
        fields=forms.HAZARD_ACCEPTANCE,
        guards=(hazards.HAZARD_WAITS, hazards.ANOTHER_ACCEPTS),
    ),
    Action(
        "conclude",
        N_("Conclude the rectification"),
        (Move(("rectifying",), "concluding"),),
        (Role.PRINCIPAL,),
        fields=forms.CONCLUDE,
        guards=(guards.FINAL_REPORT_MADE, hazards.HAZARDS_SETTLED),
        second=(Second((Role.BUREAU_OFFICER,), hazards.hazards_stay_open),),
    ),
    # 补报 while the casualty figures are watched; then the end, or the way back.
    Action(
        "supplement",
        N_("Submit a supplement"),
        (Move(AFTER_CONTROL),),
        (Role.SAFETY_LEAD,),
        fields=forms.LATER_REPORT,
        guards=(
            supplements.CASUALTIES_CHANGED,
            supplements.CHANGED_FIGURES_STATED,
            *guards.EXPLAINED,
        ),
        tells=("bureau",),
        report=ReportKind.SUPPLEMENT,
    ),
    Action(
        "close",
        N_("Close the case"),
        (Move(("concluding",), "closed"),),
        (Role.BUREAU_OFFICER,),
        guards=(*guards.CLOSABLE, outside.REPORTS_MADE),
    ),
    Action(
        "return_final",
        N_("Return the final report"),
        (Move(("concluding",), "rectifying"),),
        (Role.BUREAU_OFFICER,),
        fields=(REASON,),
    ),
    Action(
        "reopen",
        N_("Reopen"),
        (Move(("not_event",), "verifying"), Move(("closed",), "controlled")),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER, Role.CITY_OFFICER),
        fields=REOPEN_FIELDS,
        effects=(Effect.NEW_ROUND,),
        instant="known_at",
        not_before=NotBefore.ANY,
    ),
)
