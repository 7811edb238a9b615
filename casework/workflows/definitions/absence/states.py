"""The states of an absence, in the order of its story. Names are permanent."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Phase, State
from casework.workflows.definitions.steering import RETYPED

STATES = (
    State("flagged", N_("Absent at the roll-call"), Phase.REPORT),
    State("contacting", N_("Contacting the guardians"), Phase.VERIFICATION),
    State("located", N_("Whereabouts known"), Phase.VERIFICATION),
    State("tracing", N_("Searching in and around school"), Phase.INTERVENTION),
    State("missing", N_("Missing, reported upward"), Phase.ESCALATION),
    State("police_assist", N_("Police are searching"), Phase.ESCALATION),
    State("found", N_("Found"), Phase.INTERVENTION),
    State("sick_tracking", N_("Illness being followed"), Phase.INTERVENTION),
    State("truancy_support", N_("Truancy being worked on"), Phase.INTERVENTION),
    State("dropout_risk", N_("Suspected dropout"), Phase.ESCALATION),
    State("closed", N_("Absence closed"), Phase.CLOSURE, final=True),
    State("excused", N_("Leave confirmed"), Phase.CLOSURE, final=True),
    State("mistaken", N_("Marked absent by mistake"), Phase.CLOSURE, final=True),
    RETYPED,
)
