"""The words of the users for what the code names: roles, phases, levels, parts, flags, events."""

from __future__ import annotations

from collections.abc import Mapping

from casework.text import N_
from casework.workflows.definition import Phase

PHASES: Mapping[str, str] = {
    Phase.REPORT: N_("Report"),
    Phase.VERIFICATION: N_("Verification"),
    Phase.INTERVENTION: N_("Intervention"),
    Phase.ESCALATION: N_("Escalation"),
    Phase.CLOSURE: N_("Closure"),
}

LEVELS = (
    N_("Class level"),
    N_("Escalated to the school"),
    N_("Escalated to the county bureau"),
    N_("Escalated to the leader of the county bureau"),
    N_("Escalated to the city bureau"),
)

LEVEL_NAMES = (
    N_("the class"),
    N_("the school"),
    N_("the county bureau"),
    N_("the leader of the county bureau"),
    N_("the city bureau"),
)

COUNTY = 2
"""The level at which the county bureau is concerned."""

PARTS: Mapping[str, str] = {
    "victim": N_("Victim"),
    "actor": N_("Actor"),
    "witness": N_("Witness"),
    "injured": N_("Injured"),
    "absent": N_("Absent"),
    "staff": N_("Member of staff"),
    "reporter": N_("Reporter"),
}

FLAGS: Mapping[str, str] = {
    "overdue": N_("Overdue"),
    "late_report": N_("Late report"),
    "suspected_omission": N_("Suspected omission"),
    "late_investigation": N_("Late investigation"),
    "late_review": N_("Late review"),
    "late_update": N_("Late update"),
    "late_supplement": N_("Late supplement"),
    "late_final": N_("Late final report"),
    "late_response": N_("Late response"),
    "guardian_not_notified": N_("Guardians not told"),
    "undelivered": N_("Not delivered"),
    "roll_missing": N_("Roll not called"),
    "zero_report_missing": N_("Zero report missing"),
}

EVENTS: Mapping[str, str] = {
    "file": N_("Filed the report"),
    "rung_fired": N_("Reminded or escalated"),
    "call_unanswered": N_("No answer: called the next person"),
    "level_unanswered": N_("Nobody on this level answered: called the next level"),
    "calls_exhausted": N_("Nobody up to the highest level has answered"),
    "level_acknowledged": N_("Took note of the escalation"),
    "flag_raised": N_("Raised a flag"),
    "clocks_started": N_("Started clocks because a limit passed"),
    "period_ended": N_("A period has run out"),
    "duplicate_merged": N_("Took over a merged case"),
    "zero_report_attested": N_("Attested the day"),
    "zero_report_contradicted": N_("Found an attestation contradicted"),
    "finding_proposed": N_("Proposed a finding"),
    "finding_replied": N_("Answered a proposed finding"),
    "finding_upheld": N_("Upheld a finding"),
    "finding_rejected": N_("Rejected a finding"),
    "finding_withdrawn": N_("Withdrew a finding"),
    "flag_cleared": N_("Cleared a flag"),
    "document_drafted": N_("Began a document"),
    "document_submitted": N_("Handed in a document"),
    "document_reviewed": N_("Found a document in order"),
    "document_returned": N_("Returned a document"),
    "document_issued": N_("Issued a document"),
    "document_delivered": N_("Delivered a document"),
    "document_receipt": N_("Recorded the receipt of a document"),
    "document_withdrawn": N_("Withdrew a document"),
    "document_dropped": N_("Gave up the draft of a document"),
    "document_kind_added": N_("Added a kind of document"),
    "document_kind_described": N_("Described a kind of document"),
    "document_kind_ended": N_("Ended a kind of document"),
    "wording_changed": N_("Changed the wording of documents"),
    "intake_received": N_("A report without a name came in"),
    "intake_said": N_("A message about a report without a name"),
    "intake_box_opened": N_("Opened the letter box"),
    "intake_box_closed": N_("Closed the letter box"),
    "silence_asked": N_("Asked the school why it reports so little"),
    "cluster_found": N_("Found similar illnesses"),
    "cluster_joined": N_("Another pupil with a similar illness"),
    "cluster_described": N_("The symptoms of the similar illnesses are known"),
    "signal_matched": N_("Found to be about a signal"),
    "roll_saved": N_("Saved the roll"),
    "roll_corrected": N_("Corrected a roll"),
    "roll_in_time": N_("The roll was called in time and came in late"),
    "missed_again": N_("Missing at a later roll-call, too"),
    "missed_before": N_("Missing at an earlier roll-call, which came in late"),
    "leave_recorded": N_("Put a leave on file"),
    "leave_revoked": N_("Revoked a leave"),
    "class_log_entry": N_("Wrote into the safety log of the class"),
    "roll_period_set": N_("Set a roll-call of the day"),
    "roll_period_ended": N_("Ended a roll-call of the day"),
    "seats_given": N_("Put pupils on the list of a dormitory or bus"),
    "seat_ended": N_("Took a pupil off the list of a dormitory or bus"),
    "carried_on": N_("Carries on an earlier case"),
    "clock_extended": N_("Extended a duty"),
    "approval_requested": N_("Asked for approval"),
    "approval_approved": N_("Approved"),
    "approval_refused": N_("Not approved"),
    "approval_void": N_("The request lapsed because the case had changed"),
}

EVIDENCE: Mapping[str, str] = {
    "statute": N_("Read in the full text of the law"),
    "secondary": N_("Read in a secondary source"),
    "unverified": N_("Not yet verified"),
    "default": N_("No text sets this time"),
}

UNITS: Mapping[str, str] = {
    "city_bureau": N_("City bureau"),
    "county_bureau": N_("County bureau"),
    "district": N_("District"),
    "school": N_("School"),
    "grade": N_("School grade"),
    "class": N_("Class"),
    "dormitory": N_("Dormitory"),
    "bus": N_("School bus"),
    "placement": N_("Placement"),
}

LINKS: Mapping[str, str] = {
    "crossing": N_("Opened by this case"),
    "merged": N_("Merged"),
    "cluster": N_("Similar illnesses"),
    "opinion": N_("Public opinion"),
}


def level_label(level: int) -> str:
    """The words for an escalation level."""
    return LEVELS[max(0, min(level, len(LEVELS) - 1))]


def level_name(level: int) -> str:
    """Who answers for an escalation level."""
    return LEVEL_NAMES[max(0, min(level, len(LEVEL_NAMES) - 1))]
