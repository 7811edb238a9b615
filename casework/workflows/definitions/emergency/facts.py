"""What clocks and guards of an emergency ask of its history: pure functions, none ever raises.

A figure or grade once recorded keeps counting (nothing loosens a clock); 未知 never calms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from casework.workflows.case import UNKNOWN, CaseView, Person, Record
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions.shared_facts import COMMON_FACTS

GRADE_ORDER = ("general", "large", "major", "extraordinary")
SCALES = ("statutory_grade", "school_grade")
FIGURES = ("dead", "injured", "missing")
GRAVE = ("major", "extraordinary")
MANY_HURT = 3

WATCH = timedelta(days=30)
SHORT_WATCH = timedelta(days=7)
SHORT_WATCH_CATEGORIES = ("fire", "traffic_bus")

FREEZING = ("mark_controlled", "reopen")
"""Actions that freeze the casualty figures: every later change is a 补报, until control is lost."""


def category(case: CaseView) -> str | None:
    """The newest category known; ``unknown`` while only that was said, None before anything."""
    known = case.latest("category")
    if known is not None:
        return str(known)
    said = any(record.fields.get("category") == UNKNOWN for record in case.history)
    return UNKNOWN if said else None


def grade(case: CaseView) -> str | None:
    """The worst grade ever recorded on either scale; None while both are unknown."""
    ranks = [rank for scale in SCALES for value in case.values(scale) for rank in _rank(value)]
    return GRADE_ORDER[max(ranks)] if ranks else None


def _rank(value: object) -> list[int]:
    return [GRADE_ORDER.index(value)] if isinstance(value, str) and value in GRADE_ORDER else []


def standing_grades(case: CaseView, scale: str) -> set[str]:
    """The grades recorded on a scale since the bureau last set it: reports alone lower nothing."""
    grades: set[str] = set()
    for record in case.history:
        given = record.fields.get(scale)
        if given in GRADE_ORDER:
            grades = {str(given)} if record.action == "regrade" else {*grades, str(given)}
    return grades


def given_figures(record: Record) -> dict[str, int]:
    """The casualty figures that a record states, corrections included, 未知 left out."""
    stated: dict[str, object] = {name: record.fields.get(name) for name in FIGURES}
    if record.action == "amend_fact" and record.fields.get("field") in FIGURES:
        stated = {str(record.fields["field"]): record.fields.get("new_figure")}
    return {
        name: value
        for name, value in stated.items()
        if isinstance(value, int) and not isinstance(value, bool)
    }


def figures(case: CaseView) -> dict[str, int]:
    """The casualty figures as they stand: the newest known value of each."""
    standing: dict[str, int] = {}
    for record in case.history:
        standing |= given_figures(record)
    return standing


def _ever(case: CaseView, name: str, least: int) -> bool:
    return any(given_figures(record).get(name, 0) >= least for record in case.history)


def hurt(case: CaseView) -> bool:
    """True when anybody was ever recorded as dead, injured or missing."""
    return any(_ever(case, name, 1) for name in FIGURES)


def figures_known(case: CaseView) -> bool:
    """True when each of the three figures has been stated as a number at least once."""
    return set(figures(case)) == set(FIGURES)


def urgent(case: CaseView) -> bool:
    """Death, life in danger, a missing child, weapon, sexual harm, self-harm, ≥ 3 hurt, ≥ major."""
    return (
        _ever(case, "dead", 1)
        or _ever(case, "missing", 1)
        or _ever(case, "injured", MANY_HURT)
        or any(case.ever(name) for name in ("weapon", "life_in_danger", "sexual_harm"))
        or case.ever("category", "self_harm")
        or grade(case) in GRAVE
    )


def guardians_told(case: CaseView) -> bool:
    """True when each hurt or absent child has a record of its guardians (or why that cannot be).

    While no child is entered, any such record counts: there is nobody else whom it could mean.
    """
    children = case.parts("injured", "victim", "absent")
    records = tuple(case.records("notify_guardians"))
    if not children:
        return bool(records)
    return all(any(_meant(child, record) for record in records) for child in children)


def _meant(child: Person, record: Record) -> bool:
    person_id = record.fields.get("person_id")
    if person_id is not None:
        return person_id == child.id
    return child.part == "victim" and record.fields.get("side") == "victim"


def watch_last(case: CaseView) -> datetime:
    """An instant of the last day on which a changed casualty figure must still be reported up.

    30 days from the event, 7 for fire and traffic: 生产安全事故报告和调查处理条例 art. 13. The
    longer span counts unless every category ever recorded has the shorter one.
    """
    recorded = set(case.values("category"))
    short = bool(recorded) and recorded <= set(SHORT_WATCH_CATEGORIES)
    start = case.occurred_at or case.known_at
    return start + (SHORT_WATCH if short else WATCH)


def _frozen_at(case: CaseView) -> int | None:
    """The place in the history where the figures were last frozen; None when they are not."""
    place = None
    for n, record in enumerate(case.history):
        if record.action in FREEZING:
            place = n
        elif record.action == "lose_control":
            place = None
    return place


def changed_figures(case: CaseView, until: datetime | None = None) -> str | None:
    """The figures after the latest change since they were frozen, or None when none changed."""
    frozen = _frozen_at(case)
    if frozen is None:
        return None
    standing = figures(replace(case, history=case.history[: frozen + 1]))
    changed = None
    for record in case.history[frozen + 1 :]:
        new = standing | given_figures(record)
        if new != standing and (until is None or record.at <= until):
            changed = " ".join(f"{name}={new.get(name, UNKNOWN)}" for name in FIGURES)
        standing = new
    return changed


def casualties_changed_in_watch(case: CaseView) -> str | None:
    """The changed figures, such as ``dead=0 injured=3 missing=0``, while the watch lasts."""
    return changed_figures(case, until=watch_last(case))


def opened_hazards(case: CaseView) -> tuple[Record, ...]:
    """The hazards of the case in the order of their numbers, beginning with 1."""
    return tuple(case.records("record_hazard"))


def unaccepted_hazards(case: CaseView) -> tuple[int, ...]:
    """The numbers of the hazards that nobody has accepted yet."""
    accepted = {record.fields.get("hazard") for record in case.records("accept_hazard")}
    return tuple(n for n in range(1, len(opened_hazards(case)) + 1) if n not in accepted)


def final_report_made(case: CaseView) -> bool:
    """True when a 终报 followed the last time that the case came under control or was returned."""
    made = False
    for record in case.history:
        if record.action == "submit_final_report":
            made = True
        elif record.action in {"mark_controlled", "reopen", "lose_control", "return_final"}:
            made = False
    return made


def watch_end(case: CaseView) -> datetime | None:
    """When the closing duty starts if someone was hurt: at concluding or the end of the watch."""
    if not hurt(case):
        return None
    concluding = case.entered("concluding")
    return max(concluding, watch_last(case)) if concluding else watch_last(case)


def emergency_called(case: CaseView) -> bool:
    """True when 110, 119 or 120 was called, as far as anything recorded tells."""
    return case.ever("emergency_call") or case.ever("recipient", "police")


FACTS: Mapping[str, Fact] = {
    **COMMON_FACTS,
    "category": category,
    "grade": grade,
    "urgent": urgent,
    "hurt": hurt,
    "guardians_told": guardians_told,
    "casualties_changed_in_watch": casualties_changed_in_watch,
}
INSTANTS: Mapping[str, Instant] = {"watch_end": watch_end}
