"""The case types as the domain describes them: the permanent names and every way between states.

State names and action names stay: renaming one needs a data migration, and a test fails to remind
you. ``open`` stands for every state that is not final, a missing arrow for an unchanged state.
"""

from __future__ import annotations

STATES: dict[str, dict[str, str]] = {
    "bullying": {
        "report": "reported",
        "verification": "verifying investigating determining",
        "escalation": "escalated transferred reviewing",
        "intervention": "disposing intervening following_up",
        "closure": "closed* merged* retyped*",
    },
    "absence": {
        "report": "flagged",
        "verification": "contacting located",
        "escalation": "missing police_assist dropout_risk",
        "intervention": "tracing found sick_tracking truancy_support",
        "closure": "closed* excused* mistaken* retyped*",
    },
    "emergency": {
        "report": "received",
        "verification": "verifying investigating",
        "escalation": "reported_up",
        "intervention": "responding controlled rectifying",
        "closure": "concluding closed* not_event* retyped*",
    },
    "opinion": {
        "report": "detected",
        "verification": "verifying graded",
        "escalation": "referred",
        "intervention": "responding approving released monitoring",
        "closure": "reviewing closed* dismissed* retyped*",
    },
}
"""By type and phase; a star marks a final state."""

INITIAL = {
    "bullying": "reported",
    "absence": "flagged",
    "emergency": "received",
    "opinion": "detected",
}
PREFIX = {"bullying": "QL", "absence": "QK", "emergency": "TF", "opinion": "YQ"}

COMMON = {
    "record_report": "open",
    "notify_guardians": "open",
    "secure_evidence": "open",
    "record_knowledge": "open",
    "amend_fact": "open",
    "add_note": "open",
    "raise_level": "open",
    "record_accountability": "open",
    "supervise": "open",
    "reply_supervision": "open",
    "accept_supervision": "open",
    "reassign": "open",
    "accept_reassignment": "open",
    "extend": "open",
    "retype": "open > retyped",
}
AFTER_CONTROL = "controlled investigating rectifying concluding"

ACTIONS: dict[str, dict[str, str]] = {
    "bullying": COMMON
    | {
        "acknowledge": "open",
        "accept": "reported > verifying",
        "merge_duplicate": "reported verifying investigating > merged",
        "screen": "reported verifying investigating",
        "escalate": "reported verifying investigating determining > escalated",
        "resume": "escalated > investigating",
        "transfer": "escalated investigating > transferred",
        "record_police_news": "escalated transferred",
        "return_from_police": "transferred > investigating",
        "conclude_by_police": "transferred > disposing",
        "open_investigation": "verifying > investigating",
        "dismiss_as_play": "verifying > disposing",
        "close_unproven": "verifying investigating > disposing",
        "submit_report": "investigating > determining",
        "return_for_facts": "determining > investigating",
        "determine": "determining > disposing",
        "deliver_decision": "disposing > intervening",
        "deliver_no_finding": "disposing > following_up",
        "record_task": "open",
        "complete_measures": "intervening > following_up",
        "request_review": "disposing intervening following_up closed",
        "open_review": "intervening following_up closed > reviewing",
        "uphold": "reviewing > following_up",
        "decline_review": "reviewing > following_up",
        "change_finding": "reviewing > disposing",
        "recur": "intervening following_up > investigating",
        "close": "following_up > closed",
        "reopen": "closed merged > investigating",
    },
    "absence": COMMON
    | {
        "acknowledge": "open",
        "match_leave": "flagged contacting tracing located > excused",
        "correct_roll": "flagged contacting tracing > mistaken",
        "start_contact": "flagged > contacting",
        "log_contact": "contacting located tracing missing truancy_support",
        "locate": "contacting tracing > located",
        "start_tracing": "flagged contacting > tracing",
        "mark_strict": "flagged contacting located tracing missing police_assist",
        "lose_again": "located found > tracing",
        "miss_again": "located found sick_tracking > contacting; truancy_support",
        "declare_missing": "flagged contacting located tracing > missing",
        "log_search": "tracing missing police_assist",
        "police_engaged": "missing > police_assist",
        "find": "tracing missing police_assist > found",
        "close_unresolved": "police_assist > closed",
        "mark_sick": "flagged contacting located found > sick_tracking",
        "daily_update": "sick_tracking dropout_risk",
        "mark_truant": "located found > truancy_support",
        "record_talk": "found truancy_support dropout_risk",
        "mark_dropout_risk": "truancy_support sick_tracking > dropout_risk",
        "close": "located found sick_tracking truancy_support dropout_risk > closed",
        "reopen": "closed excused mistaken > contacting",
    },
    "emergency": COMMON
    | {
        "inform_principal": "received verifying",
        "start_verification": "received > verifying",
        "mark_not_event": "received verifying > not_event",
        "submit_initial_report": "received verifying > reported_up",
        "acknowledge": "reported_up > responding; received verifying responding " + AFTER_CONTROL,
        "record_relay": f"reported_up responding {AFTER_CONTROL}",
        "record_on_site": "open",
        "submit_update": "reported_up responding controlled",
        "correct_report": f"reported_up responding {AFTER_CONTROL}",
        "sign_report": "open",
        "review_figures": "open",
        "regrade": f"reported_up responding {AFTER_CONTROL}",
        "mark_controlled": "responding > controlled",
        "lose_control": f"{AFTER_CONTROL} > responding",
        "refute": "reported_up responding controlled > concluding",
        "submit_final_report": AFTER_CONTROL,
        "open_investigation": "controlled > investigating",
        "skip_investigation": "controlled > concluding",
        "accept_findings": "investigating > rectifying",
        "record_hazard": "rectifying",
        "accept_hazard": "rectifying",
        "conclude": "rectifying > concluding",
        "supplement": AFTER_CONTROL,
        "close": "concluding > closed",
        "return_final": "concluding > rectifying",
        "reopen": "not_event > verifying; closed > controlled",
    },
    "opinion": COMMON
    | {
        "acknowledge": "open",
        "start_verification": "detected > verifying",
        "dismiss": "detected verifying > dismissed",
        "grade": "verifying released monitoring reviewing > graded",
        "refer_rumour": "verifying graded responding > referred",
        "return_from_referral": "referred > verifying",
        "watch_only": "graded > monitoring",
        "respond": "graded referred > responding",
        "submit_wording": "responding > approving",
        "return_wording": "approving > responding",
        "approve_wording": "approving > released",
        "record_press_conference": "open",
        "record_press_decision": "open",
        "request_takedown": "open",
        "log_figures": "open",
        "start_monitoring": "released > monitoring",
        "subside": "monitoring > reviewing",
        "close": "reviewing > closed",
        "reopen": "closed dismissed > verifying",
    },
}
ANYWHERE_WITH_A_REQUEST = {"bullying": {"refuse_review"}}
"""Possible wherever a review can have been asked for; the guard knows whether it was."""


def moves(case_type: str, action: str) -> set[tuple[str, str]]:
    """The (source, destination) pairs of an action by the table."""
    finals = {name for names in STATES[case_type].values() for name in names.split() if "*" in name}
    states = {name for names in STATES[case_type].values() for name in names.split()}
    pairs = set()
    for part in ACTIONS[case_type][action].split(";"):
        sources, _, dest = (text.strip() for text in part.partition(">"))
        names = states - finals if sources == "open" else set(sources.split())
        pairs |= {(name, dest or name) for name in names}
    return pairs
