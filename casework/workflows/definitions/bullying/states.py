"""The states of a bullying case, in the order of its story. Names are permanent."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Phase, State
from casework.workflows.definitions.steering import RETYPED

STATES = (
    State("reported", N_("Reported, not yet accepted"), Phase.REPORT),
    State("verifying", N_("First verification"), Phase.VERIFICATION),
    State("escalated", N_("Reported to police and bureau"), Phase.ESCALATION),
    State("transferred", N_("In the hands of the police"), Phase.ESCALATION),
    State("investigating", N_("Under investigation"), Phase.VERIFICATION),
    State("determining", N_("Before the bullying committee"), Phase.VERIFICATION),
    State("disposing", N_("Decision to be delivered"), Phase.INTERVENTION),
    State("intervening", N_("Discipline and support"), Phase.INTERVENTION),
    State("following_up", N_("Follow-up visits"), Phase.INTERVENTION),
    State("reviewing", N_("County review"), Phase.ESCALATION),
    State("closed", N_("Closed and archived"), Phase.CLOSURE, final=True),
    State("merged", N_("Merged into another case"), Phase.CLOSURE, final=True),
    RETYPED,
)
OPEN_STATES = tuple(state.name for state in STATES if not state.final)
FINAL_STATES = frozenset(state.name for state in STATES if state.final)
