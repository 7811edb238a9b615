"""Steps from the empty seat until the child is found: contact, tracing, missing, police."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.definition import Action, Move, NotBefore
from casework.workflows.definitions.absence import forms, guards

ACTIONS = (
    Action(
        "match_leave",
        N_("Excuse by a leave"),
        (Move(("flagged", "contacting", "tracing", "located"), "excused"),),
        (Role.TEACHER, Role.SYSTEM),
        fields=forms.MATCH_LEAVE,
        guards=(guards.NOT_ILL,),
        around=True,
    ),
    Action(
        "correct_roll",
        N_("Correct the roll: the student was there"),
        (Move(("flagged", "contacting", "tracing"), "mistaken"),),
        (Role.TEACHER,),
        fields=forms.CORRECT_ROLL,
        stricter=(guards.CORRECTED_BY_LEAD,),
        around=True,
    ),
    Action(
        "start_contact",
        N_("Start contacting the guardians"),
        (Move(("flagged",), "contacting"),),
        (Role.TEACHER, Role.SYSTEM),
        tells=("safety_lead",),
    ),
    Action(
        "log_contact",
        N_("Record a call"),
        (Move(("contacting", "located", "tracing", "missing", "truancy_support")),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.LOG_CONTACT,
        guards=(guards.NEXT_GUARDIAN,),
        instant="called_at",
    ),
    Action(
        "locate",
        N_("Whereabouts are known"),
        (Move(("contacting", "tracing"), "located"),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.LOCATE,
        crossings=(guards.BULLIED, guards.CRIME),
    ),
    Action(
        "start_tracing",
        N_("Start searching"),
        (Move(("flagged", "contacting"), "tracing"),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.SYSTEM),
        fields=forms.START_TRACING,
    ),
    Action(
        "mark_strict",
        N_("There is reason to search at once"),
        (Move(("flagged", "contacting", "located", "tracing", "missing", "police_assist")),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.SYSTEM),
        fields=forms.MARK_STRICT,
        tells=("teacher", "safety_lead"),
    ),
    Action(
        "lose_again",
        N_("Lost from sight again"),
        (Move(("located", "found"), "tracing"),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.SYSTEM),
        around=True,
    ),
    Action(
        "declare_missing",
        N_("Declare missing"),
        (Move(("flagged", "contacting", "located", "tracing"), "missing"),),
        (Role.TEACHER, Role.SAFETY_LEAD, Role.BUREAU_OFFICER),
        fields=forms.DECLARE_MISSING,
    ),
    Action(
        "log_search",
        N_("Record a search"),
        (Move(("tracing", "missing", "police_assist")),),
        (Role.STAFF, Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.LOG_SEARCH,
        instant="searched_at",
    ),
    Action(
        "police_engaged",
        N_("The police have taken up the search"),
        (Move(("missing",), "police_assist"),),
        (Role.SAFETY_LEAD, Role.PRINCIPAL),
        fields=forms.POLICE_ENGAGED,
        instant="alarm_at",
        not_before=NotBefore.ANY,
    ),
    Action(
        "find",
        N_("The child is found"),
        (Move(("tracing", "missing", "police_assist"), "found"),),
        (Role.TEACHER, Role.SAFETY_LEAD),
        fields=forms.FIND,
        crossings=guards.FOUND_UNWELL,
        instant="found_at",
    ),
    Action(
        "close_unresolved",
        N_("Close without having found the child"),
        (Move(("police_assist",), "closed"),),
        (Role.BUREAU_LEADER,),
        fields=forms.CLOSE_UNRESOLVED,
        around=True,
    ),
)
