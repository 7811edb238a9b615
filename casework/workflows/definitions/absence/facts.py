"""Facts and instants of an absence: pure functions over its history, which never raise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from casework.workflows.case import FILE, UNKNOWN, CaseView, Record
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions import harm
from casework.workflows.definitions.shared_facts import COMMON_FACTS, as_instant, open_link

LONG = timedelta(days=3)
WELL = "well"
SIGHTED = ("find", "correct_roll")
"""After these the child was seen: what was reported before concerns an earlier disappearance."""


def strict(case: CaseView) -> bool | None:
    """True when tracing must start at once; None when the answer was 未知."""
    if case.ever("strict") or any(case.values("strict_reasons")):
        return True
    if case.ever("period", "bus") or open_link(case, "bullying"):
        return True
    filed = case.last(FILE)
    return None if filed is not None and filed.fields.get("strict") == UNKNOWN else False


def words_of_self_harm(case: CaseView) -> bool:
    """True when the child was ever reported to have spoken of harming itself."""
    return any("self_harm" in _reasons(record) for record in case.history)


def guardian_reached(case: CaseView) -> bool:
    """True when a guardian was reached in this round."""
    return any(
        record.fields.get("outcome") == "reached" and record.fields.get("whom") != "student"
        for record in case.records("log_contact", "notify_guardians", this_round=True)
    )


def _disappearance(case: CaseView) -> Iterator[Record]:
    """The records of this round since the child was last seen."""
    since: list[Record] = []
    for record in case.history:
        if record.round == case.round:
            since = [] if record.action in SIGHTED else [*since, record]
    yield from since


def reported_to_both(case: CaseView) -> bool:
    """True when police and bureau know of this disappearance; police that search do know."""
    knows: set[object] = set()
    for record in _disappearance(case):
        if record.action == "record_report":
            knows.add(record.fields.get("recipient"))
        elif record.action == "police_engaged":
            knows.add("police")
    return {"police", "bureau"} <= knows


def bus_mismatch(case: CaseView) -> bool:
    """True when the child was missed at the school bus, or rode it and did not come to class."""
    return any(
        record.fields.get("period") == "bus" or "bus" in _reasons(record)
        for record in _disappearance(case)
    )


def _reasons(record: Record) -> tuple[object, ...]:
    given = record.fields.get("strict_reasons")
    return tuple(given) if isinstance(given, list | tuple) else ()


def bus_checked(case: CaseView) -> bool:
    """True when the vehicle was searched or the child was seen."""
    seen = case.last("locate", *SIGHTED, this_round=True) is not None
    searches = (r.fields.get("searched") for r in case.records("log_search", this_round=True))
    return seen or any(isinstance(done, list | tuple) and "vehicle" in done for done in searches)


def long_missing(case: CaseView) -> bool:
    """True when the child has been missing for three days by the newest record."""
    if case.state not in {"missing", "police_assist"} or not case.history:
        return False
    since = case.entered("missing")
    return since is not None and case.history[-1].at - since >= LONG


def found_well(case: CaseView) -> bool:
    """True when the child was last found well."""
    found = case.last("find", this_round=True)
    return found is not None and found.fields.get("condition") == WELL


def _new_fact_at(case: CaseView) -> datetime | None:
    began = case.last("reopen", "miss_again", this_round=True) if case.round > 1 else None
    if began is None:
        return None
    told = began.fields.get("bell_at" if began.action == "miss_again" else "known_at")
    return as_instant(told) or began.at


def bell(case: CaseView) -> datetime | None:
    """T0: the earliest of bell, check and ``known_at``; of a later round, when that one began."""
    later = _new_fact_at(case)
    if later is not None:
        return later
    filed = case.last(FILE)
    rung = as_instant(filed.fields.get("bell_at")) if filed is not None else None
    first = rung or case.occurred_at
    return case.known_at if first is None else min(first, case.known_at)


def first_unexcused_on(case: CaseView) -> datetime | None:
    """The start of the first unexcused day, as said when truancy was found; else T0."""
    named = [
        as_instant(record.fields.get("first_unexcused_on"))
        for record in case.records("mark_truant", this_round=True)
    ]
    days = [day for day in named if day is not None]
    return min(days) if days else bell(case)


def ever_in(case: CaseView, state: str) -> bool:
    """True when it is in this state, or was since it was filed or last reopened by somebody.

    A child that is missing again begins a new round, which lifts no restriction of the old one.
    """
    reopened, entered = case.last("reopen"), case.entered(state)
    since = entered is not None and (reopened is None or entered > reopened.at)
    return case.state == state or since


def urgent(case: CaseView) -> bool:
    """True for a strict case, and while the pupil is searched for: nothing waits for an office."""
    return strict(case) or case.state in {"tracing", "missing", "police_assist"}


FACTS: Mapping[str, Fact] = {
    **COMMON_FACTS,
    "strict": strict,
    "urgent": urgent,
    "hurt": harm.hurt,
    "guardian_reached": guardian_reached,
    "reported_to_both": reported_to_both,
    "bus_mismatch": bus_mismatch,
    "bus_checked": bus_checked,
    "long_missing": long_missing,
}
INSTANTS: Mapping[str, Instant] = {"bell": bell, "first_unexcused_on": first_unexcused_on}
