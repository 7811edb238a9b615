"""What became of a call in words: who was called how, and why somebody was passed over."""

from __future__ import annotations

from collections.abc import Mapping

from casework.models import Call
from casework.models.call import (
    ACKNOWLEDGED,
    MET,
    NOBODY,
    OVERTAKEN,
    PASSED,
    SILENT,
    UNREACHABLE,
)
from casework.services.calls.listing import ACTED, AWAY, DISABLED, NAMED, OWN
from casework.text import N_, Text

OUTCOMES: Mapping[str, str] = {
    ACKNOWLEDGED: N_("acknowledged"),
    SILENT: N_("did not answer in time"),
    NOBODY: N_("nobody is left on the list: on to the next level"),
    UNREACHABLE: N_("could not be reached on any channel"),
    OVERTAKEN: N_("a higher level was called meanwhile"),
    MET: N_("no answer needed any more"),
}
PASSED_OVER = N_("passed over: %(why)s")
WHY: Mapping[str, str] = {
    AWAY: N_("away"),
    DISABLED: N_("account closed"),
    NAMED: N_("named in the case"),
    OWN: N_("the own lateness"),
    ACTED: N_("has acted for the school in this case"),
}
MEANS: Mapping[str, str] = {
    "app": N_("in the system"),
    "link": N_("by the signed link"),
    "phone": N_("by telephone"),
}
BEING_CALLED = N_("called, an answer is waited for")


def outcome(call: Call) -> Text:
    """What became of a call so far."""
    if call.outcome == PASSED:
        return Text(PASSED_OVER, {"why": Text(WHY.get(call.why, call.why))})
    return Text(OUTCOMES[call.outcome] if call.outcome else BEING_CALLED)


def means(value: str | None) -> str:
    """How somebody acknowledged; without a call it was in the system."""
    return MEANS[value or "app"]
