"""The choices that forms of several case types offer."""

from __future__ import annotations

from casework.text import N_
from casework.workflows.definition import Choice

RECIPIENTS = (
    Choice("police", N_("Police")),
    Choice("bureau", N_("County education bureau")),
    Choice("city_bureau", N_("City education bureau")),
    Choice("health", N_("Health and disease control")),
    Choice("market", N_("Market supervision")),
    Choice("civil_affairs", N_("Civil affairs")),
    Choice("publicity", N_("Publicity department")),
    Choice("cyberspace", N_("Cyberspace administration")),
    Choice("government", N_("County government")),
)

AMENDABLE = (
    Choice("occurred_at", N_("Time of the event")),
    Choice("title", N_("Title")),
    Choice("narrative", N_("What happened")),
    Choice("place", N_("Place")),
    Choice("nature", N_("Nature of the event")),
    Choice("dead", N_("Dead")),
    Choice("injured", N_("Injured")),
    Choice("missing", N_("Missing")),
    Choice("cause", N_("Cause")),
)

TOLD = (Choice("reached", N_("Reached")), Choice("impossible", N_("Not possible")))
CHANNELS = (
    Choice("phone", N_("Telephone")),
    Choice("in_person", N_("In person")),
    Choice("message", N_("Message")),
    Choice("home_visit", N_("Home visit")),
    Choice("other", N_("Other")),
)

SIDES = (Choice("victim", N_("Victim's side")), Choice("actor", N_("Actor's side")))
IMPOSSIBLE = (
    Choice("guardian_unknown", N_("Guardian or person unknown")),
    Choice("refused", N_("Refused")),
    Choice("guardian_is_suspect", N_("The guardian is the suspect")),
    Choice("police_advice", N_("Police advise against it")),
    Choice("unreachable", N_("Not reachable despite attempts")),
)

EVIDENCE_KINDS = (
    Choice("video", N_("Surveillance video")),
    Choice("photo", N_("Photo")),
    Choice("recording", N_("Sound recording")),
    Choice("sample", N_("Sample")),
    Choice("chat_log", N_("Chat log")),
    Choice("document", N_("File or document")),
)

MEASURES = (
    Choice("talk", N_("Interview")),
    Choice("notice", N_("Public criticism")),
    Choice("sanction", N_("Proposed sanction")),
    Choice("transfer", N_("Handed to another authority")),
)
