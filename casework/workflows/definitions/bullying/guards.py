"""What must hold before a step in a bullying case, who must join, and the sentences of refusal."""

from __future__ import annotations

from casework.permissions import Role
from casework.text import N_
from casework.workflows.case import CaseView, Context
from casework.workflows.definition import Guard, Restriction, Second
from casework.workflows.definitions import shared_facts
from casework.workflows.definitions.bullying import facts, forcing
from casework.workflows.definitions.bullying.states import FINAL_STATES

BUREAU = (Role.BUREAU_OFFICER,)
PRINCIPAL = (Role.PRINCIPAL,)
REPORTING = ("record_report",)
ENDS_WITH_CLOSING = "bullying.follow_up"
APPEAL_WINDOW = "bullying.appeal_window"


def _reported_if_forced(context: Context) -> bool:
    return not forcing.forced(context.then) or forcing.reported_to_both(context.then)


def _asked_of_finding(context: Context) -> bool:
    """Whether it is the committee's finding, recorded now, that forces the report."""
    return forcing.newly_found(context.then)


def _investigators(context: Context) -> object:
    return context.value("investigators") or facts.investigators(context.case)


def _two_investigators(context: Context) -> bool:
    named = _investigators(context)
    return isinstance(named, list | tuple | frozenset) and len(set(named)) >= 2


def _impartial(context: Context) -> bool:
    named = _investigators(context)
    chosen = set(named) if isinstance(named, list | tuple | frozenset) else set()
    return not chosen & shared_facts.named_users(context.case)


SCREENED = Guard(
    "screened",
    lambda c: facts.screen_complete(c.case),
    N_("Screen the case first: every item needs an answer other than “unknown”."),
    ("screen",),
)
NOT_FORCED = Guard(
    "not_forced",
    lambda c: not forcing.forced(c.case),
    N_("A fact of this case forces the report to police and bureau; it cannot be called play."),
    ("escalate",),
)
REPORTED_IF_FORCED = Guard(
    "reported_if_forced",
    lambda c: _asked_of_finding(c) or _reported_if_forced(c),
    N_(
        "Report to the police and to the education bureau first, and record both reports. Calls "
        "from before the serious fact was known do not count; if it was known earlier, record that."
    ),
    (*REPORTING, "record_knowledge"),
)
REPORTED_IF_FOUND = Guard(
    "reported_if_found",
    lambda c: not _asked_of_finding(c) or _reported_if_forced(c),
    N_(
        "This finding asks for a report to the police and to the education bureau first: record "
        "both reports. Calls made since the investigation began count."
    ),
    REPORTING,
)
REPORTED_TO_BOTH = Guard(
    "reported_to_both",
    lambda c: forcing.reported_this_round(c.case),
    N_(
        "Police and education bureau must both have been told of this, and not only of an earlier "
        "incident, before it can go on."
    ),
    REPORTING,
)
GUARDIANS_TOLD = Guard(
    "guardians_told",
    lambda c: facts.guardians_told(c.case),
    N_("Tell the guardians of each side first, or record why that is impossible."),
    ("notify_guardians",),
)
TWO_INVESTIGATORS = Guard(
    "two_investigators",
    _two_investigators,
    N_("Name at least two different investigators."),
)
IMPARTIAL = Guard(
    "impartial_investigators",
    _impartial,
    N_("An investigator is named in this case; choose somebody else."),
)
POLICE_ONLY = Guard(
    "police_only",
    lambda c: not facts.sexual_harm(c.case),
    N_(
        "Sexual harm belongs to the police: the school neither questions nor decides. Hand it over."
    ),
    ("escalate", "transfer", "conclude_by_police"),
)


def _police_were_first(context: Context) -> bool:
    case = context.case
    return not facts.sexual_harm(case) or case.last("return_from_police") is not None


POLICE_FIRST = Guard(
    "police_first",
    _police_were_first,
    N_("Sexual harm goes to the police first; only after their answer may it be left unproven."),
    ("escalate", "transfer"),
)


def _same_victim(context: Context) -> bool:
    other = context.refs.get("other_case")
    if other is None:
        return False
    ours = {victim.student_id for victim in context.case.parts("victim")}
    theirs = {victim.student_id for victim in other.parts("victim")}
    if (ours & theirs) - {None}:
        return True
    unlinked = not ours or not theirs or None in ours | theirs
    return unlinked and context.value("same_victim") is True


