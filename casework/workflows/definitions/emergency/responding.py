"""Steps of an emergency from the first call until it is under control, with its reports."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Effect, Move, Restriction, Second, any_open
from casework.workflows.definitions.common import NOT_ACTED_FOR_SCHOOL, NOT_YET_RECEIVED
from casework.workflows.definitions.emergency import forms, guards, supplements
from casework.workflows.definitions.emergency.states import (
    AFTER_CONTROL,
    AFTER_REPORT,
    OUTSIDE_RECEIPT,
    STATES,
)
from casework.workflows.reports import ReportKind, ReportMark

LEADERS = (Role.PRINCIPAL, Role.DEPUTY, Role.SAFETY_LEAD)

ACTIONS = (
    # The first minutes: telephone first, verify next, and never wait for that to report.
    Action(
        "inform_principal",
        N_("Tell the principal"),
        (Move(("received", "verifying")),),
        (Role.STAFF, Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.INFORM,
        instant="informed_at",
    ),
    Action(
        "start_verification",
        N_("Start verification"),
        (Move(("received",), "verifying"),),
        (Role.SAFETY_LEAD,),
        fields=forms.CALL_BACK,
    ),
    Action(
        "mark_not_event",
        N_("Mark as no event"),
        (Move(("received", "verifying"), "not_event"),),
        (Role.SAFETY_LEAD,),
        fields=forms.NOT_EVENT,
        second=(
            Second((Role.BUREAU_OFFICER,), guards.bureau_must_agree_to_not_event),
            Second((Role.PRINCIPAL,)),
        ),
        tells=("bureau", Role.BUREAU_OFFICER),
        notice="not_event",
        around=True,
    ),
    # 初报, receipt, relay and 续报.
    Action(
        "submit_initial_report",
        N_("Submit the initial report"),
        (Move(("received", "verifying"), "reported_up"),),
        LEADERS,
        fields=forms.INITIAL_REPORT,
        stricter=(Restriction((*LEADERS, Role.STAFF), guards.nobody_answers),),
        tells=("bureau",),
        report=ReportKind.INITIAL,
    ),
    Action(
        "acknowledge",
        N_("Acknowledge receipt"),
        (Move(("reported_up",), "responding"), Move(OUTSIDE_RECEIPT)),
        (Role.BUREAU_OFFICER,),
        guards=(NOT_YET_RECEIVED, NOT_ACTED_FOR_SCHOOL),
        effects=(Effect.RECEIVE,),
        marks=ReportMark.ACKNOWLEDGED,
    ),
    Action(
        "record_relay",
        N_("Record the relay to the next level"),
        (Move(AFTER_REPORT),),
        (Role.BUREAU_OFFICER,),
        fields=forms.RELAY,
        marks=ReportMark.RELAYED,
        instant="relayed_at",
    ),
    Action(
        "record_on_site",
        N_("Record the person in charge on the spot"),
        any_open(STATES),
        (Role.PRINCIPAL, Role.DEPUTY),
        fields=forms.ON_SITE,
        instant="arrived_at",
    ),
    Action(
        "submit_update",
        N_("Submit an update"),
        (Move(("reported_up", "responding", "controlled")),),
        (Role.SAFETY_LEAD, Role.PRINCIPAL),
        fields=forms.LATER_REPORT,
        guards=(supplements.CHANGED_FIGURES_STATED, *guards.EXPLAINED),
        tells=("bureau",),
        report=ReportKind.UPDATE,
    ),
    Action(
        "correct_report",
        N_("Correct the newest report"),
        (Move(AFTER_REPORT),),
        (Role.SAFETY_LEAD, Role.PRINCIPAL),
        fields=forms.CORRECTION,
        guards=guards.CORRECTING,
        tells=("bureau",),
        report=ReportKind.CORRECTION,
    ),
    Action(
        "sign_report",
        N_("Sign the report"),
        any_open(STATES),
        (Role.PRINCIPAL, Role.DEPUTY),
        guards=(guards.UNSIGNED,),
        marks=ReportMark.SIGNED,
    ),
    Action(
        "review_figures",
        N_("Review the lower figure"),
        any_open(STATES),
        (Role.BUREAU_OFFICER,),
        fields=forms.REVIEW_FIGURES,
        guards=(guards.FIGURE_WAITS, guards.ANOTHER_REVIEWS, NOT_ACTED_FOR_SCHOOL),
    ),
    Action(
        "regrade",
        N_("Change the grade"),
        (Move(AFTER_REPORT),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REGRADE,
        guards=(guards.GRADE_GIVEN, guards.ABOVE_FLOOR),
        stricter=(Restriction((Role.BUREAU_LEADER,), guards.lowers_grade),),
    ),
    # Under control, or not after all.
    Action(
        "mark_controlled",
        N_("Mark as under control"),
        (Move(("responding",), "controlled"),),
        (Role.PRINCIPAL,),
        fields=forms.CONTROLLED,
        guards=guards.EXPLAINED,
        stricter=(Restriction((Role.BUREAU_OFFICER,), guards.is_urgent),),
    ),
    Action(
        "lose_control",
        N_("It flared up again"),
        (Move(AFTER_CONTROL, "responding"),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=forms.FLARE_UP,
        around=True,
    ),
    Action(
        "refute",
        N_("Refute: it was no event"),
        (Move(("reported_up", "responding", "controlled"), "concluding"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REFUTE,
        around=True,
    ),
    Action(
        "submit_final_report",
        N_("Submit the final report"),
        (Move(AFTER_CONTROL),),
        (Role.PRINCIPAL,),
        fields=forms.FINAL_REPORT,
        tells=("bureau",),
        report=ReportKind.FINAL,
    ),
)
