"""What clocks and guards ask of an opinion case's history: pure functions, none ever raises."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from casework.workflows.case import GOES_ON, CaseView, Record
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions.shared_facts import COMMON_FACTS, as_instant

LEVEL_ORDER = ("blue", "yellow", "orange", "red")
HIGH = ("orange", "red")
GRAVE = ("major", "extraordinary")
PUPIL_PARTS = ("victim", "actor", "injured", "absent")


def level(case: CaseView) -> str | None:
    """The level of the present wave: the newest one given."""
    known = case.latest("level")
    return str(known) if known in LEVEL_ORDER else None


def must_report_up(case: CaseView) -> bool:
    """True once it was orange or red, or about a death or sexual harm."""
    return case.ever("level", *HIGH) or case.ever("death") or case.ever("sexual_harm")


def linked_major(case: CaseView) -> bool:
    """True when an emergency graded major or above is linked."""
    return any(
        link.case_type == "emergency" and link.facts.get("grade") in GRAVE for link in case.links
    )


def minor_exposed(case: CaseView) -> bool:
    """True once a minor's face, name or school was seen. 未成年人保护法 arts 77 and 103."""
    return case.ever("minor_exposed")


def wording_approved(case: CaseView) -> bool:
    """True when a wording was released in the present wave, that is since the last grading."""
    approved = False
    for record in case.history:
        if record.action == "grade":
            approved = False
        elif record.action == "approve_wording":
            approved = True
    return approved


def about_pupil(case: CaseView) -> bool:
    """True unless the answer that stands is a plain no and no pupil is entered: 未知 never calms.

    A yes once said, be it before a change of type, stands until two have signed that it is about
    no pupil and that there is no case behind it.
    """
    pupils = case.parts(*PUPIL_PARTS) or tuple(p for p in case.people if p.student_id is not None)
    stands: object = None
    for record in (*case.before, *case.history):
        said = record.fields.get("about_pupil", stands)
        stands = said if stands is not True or (said is False and _signed_none(record)) else True
    return bool(pupils) or stands is not False


def _signed_none(record: Record) -> bool:
    return record.requested_by is not None and record.fields.get("no_linked_case") is True


def graded(case: CaseView) -> bool:
    """True once truth and level were given."""
    return case.last("grade") is not None


def case_behind(case: CaseView) -> bool:
    """True when a case of another type is linked: what the talk is about.

    A case that goes on as another one is none, least of all the one that became this case.
    """
    return any(
        link.case_type != case.case_type and link.state not in GOES_ON for link in case.links
    )


def below_since(case: CaseView) -> datetime | None:
    """Since when every figure logged in this wave lay below the threshold, or None."""
    since = None
    for record in case.history:
        if record.action in {"grade", "reopen"}:
            since = None
        elif record.action == "log_figures":
            below = record.fields.get("below_threshold") is True
            since = (since or record.at) if below else None
    return since


def first_posted_at(case: CaseView) -> datetime | None:
    """When it was first posted, as far as known."""
    return as_instant(case.latest("first_posted_at")) or case.occurred_at


FACTS: Mapping[str, Fact] = {
    **COMMON_FACTS,
    "level": level,
    "must_report_up": must_report_up,
    "urgent": must_report_up,
    "linked_major": linked_major,
    "minor_exposed": minor_exposed,
    "wording_approved": wording_approved,
}
INSTANTS: Mapping[str, Instant] = {"first_posted_at": first_posted_at}
