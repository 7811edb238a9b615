"""What forces the report to police and bureau, since when it is known, and whether it was made.

The worst severity and every forcing fact ever recorded count; lowering one loosens nothing. A new
round that brings a forcing fact of its own owes new reports.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from casework.workflows.acts import PROMPT
from casework.workflows.case import FILE, UNKNOWN, CaseView, Link, Record
from casework.workflows.definitions.shared_facts import Call, as_instant, calls

SEVERITY_ORDER = ("minor", "serious", "aggravated", "criminal")
FORCING_FLAGS = (
    *("weapon", "sexual_harm", "self_harm", "extortion", "video_spread"),
    "organised_crime",
)
BOTH = ("police", "bureau")
FIRST_SCREENING = timedelta(hours=4)
"""The time in which a case must be screened: what is called out meanwhile is what it then finds."""
COMMITTEE, POLICE_FINDING = "determine", "conclude_by_police"
HANDED_OVER, INVESTIGATING = "transfer", "investigating"


def rank(severity: object) -> int:
    """The place of a severity or finding in the order; -1 when it is none."""
    return SEVERITY_ORDER.index(str(severity)) if severity in SEVERITY_ORDER else -1


def forces(record: Record) -> bool:
    """True when the record states a fact that forces the report."""
    fields = record.fields
    return (
        fields.get("injury") == "serious"
        or any(fields.get(flag) is True for flag in FORCING_FLAGS)
        or (fields.get("mandatory_items") or UNKNOWN) != UNKNOWN
        or any(rank(fields.get(name)) >= rank("serious") for name in ("severity", "finding"))
    )


def forced(case: CaseView) -> bool:
    """True when any recorded fact, here or in a case merged with this one, forces the report."""
    linked = any(link.facts.get("forced") is True for link in merged(case))
    return linked or _forcing(case) is not None


def forced_round(case: CaseView) -> int | None:
    """The newest round with a forcing fact of its own; None when nothing forces the report."""
    record = _forcing(case)
    own = [record.round] if record else []
    return max((*own, *(_round_of(case, at) for at in _linked_instants(case))), default=None)


def newly_found(case: CaseView) -> bool:
    """True when it is the finding of the committee, recorded last, that forces the report."""
    record = _forcing(case)
    return record is not None and record.action == COMMITTEE and record is case.history[-1]


def forced_at(case: CaseView) -> datetime | None:
    """When any member of staff first knew the fact that forces the report; None when none does.

    A fact of the filing form counts from ``known_at``, any other from its entry. Whoever then
    records who knew (``record_knowledge``) speaks of the case as it stands on record by then, the
    forcing fact included: the report counts from that instant. What was recorded before the fact
    had come up says when the case was known, and makes nobody late for what nobody knew. In a
    later round only knowledge of the new event counts, that is from when the round was known.
    """
    record, newest = _forcing(case), forced_round(case)
    own = [_known(case, record)] if record and record.round == newest else []
    linked = [at for at in _linked_instants(case) if _round_of(case, at) == newest]
    return min((*own, *linked), default=None)


def reported_to_both(case: CaseView) -> bool:
    """True when police and education bureau were told, here or in a case merged with this one.

    One may have been told in the one case and the other in the other: it is the same event. Once
    a fact forces the report, only a call that can have been about that fact counts.
    """
    return reported_at(case) is not None


def reported_this_round(case: CaseView) -> bool:
    """True when both were told since the new fact of the present round was known."""
    found = (_counts_from(case), _round_known(case, case.round))
    since = max((at for at in found if at), default=None)
    return _both_told_at(told_outside(case), since) is not None


def reported_at(case: CaseView) -> datetime | None:
    """When the second of both was told, here or merged; None while one of them was not."""
    return _both_told_at(told_outside(case), _counts_from(case))


def told_outside(case: CaseView) -> tuple[Call, ...]:
    """Who was told outside and when, here, before or in a case merged with this one.

    To whom the case is handed over has heard of it: a transfer tells the police. Their finding is
    taken over by an officer of the bureau, who needs no call to know what he has entered.
    """
    acted = {HANDED_OVER: "police", POLICE_FINDING: "bureau"}
    knowing = (
        (acted[record.action], record.at)
        for record in (*case.before, *case.history)
        if record.action in acted
    )
    linked = (call for link in merged(case) for call in link.calls)
    return (*calls(case), *knowing, *linked)


def merged(case: CaseView) -> list[Link]:
    """The cases merged with this one, or linked with it, that are bullying, too."""
    return [link for link in case.links if link.case_type == case.case_type]


def _linked_instants(case: CaseView) -> list[datetime]:
    found = (link.instants.get("forced_at") for link in merged(case))
    return [at for at in found if at is not None]


def _forcing(case: CaseView) -> Record | None:
    """The first forcing record of the newest round that has one."""
    found: Record | None = None
    for record in case.history:
        if (found is None or record.round > found.round) and forces(record):
            found = record
    return found


def _known(case: CaseView, record: Record) -> datetime:
    stated = case.known_at if record.action == FILE else record.at
    earliest = _round_known(case, record.round)
    later = case.history[case.history.index(record) + 1 :]
    learned = (
        as_instant(other.fields.get("learned_at"))
        for other in later
        if other.action == "record_knowledge" and other.round == record.round
    )
    return min((stated, *(at for at in learned if at and (not earliest or at >= earliest))))


def _round_of(case: CaseView, at: datetime) -> int:
    """The round to which something known at this instant belongs."""
    began = {number: _round_known(case, number) for number in range(2, case.round + 1)}
    return max((number for number, known in began.items() if known and known <= at), default=1)


def _round_known(case: CaseView, number: int) -> datetime | None:
    """When the new fact of a later round was known; None for the first round."""
    began = next((one for one in case.history if one.round == number > 1), None)
    return as_instant(began.fields.get("known_at")) or began.at if began else None


def _counts_from(case: CaseView) -> datetime | None:
    """From when on a call can have been about what forces the report; None while nothing does."""
    found, newest = _about_the_fact(case), forced_round(case)
    began = _round_known(case, newest) if newest else None
    return max(found, began) if found and began else found


def _about_the_fact(case: CaseView) -> datetime | None:
    """The same, whatever the round: from how long before its entry the fact may have been known.

    People call first and type later, and the first screening of a round says of an event already
    known how grave it is. The committee's finding rests on the investigation of its round and asks
    for the reports before it can be entered: whoever called while that went on has told of what it
    found, and need neither call twice nor record a lateness that there was not. What the police
    find they need not be told.
    """
    record, known = _forcing(case), forced_at(case)
    if record is None or known is None or record.round != forced_round(case):
        return known and known - PROMPT
    if record.action == POLICE_FINDING:
        return min(known, _round_known(case, record.round) or case.known_at)
    if record.action == COMMITTEE:
        return min(known, _investigated_from(case, record) or known) - PROMPT
    return min(known, record.at - _margin(case, record))


def _margin(case: CaseView, record: Record) -> timedelta:
    screenings = (one for one in case.records("screen") if one.round == record.round)
    return FIRST_SCREENING if next(screenings, None) is record else PROMPT


def _investigated_from(case: CaseView, finding: Record) -> datetime | None:
    """Since when the round was investigated, or the committee sat, that came to this finding."""
    led = {INVESTIGATING, finding.from_state}
    here = (one for one in case.history if one.round == finding.round)
    return next((one.at for one in here if one.to_state in led - {one.from_state}), None)


def _both_told_at(made: Iterable[Call], since: datetime | None) -> datetime | None:
    first: dict[str, datetime] = {}
    for recipient, at in sorted(made, key=lambda call: call[1]):
        if since is None or at >= since:
            first.setdefault(recipient, at)
    return max(first[one] for one in BOTH) if set(BOTH) <= set(first) else None
