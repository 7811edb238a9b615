"""The states of an emergency, in the order in which they are usually walked."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Phase, State
from casework.workflows.definitions.steering import RETYPED

STATES = (
    State("received", N_("Received"), Phase.REPORT),
    State("verifying", N_("Verifying and grading"), Phase.VERIFICATION),
    State("reported_up", N_("Reported, awaiting receipt above"), Phase.ESCALATION),
    State("responding", N_("Emergency response"), Phase.INTERVENTION),
    State("controlled", N_("Under control"), Phase.INTERVENTION),
    State("investigating", N_("Investigation and assessment"), Phase.VERIFICATION),
    State("rectifying", N_("Rectification and accountability"), Phase.INTERVENTION),
    State("concluding", N_("Final report under review"), Phase.CLOSURE),
    State("closed", N_("Closed"), Phase.CLOSURE, final=True),
    State("not_event", N_("No event"), Phase.CLOSURE, final=True),
    RETYPED,
)
AFTER_CONTROL = ("controlled", "investigating", "rectifying", "concluding")
OUTSIDE_RECEIPT = ("received", "verifying", "responding", *AFTER_CONTROL)
"""Where acknowledging a report, or a call that came before it, moves nothing."""
AFTER_REPORT = ("reported_up", "responding", *AFTER_CONTROL)
