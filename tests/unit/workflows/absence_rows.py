"""What may happen in an absence, line by line."""

from __future__ import annotations

from casework.errors import NotAllowed
from casework.permissions import Role
from casework.workflows.case import UNKNOWN
from tests.unit.workflows.builders import Row

OFFICER, BUREAU_LEADER = Role.BUREAU_OFFICER, Role.BUREAU_LEADER
PRINCIPAL, TEACHER, LEAD, SYSTEM = Role.PRINCIPAL, Role.TEACHER, Role.SAFETY_LEAD, Role.SYSTEM

LEAVE = {"ground": "leave", "leave_kind": "personal", "channel": "phone"}
IN_VAIN = ("log_contact", {"whom": "first", "outcome": "no_answer"})
TRACED = ("start_tracing", {})
CALL = {"whom": "first", "channel": "phone", "outcome": "no_answer"}
WELL = ("find", {"condition": "well"})
HURT = ("find", {"condition": "injured"})
RETURNED = {"outcome": "returned", "cause": "late"}

CONTACT = (
    Row("leave on file", "flagged", "match_leave", "excused", TEACHER, LEAVE),
    Row("SYSTEM knows only the leave", "located", "match_leave", "excused", SYSTEM,
        dict.fromkeys(LEAVE, UNKNOWN)),
    Row("illness is followed up", "flagged", "match_leave", {"not_ill"}, TEACHER,
        {**LEAVE, "leave_kind": "illness"}),
    Row("the teacher saw the child", "contacting", "correct_roll", "mistaken", TEACHER),
    Row("not the teacher once traced", "tracing", "correct_roll", NotAllowed, TEACHER,
        past=(TRACED,)),
    Row("the lead once traced", "tracing", "correct_roll", "mistaken", past=(TRACED,)),
    Row("the teacher calls", "flagged", "start_contact", "contacting", TEACHER),
    Row("SYSTEM starts the contact", "flagged", "start_contact", "contacting", SYSTEM),
    Row("a call", "contacting", "log_contact", "contacting", TEACHER, CALL, (IN_VAIN,)),
    Row("a third call in vain to the first guardian", "contacting", "log_contact",
        {"next_guardian"}, TEACHER, CALL, (IN_VAIN, IN_VAIN)),
    Row("the third call reached them", "contacting", "log_contact", "contacting", TEACHER,
        {**CALL, "outcome": "reached"}, (IN_VAIN, IN_VAIN)),
    Row("the third call goes to the second", "missing", "log_contact", "missing", TEACHER,
        {**CALL, "whom": "second"}, (IN_VAIN, IN_VAIN)),
    Row("the second was tried", "tracing", "log_contact", "tracing", TEACHER, CALL,
        (IN_VAIN, IN_VAIN, ("log_contact", {"whom": "second", "outcome": "no_answer"}))),
    Row("whereabouts known", "contacting", "locate", "located", TEACHER),
    Row("staff do not decide that", "contacting", "locate", NotAllowed, Role.STAFF),
)  # fmt: skip
SEARCH = (
    Row("the teacher searches", "flagged", "start_tracing", "tracing", TEACHER),
    Row("SYSTEM when nobody was reached", "contacting", "start_tracing", "tracing", SYSTEM,
        {"leader": UNKNOWN, "places_checked": UNKNOWN}),
    Row("a note is found during the search", "tracing", "mark_strict", "tracing", TEACHER,
        {"strict_reasons": ["note"]}),
    Row("SYSTEM when the child was on the bus", "contacting", "mark_strict", "contacting", SYSTEM,
        {"strict_reasons": ["bus"]}),
    Row("staff say it to who leads", "flagged", "mark_strict", NotAllowed, Role.STAFF,
        {"strict_reasons": ["note"]}),
    Row("SYSTEM when nobody arrives", "located", "lose_again", "tracing", SYSTEM),
    Row("lost after being found", "found", "lose_again", "tracing", TEACHER),
    Row("missing straight from the roll", "flagged", "declare_missing", "missing", TEACHER),
    Row("the bureau declares it", "located", "declare_missing", "missing", OFFICER),
    Row("SYSTEM never declares it", "tracing", "declare_missing", NotAllowed, SYSTEM),
    Row("any staff search", "police_assist", "log_search", "police_assist", Role.STAFF),
    Row("police engaged", "missing", "police_engaged", "police_assist", PRINCIPAL),
    Row("not by the teacher", "missing", "police_engaged", NotAllowed, TEACHER),
    Row("found", "police_assist", "find", "found", TEACHER),
    Row("closed unresolved", "police_assist", "close_unresolved", "closed", BUREAU_LEADER),
    Row("not by the officer", "police_assist", "close_unresolved", NotAllowed, OFFICER),
)  # fmt: skip
AFTERCARE = (
    Row("ill", "flagged", "mark_sick", "sick_tracking", TEACHER),
    Row("ill after being found", "found", "mark_sick", "sick_tracking", TEACHER),
    Row("daily", "sick_tracking", "daily_update", "sick_tracking", TEACHER),
    Row("truant", "located", "mark_truant", "truancy_support", TEACHER),
    Row("a talk", "truancy_support", "record_talk", "truancy_support", TEACHER),
    Row("dropout suspected", "truancy_support", "mark_dropout_risk", "dropout_risk"),
    Row("by SYSTEM", "sick_tracking", "mark_dropout_risk", "dropout_risk", SYSTEM,
        {"days_unexcused": UNKNOWN, "home_visits": UNKNOWN}),
    Row("missing again", "located", "miss_again", "contacting", SYSTEM),
    Row("a truant again", "truancy_support", "miss_again", "truancy_support", SYSTEM),
    Row("missing again is read from a roll", "found", "miss_again", NotAllowed, LEAD),
    Row("not by the teacher", "truancy_support", "mark_dropout_risk", NotAllowed, TEACHER),
    Row("the teacher closes located", "located", "close", "closed", TEACHER, RETURNED),
    Row("the teacher closes illness", "sick_tracking", "close", "closed", TEACHER, RETURNED),
    Row("the teacher closes found well", "found", "close", "closed", TEACHER, RETURNED, (WELL,)),
    Row("found hurt: not the teacher", "found", "close", NotAllowed, TEACHER, RETURNED, (HURT,)),
    Row("found hurt: the lead", "found", "close", "closed", LEAD, RETURNED, (HURT,)),
    Row("truancy: not the teacher", "truancy_support", "close", NotAllowed, TEACHER, RETURNED),
    Row("truancy: the lead", "truancy_support", "close", "closed", LEAD, RETURNED),
    Row("dropout: not the school", "dropout_risk", "close", NotAllowed, PRINCIPAL, RETURNED),
    Row("dropout: the bureau", "dropout_risk", "close", "closed", OFFICER,
        {"outcome": "not_persuaded"}),
    Row("reopened", "excused", "reopen", "contacting", TEACHER),
    Row("a mistake reopened", "mistaken", "reopen", "contacting", OFFICER),
    Row("staff do not reopen", "closed", "reopen", NotAllowed, Role.STAFF),
)  # fmt: skip
TABLE = (*CONTACT, *SEARCH, *AFTERCARE)
