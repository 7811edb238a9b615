"""Facts of a bullying case: what its history says, for guards, clocks and boards. They never raise.

The worst severity ever recorded counts; lowering it loosens nothing. What forces the report to
police and bureau stands in ``forcing``.
"""

from __future__ import annotations

from collections.abc import Mapping

from casework.workflows.case import UNKNOWN, CaseView
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions import harm, shared_facts
from casework.workflows.definitions.bullying.forcing import (
    SEVERITY_ORDER,
    forced,
    forced_at,
    forced_round,
    merged,
    rank,
    reported_at,
    reported_to_both,
)
from casework.workflows.definitions.bullying.forms import SCREEN

NO_BULLYING = ("not_bullying", "unproven")
DECISIONS = ("refuse_review", "uphold", "decline_review", "change_finding")
"""What answers a request for review."""


def _merged(case: CaseView, name: str) -> list[object]:
    """What the cases merged with this one hold of a fact: merging takes nothing away."""
    return [link.facts.get(name) for link in merged(case)]


def severity(case: CaseView) -> str | None:
    """The worst severity ever recorded, by a screening or as a finding; None when there is none."""
    found = [*case.values("severity"), *case.values("finding"), *_merged(case, "severity")]
    worst = max((rank(value) for value in found), default=-1)
    return SEVERITY_ORDER[worst] if worst >= 0 else None


def serious(case: CaseView) -> bool:
    """True when the worst severity is serious or worse."""
    return rank(severity(case)) >= rank("serious")


def sexual_harm(case: CaseView) -> bool:
    """True when sexual harm was ever recorded. 未成年人保护法 art. 40."""
    return case.ever("sexual_harm") or True in _merged(case, "sexual_harm")


def injured(case: CaseView) -> bool:
    """True when an injury, however light, was ever recorded."""
    return case.ever("injury", "minor", "serious")


def screen_complete(case: CaseView) -> bool:
    """True when the last screening answered every item, none of them with 未知."""
    last = case.last("screen")
    return last is not None and all(
        last.fields.get(item.name) not in (None, UNKNOWN) for item in SCREEN
    )


def screened(case: CaseView) -> bool:
    """True when the screening is complete, or a finding has taken its place.

    After a finding no screening is possible: a case that the police concluded, or that stayed
    unproven, could otherwise never close.
    """
    return screen_complete(case) or finding(case) is not None


def guardians_told(case: CaseView) -> bool:
    """True when the guardians of both sides were told, or it is recorded why not."""
    return shared_facts.guardians_told(case, ("victim", "actor"))


def victim_supported(case: CaseView) -> bool:
    """True when a counselling contact with the victim has taken place.

    Where no bullying was found, the contact may also have been dropped with a reason: there may be
    no victim whom anybody knows.
    """
    enough = {"done", "dropped"} if finding(case) in NO_BULLYING else {"done"}
    victims = {person.id for person in case.parts("victim")}
    return any(
        record.fields.get("kind") == "counselling"
        and record.fields.get("status") in enough
        and (record.fields.get("side") == "victim" or record.fields.get("person_id") in victims)
        for record in case.records("record_task")
    )


def review_pending(case: CaseView) -> bool:
    """True when a request for review is newer than any answer to one."""
    newest = case.last("request_review", *DECISIONS)
    return newest is not None and newest.action == "request_review"


def finding(case: CaseView) -> object | None:
    """The finding in force, or None."""
    return case.latest("finding")


def investigators(case: CaseView) -> frozenset[int]:
    """The users last named as investigators."""
    named = case.latest("investigators")
    return frozenset(named) if isinstance(named, list | tuple) else frozenset()


def appeal_waived(case: CaseView) -> bool:
    """True when both sides have waived the review since the last delivery."""
    deliveries = ("deliver_decision", "deliver_no_finding")
    waived = False
    for record in case.history:
        if record.action in deliveries:
            waived = False
        waived = waived or record.fields.get("appeal_waived") is True
    return waived


FACTS: Mapping[str, Fact] = {
    **shared_facts.COMMON_FACTS,
    "forced": forced,
    "forced_round": forced_round,
    "urgent": forced,
    "hurt": harm.hurt,
    "reported_to_both": reported_to_both,
    "guardians_told": guardians_told,
    "screened": screened,
    "victim_supported": victim_supported,
    "tasks_settled": shared_facts.tasks_settled,
    "severity": severity,
    "sexual_harm": sexual_harm,
    "review_pending": review_pending,
    "appeal_waived": appeal_waived,
}
INSTANTS: Mapping[str, Instant] = {"forced_at": forced_at}
SINCE: Mapping[str, Instant] = {"reported_to_both": reported_at}
