"""突发事件·安全事故 (TF): from the first call to the accepted consequences.

突发事件应对法 arts 61 and 78; 生产安全事故报告和调查处理条例 (Order 493) arts 9 to 13 and 29 to 32;
突发公共卫生事件应急条例 art. 20; 未成年人保护法 art. 37; 学生伤害事故处理办法 art. 16.
The diagram: ``flask workflow show emergency --format mermaid``.
"""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import (
    Action,
    Effect,
    Move,
    NotBefore,
    Restriction,
    Second,
    Workflow,
    any_open,
)
from casework.workflows.definitions.common import (
    NOT_ACTED_FOR_SCHOOL,
    NOT_YET_RECEIVED,
    REASON,
    REOPEN_FIELDS,
    common_actions,
)
from casework.workflows.definitions.emergency import (
    forms,
    guards,
    hazards,
    outside,
    part,
    supplements,
)
from casework.workflows.definitions.emergency.casualties import series
from casework.workflows.definitions.emergency.facts import FACTS, INSTANTS, REPORT_FACTS, SINCE
from casework.workflows.definitions.emergency.states import STATES
from casework.workflows.definitions.steering import steering_actions
from casework.workflows.reports import ReportKind, ReportMark

AFTER_CONTROL = ("controlled", "investigating", "rectifying", "concluding")
OUTSIDE_RECEIPT = ("received", "verifying", "responding", *AFTER_CONTROL)
"""Where acknowledging a report, or a call that came before it, moves nothing."""
AFTER_REPORT = ("reported_up", "responding", *AFTER_CONTROL)
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
    *common_actions(STATES, acknowledging=False),
    *steering_actions(STATES, "emergency"),
)

EMERGENCY = Workflow(
    case_type="emergency",
    prefix="TF",
    title=N_("Emergency or safety accident"),
    initial="received",
    states=STATES,
    filing=forms.FILING,
    actions=ACTIONS,
    facts=FACTS,
    instants=INSTANTS,
    since=SINCE,
    report_facts=REPORT_FACTS,
    series=series,
    part_for=part.PART_FOR,
)
