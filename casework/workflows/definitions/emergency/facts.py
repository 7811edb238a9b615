"""What clocks and guards of an emergency ask of its history: pure functions, none ever raises.

A figure or grade once recorded keeps counting (nothing loosens a clock); 未知 never calms.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import partial

from casework.clock import LOCAL
from casework.workflows.case import UNKNOWN, CaseView, Person, Record
from casework.workflows.definition import Fact, Instant
from casework.workflows.definitions import harm
from casework.workflows.definitions.emergency.casualties import (
    FIGURES,
    ever,
    figure_waits,
    figures,
    figures_settled,
    missing,
    standings,
)
from casework.workflows.definitions.emergency.grades import (
    GRAVE,
    MANY_HURT,
    SCALES,
    grade,
    standing_grade,
)
from casework.workflows.definitions.emergency.knowing import KNOWN_AT, since
from casework.workflows.definitions.shared_facts import COMMON_FACTS, as_instant

WATCH = timedelta(days=30)
SHORT_WATCH = timedelta(days=7)
SHORT_WATCH_CATEGORIES = ("fire", "traffic_bus")

CLUSTER = "cluster"
"""The source of a case that similar illnesses opened."""
CROSSING = "crossing"
"""The source of a case that another one opened: a child that was missing has come to harm."""
HURT_PARTS = ("injured", "victim")
CONTROLLED = "controlled"
"""Coming into this state, again too, freezes the figures: every later change is a 补报."""


def category(case: CaseView) -> str | None:
    """The newest category known; ``unknown`` while only that was said, None before anything."""
    known = case.latest("category")
    if known is not None:
        return str(known)
    said = any(record.fields.get("category") == UNKNOWN for record in case.history)
    return UNKNOWN if said else None


def urgent(case: CaseView) -> bool:
    """Death, life in danger, a missing child, weapon, sexual harm, self-harm, ≥ 3 hurt, ≥ major."""
    return (
        ever(case, "dead", 1)
        or ever(case, "missing", 1)
        or ever(case, "injured", MANY_HURT)
        or any(case.ever(name) for name in ("weapon", "life_in_danger", "sexual_harm"))
        or case.ever("category", "self_harm")
        or grade(case) in GRAVE
    )


def hurt_at(case: CaseView) -> datetime | None:
    """When anybody first knew that somebody is hurt, ill, dead or missing; None while none is."""
    return harm.hurt_at(case, HURT_PARTS, (CROSSING,))


def hurt(case: CaseView) -> bool:
    """True when somebody is, or ever was said to be, hurt, ill, dead or missing."""
    return hurt_at(case) is not None


def refuted(case: CaseView) -> bool:
    """True when the bureau has found that it was no event, and nobody was ever said to be hurt."""
    newest = case.last("refute", "lose_control", "reopen")
    return newest is not None and newest.action == "refute" and not hurt(case)


def somebody_hurt(case: CaseView) -> bool:
    """True when a child was hurt or killed, or has harmed itself, as history and people tell.

    A missing child alone is nothing to a counsellor yet, who sees no more than is needed.
    """
    said = any(harm.says(record, harm.HURT) for record in case.history)
    return said or bool(case.parts(*HURT_PARTS))


def guardians_told(case: CaseView) -> bool:
    """True when each hurt or absent child has a record of its guardians (or why that cannot be).

    While no child is entered, any such record counts: there is nobody else whom it could mean. Who
    was told while it was still a case of another type has been told.
    """
    children = case.parts("injured", "victim", "absent")
    done = (*case.before, *case.history)
    records = tuple(record for record in done if record.action == "notify_guardians")
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
    longer span counts unless every category ever recorded has the shorter one, and the latest
    instant ever recorded for the event: neither correction ends the watch.
    """
    recorded = set(case.values("category"))
    short = bool(recorded) and recorded <= set(SHORT_WATCH_CATEGORIES)
    return max(_happened(case)) + (SHORT_WATCH if short else WATCH)


def last_watch_day(case: CaseView) -> date:
    """The last day of the watch: to its very end, on the wall clock of the school."""
    return _day(watch_last(case))


def _happened(case: CaseView) -> Iterator[datetime]:
    yield case.occurred_at or case.known_at
    for record in (*case.before, *case.history):
        corrected = as_instant(record.fields.get("new_time"))
        yield from (at for at in (record.happened, corrected) if at is not None)


