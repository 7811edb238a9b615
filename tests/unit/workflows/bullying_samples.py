"""Values and steps of bullying cases that the tests of that type use again and again."""

from __future__ import annotations

from casework.permissions import Role
from casework.workflows.case import UNKNOWN, Person
from tests.unit.workflows.builders import ACTOR, VICTIM

CALM = {
    "injury": "none",
    "psychological_harm": False,
    "severity": "minor",
    "mandatory_items": [],
    "sexual_harm": False,
    "organised_crime": False,
}
SCREENED = ("screen", CALM)
SERIOUS = ("screen", {**CALM, "severity": "serious"})
SEXUAL = ("screen", {**CALM, "sexual_harm": True})
UNFINISHED = ("screen", {**CALM, "injury": UNKNOWN})
SIDES = {"people": (VICTIM, ACTOR)}
NAMED = ("open_investigation", {"investigators": [71, 72]})
TWO = {"investigators": [71, 72]}
PLAY = {
    "heard_alone": True,
    "bodily_harm": False,
    "mental_harm": False,
    "property_harm": False,
    "objection": False,
    "earlier_case": False,
    "finding": "not_bullying",
}
VOTE = {"entitled": 9, "present": 7, "votes_for": 6, "imbalance": True, "intent": True}
SERIOUS_VOTE = {**VOTE, "harm": True, "finding": "serious"}
ASKED = {"reporter_asked": "answered", "finding": "unproven"}
FOUND = ("determine", {"finding": "minor"})
NOT_FOUND = ("determine", {"finding": "not_bullying"})
REQUEST = ("request_review", {"requested_by": "victim"})
OPEN_TASK = ("record_task", {"kind": "apology", "side": "victim", "status": "open"})
DONE_TASK = ("record_task", {"kind": "apology", "side": "victim", "status": "done"})
DROPPED_TASK = ("record_task", {"kind": "apology", "side": "victim", "status": "dropped"})
CLOSING = {"victim_view": "given", "victim_words": "It is well again."}
ACCUSED = Person(3, "staff", user_id=71)

OFFICER, CITY = Role.BUREAU_OFFICER, Role.CITY_OFFICER
PRINCIPAL, TEACHER, LEAD = Role.PRINCIPAL, Role.TEACHER, Role.SAFETY_LEAD
PRINCIPAL_2ND, BUREAU_2ND = (PRINCIPAL,), (OFFICER,)