def _other(context: Context) -> CaseView | None:
    return context.refs.get("other_case")


def _other_is_open(context: Context) -> bool:
    other = _other(context)
    return other is not None and other.state not in FINAL_STATES


def _other_is_bullying(context: Context) -> bool:
    other = _other(context)
    return other is not None and other.case_type == context.case.case_type


def _other_is_another(context: Context) -> bool:
    other = _other(context)
    return other is not None and other.number != context.case.number


def _no_school_learns(context: Context) -> bool:
    """Each case names the other once they are merged: the school would learn of the report.

    One that was handed over to a school, which has accepted it, is known there.
    """
    other = _other(context)
    cases = (context.case, other) if other else ()
    return len({_past_school(case) for case in cases}) <= 1


def _past_school(case: CaseView) -> bool:
    if case.source != shared_facts.PAST_SCHOOL:
        return False
    taken = case.records("accept_reassignment")
    return all((one.stands_for or one.actor_role) != Role.SAFETY_LEAD for one in taken)


NO_SCHOOL_LEARNS = Guard(
    "no_school_learns",
    _no_school_learns,
    N_("One of the two came in past the school, which would learn of it: leave them apart."),
)
SAME_VICTIM = Guard(
    "same_victim",
    _same_victim,
    N_("The other case must have the same victim."),
)
OTHER_IS_OPEN = Guard(
    "other_is_open", _other_is_open, N_("The other case is no longer open; reopen it first.")
)
OTHER_IS_BULLYING = Guard(
    "other_is_bullying", _other_is_bullying, N_("The other case must be a bullying case too.")
)
OTHER_IS_ANOTHER = Guard(
    "other_is_another", _other_is_another, N_("A case cannot be merged into itself.")
)


def _heard_alone(context: Context) -> bool:
    return context.value("heard_alone") is True


def _harmless(context: Context) -> bool:
    kinds = ("bodily_harm", "mental_harm", "property_harm")
    return all(context.value(kind) is False for kind in kinds)


HEARD_ALONE = Guard(
    "heard_alone", _heard_alone, N_("Hear each child alone before you call it play.")
)
HARMLESS = Guard(
    "harmless", _harmless, N_("With harm to body, mind or property it was not play; investigate."),
    ("open_investigation",),
)  # fmt: skip
NO_OBJECTION = Guard(
    "no_objection",
    lambda c: c.value("objection") is False,
    N_("A guardian objects, or was not asked: investigate instead."),
    ("open_investigation",),
)


def _reporter_asked(context: Context) -> bool:
    asked = context.value("reporter_asked")
    return asked in {"answered", "silent"} or (
        asked == "known" and not shared_facts.anonymous(context.case)
    )


REPORTER_ASKED = Guard(
    "reporter_asked",
    _reporter_asked,
    N_("Ask the anonymous reporter through the receipt code first."),
)
RETURN_ONCE = Guard(
    "return_once",
    lambda c: c.case.last("return_for_facts", this_round=True) is None,
    N_("The committee has already sent the case back once; decide now."),
    ("determine",),
)


def _lowers(context: Context) -> bool:
    """Whether a screening puts the severity below the worst one recorded."""
    given = forcing.rank(context.value("severity"))
    return 0 <= given < forcing.rank(facts.severity(context.case))


def _sensitive(context: Context) -> bool:
    """Whether the school must not settle it alone: anonymous, a signal, or staff named."""
    return shared_facts.from_outside(context.case) or shared_facts.staff_named(context.case)


def _play_needs_bureau(context: Context) -> bool:
    case = context.case
    linked = any(link.case_type == case.case_type for link in case.links)
    earlier = case.earlier or linked or context.value("earlier_case") is not False
    return _sensitive(context) or facts.injured(case) or earlier


LOWERED_BY_PRINCIPAL = Restriction(PRINCIPAL, when=_lowers)
LOWERED_WITH_BUREAU = Second(BUREAU, when=_lowers)
MERGE_SECONDS = (Second(BUREAU, when=_sensitive), Second(PRINCIPAL))
PLAY_SECOND = Second(BUREAU, when=_play_needs_bureau)
BUREAU_SECOND = Second(BUREAU)