def _frozen_at(case: CaseView) -> int | None:
    """The place in the history where the figures were last frozen; None when they are not."""
    place = None
    for n, record in enumerate(case.history):
        if record.to_state == CONTROLLED and record.from_state != CONTROLLED:
            place = n
        elif record.action == "lose_control":
            place = None
    return place


def changed_figures(case: CaseView, last_day: date | None = None) -> str | None:
    """The figures after the latest change since they were frozen, or None when none changed.

    Only what was known on the last day, or before, if there is one. A first answer of 0 changes
    nothing.
    """
    frozen = _frozen_at(case)
    if frozen is None:
        return None
    standing: dict[str, int] = {}
    changed = None
    for place, (record, new) in enumerate(standings(case)):
        moved = place > frozen and _casualties(new) != _casualties(standing)
        if moved and (last_day is None or _day(_figures_known(record)) <= last_day):
            changed = " ".join(f"{name}={new.get(name, UNKNOWN)}" for name in FIGURES)
        standing = new
    return changed


def _casualties(standing: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in standing.items() if count}


def _figures_known(record: Record) -> datetime:
    return min(as_instant(record.fields.get(KNOWN_AT)) or record.at, record.at)


def _day(at: datetime) -> date:
    return at.astimezone(LOCAL).date()


def casualties_changed_in_watch(case: CaseView) -> str | None:
    """The changed figures, such as ``dead=0 injured=3 missing=0``, while the watch lasts."""
    return changed_figures(case, last_day=last_watch_day(case))


def opened_hazards(case: CaseView) -> tuple[Record, ...]:
    """The hazards of the case in the order of their numbers, beginning with 1."""
    return tuple(case.records("record_hazard"))


def unaccepted_hazards(case: CaseView) -> tuple[int, ...]:
    """The numbers of the hazards that nobody has accepted yet."""
    accepted = {record.fields.get("hazard") for record in case.records("accept_hazard")}
    return tuple(n for n in range(1, len(opened_hazards(case)) + 1) if n not in accepted)


SIGNERS = ("principal", "deputy")
REPORTS = (
    *("submit_initial_report", "submit_update", "submit_final_report", "supplement"),
    "correct_report",
)


def report_made(case: CaseView) -> bool:
    """True when a report to the bureau was made."""
    return case.last(*REPORTS) is not None


def unsigned(case: CaseView) -> bool:
    """True when a report waits for the signature of the principal or a deputy."""
    waits = False
    for record in case.history:
        if record.action in REPORTS:
            waits = waits or not {record.actor_role, record.stands_for} & set(SIGNERS)
        elif record.action == "sign_report":
            waits = False
    return waits


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


def _figure(case: CaseView, name: str) -> int | None:
    return figures(case).get(name)


def cluster(case: CaseView) -> bool:
    """True when similar illnesses have opened the case."""
    return case.source == CLUSTER


def cluster_reported(case: CaseView) -> bool:
    """True when health authority and bureau were told in this round."""
    told = {who for record in case.history if record.round == case.round for who in record.tells}
    return {"health", "bureau"} <= told


FACTS: Mapping[str, Fact] = {
    **COMMON_FACTS,
    "cluster": cluster,
    "cluster_reported": cluster_reported,
    "category": category,
    "grade": grade,
    "urgent": urgent,
    "hurt": hurt,
    "refuted": refuted,
    "stands": lambda case: not refuted(case),
    "missing": missing,
    "sexual_harm": lambda case: case.ever("sexual_harm"),
    "weapon": lambda case: case.ever("weapon"),
    "unsigned": unsigned,
    "figure_waits": figure_waits,
    "figures_settled": figures_settled,
    "guardians_told": guardians_told,
    "casualties_changed_in_watch": casualties_changed_in_watch,
}
REPORT_FACTS: Mapping[str, Fact] = {
    **{name: partial(_figure, name=name) for name in FIGURES},
    **{scale: partial(standing_grade, scale=scale) for scale in SCALES},
    "category": category,
    "urgent": urgent,
}
"""What every report states, whatever of it was typed in or stood before."""
INSTANTS: Mapping[str, Instant] = {"watch_end": watch_end, "hurt_at": hurt_at}
SINCE = since(FACTS, "urgent", "grade", "hurt", "stands", "missing", "casualties_changed_in_watch")
