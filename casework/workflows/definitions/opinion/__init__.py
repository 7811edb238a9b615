"""舆情 (YQ): from the first post seen to the lessons drawn.

国办发〔2016〕61号 and 80号 (respond, release, hold a press conference, review);
未成年人保护法 arts 77 and 103 (minors in public talk); 突发事件应对法 art. 7 (correct rumours).
The diagram: ``flask workflow show opinion --format mermaid``.
"""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import (
    Action,
    Effect,
    Move,
    NotBefore,
    Phase,
    Restriction,
    Second,
    State,
    Workflow,
    any_open,
)
from casework.workflows.definitions.common import REOPEN_FIELDS, common_actions
from casework.workflows.definitions.opinion import forms, guards
from casework.workflows.definitions.opinion.facts import FACTS, INSTANTS
from casework.workflows.definitions.steering import RETYPED, steering_actions

STATES = (
    State("detected", N_("Detected"), Phase.REPORT),
    State("verifying", N_("Verifying and judging"), Phase.VERIFICATION),
    State("graded", N_("Graded"), Phase.VERIFICATION),
    State("responding", N_("Handling and responding"), Phase.INTERVENTION),
    State("approving", N_("Wording awaiting signature"), Phase.INTERVENTION),
    State("released", N_("Responded"), Phase.INTERVENTION),
    State("referred", N_("Rumour or unlawful post handed over"), Phase.ESCALATION),
    State("monitoring", N_("Watching on"), Phase.INTERVENTION),
    State("reviewing", N_("Calm, under review"), Phase.CLOSURE),
    State("closed", N_("Closed"), Phase.CLOSURE, final=True),
    State("dismissed", N_("Dismissed as unrelated"), Phase.CLOSURE, final=True),
    RETYPED,
)
WATCHERS = (Role.SAFETY_LEAD, Role.PRINCIPAL, Role.BUREAU_OFFICER)

ACTIONS = (
    # Is it ours, is it true, how grave is it?
    Action(
        "start_verification",
        N_("Start verification"),
        (Move(("detected",), "verifying"),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
    ),
    Action(
        "dismiss",
        N_("Dismiss"),
        (Move(("detected", "verifying"), "dismissed"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.DISMISS,
        second=(Second((Role.BUREAU_OFFICER,), guards.ours_is_named),),
        around=True,
    ),
    Action(
        "grade",
        N_("Grade"),
        (Move(("verifying", "released", "monitoring", "reviewing"), "graded"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.GRADE,
        guards=(guards.LINKED, guards.LINK_FITS, guards.LINK_LIVES, guards.NOT_BOTH),
        second=(Second((Role.BUREAU_OFFICER,), guards.left_without_case),),
        stricter=(Restriction((Role.BUREAU_LEADER,), guards.grades_high),),
        effects=(Effect.LINK,),
    ),
    # Rumours and unlawful posts go to police or the cyberspace administration.
    Action(
        "refer_rumour",
        N_("Hand over a rumour or unlawful post"),
        (Move(("verifying", "graded", "responding"), "referred"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.REFERRAL,
    ),
    Action(
        "return_from_referral",
        N_("Take back from the referral"),
        (Move(("referred",), "verifying"),),
        (Role.BUREAU_OFFICER,),
    ),
    # The response: three duties together, the wording signed, then released.
    Action(
        "watch_only",
        N_("Watch without responding"),
        (Move(("graded",), "monitoring"),),
        (Role.PRINCIPAL, Role.BUREAU_OFFICER),
        fields=forms.WATCH_ONLY,
        guards=(guards.BLUE,),
    ),
    Action(
        "respond",
        N_("Prepare a response"),
        (Move(("graded", "referred"), "responding"),),
        (Role.BUREAU_OFFICER,),
        fields=forms.RESPOND,
        guards=(guards.GRADED,),
    ),
    Action(
        "submit_wording",
        N_("Submit the wording"),
        (Move(("responding",), "approving"),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=forms.WORDING,
        guards=(guards.NO_MINOR_SHOWN,),
    ),
    Action(
        "return_wording",
        N_("Return the wording"),
        (Move(("approving",), "responding"),),
        (Role.BUREAU_LEADER,),
        fields=forms.RETURN,
    ),
    Action(
        "approve_wording",
        N_("Sign and release the wording"),
        (Move(("approving",), "released"),),
        (Role.BUREAU_LEADER,),
        fields=forms.RELEASE,
        instant="released_at",
    ),
    Action(
        "record_press_conference",
        N_("Record a press conference"),
        any_open(STATES),
        (Role.BUREAU_OFFICER,),
        fields=forms.PRESS_CONFERENCE,
        instant="held_at",
    ),
    Action(
        "record_press_decision",
        N_("Record the decision on a press conference"),
        any_open(STATES),
        (Role.BUREAU_LEADER,),
        fields=forms.PRESS_DECISION,
    ),
    # Watching on until it is calm; a second wave is graded again.
    Action(
        "request_takedown",
        N_("Ask a platform to take it down"),
        any_open(STATES),
        WATCHERS,
        fields=forms.TAKEDOWN,
        instant="requested_at",
    ),
    Action(
        "log_figures",
        N_("Log today's spread"),
        any_open(STATES),
        WATCHERS,
        fields=forms.SPREAD_TODAY,
    ),
    Action(
        "start_monitoring",
        N_("Watch on"),
        (Move(("released",), "monitoring"),),
        (Role.BUREAU_OFFICER,),
    ),
    Action(
        "subside",
        N_("It has calmed down"),
        (Move(("monitoring",), "reviewing"),),
        (Role.BUREAU_OFFICER,),
        guards=(guards.CALM,),
    ),
    Action(
        "close",
        N_("Close the case"),
        (Move(("reviewing",), "closed"),),
        (Role.BUREAU_LEADER,),
        fields=forms.CLOSE,
    ),
    Action(
        "reopen",
        N_("Reopen"),
        (Move(("closed", "dismissed"), "verifying"),),
        (Role.SAFETY_LEAD, Role.BUREAU_OFFICER, Role.CITY_OFFICER),
        fields=REOPEN_FIELDS,
        effects=(Effect.NEW_ROUND,),
        instant="known_at",
        not_before=NotBefore.ANY,
    ),
    *common_actions(STATES),
    *steering_actions(STATES, "opinion"),
)

OPINION = Workflow(
    case_type="opinion",
    prefix="YQ",
    title=N_("Public opinion"),
    initial="detected",
    states=STATES,
    filing=forms.FILING,
    actions=ACTIONS,
    facts=FACTS,
    instants=INSTANTS,
)
