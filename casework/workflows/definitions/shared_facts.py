"""Facts that several case types share: pure functions over the case, which never raise.

未知 never counts as an answer that calms: it tells nobody, settles nothing, names no instant.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time
from itertools import pairwise

from casework.clock import LOCAL
from casework.permissions import NAMED_PARTS
from casework.workflows.case import CaseView, Record
from casework.workflows.definition import Fact

TaskKey = tuple[object, object, object, object]
"""What tells one task from another: kind, side, child and, if there are several, its number."""

SIDES = frozenset({"victim", "actor"})
PAST_SCHOOL = "past_school"
"""The source of a report that went to the bureau past the school."""
ANONYMOUS = "anonymous"
SIGNAL = "signal"
OUTSIDE_SOURCES = frozenset({ANONYMOUS, SIGNAL, PAST_SCHOOL})
"""Sources of a case that the school itself cannot be left alone with."""

OF_SCHOOL = "of_school"
"""Recorded knowledge: the bureau says that whoever knew belongs to the school."""
BUREAU = "bureau"


def report_waits(case: CaseView) -> bool:
    """True when something reached the bureau after its last acknowledgement.

    A call before that acknowledgement which was only entered later does not wait for another one.
    """
    waits, seen = False, None
    for record in case.history:
        if record.action == "acknowledge":
            waits, seen = False, record.at
        elif BUREAU in record.tells:
            called = as_instant(record.fields.get("called_at"))
            waits = waits or seen is None or called is None or called > seen
    return waits


def received(case: CaseView) -> bool:
    """True when the level above has acknowledged the case and every report that came since."""
    return case.received_at is not None and not report_waits(case)


Call = tuple[str, datetime]
"""Whom somebody told, and when."""
SPOKEN = ("record_report", "police_engaged")
ENGAGED = {"police_engaged": "police"}
"""Steps by which somebody knows whom they do not name: police that search were told."""
CALLED_AT = ("called_at", "alarm_at")


def calls(case: CaseView) -> tuple[Call, ...]:
    """Who was told, spoken or written, by the time of the call and not of its entry."""
    return tuple(_told(case))


def spoken(case: CaseView) -> tuple[Call, ...]:
    """Those that nobody wrote down: they may have said more than the case did by then."""
    return tuple(_told(case, *SPOKEN))


def by_recipient(made: Iterable[Call]) -> Mapping[str, tuple[datetime, ...]]:
    """The instants at which each recipient was told, earliest first."""
    found: dict[str, tuple[datetime, ...]] = {}
    for recipient, at in sorted(made, key=lambda call: call[1]):
        found[recipient] = (*found.get(recipient, ()), at)
    return found


def _told(case: CaseView, *actions: str) -> Iterator[Call]:
    """Who was told as this type of case, and before, while the present round lasted."""
    since = _last_new_event(case.before)
    earlier = ((record, since) for record in case.before)
    for record, least in (*earlier, *((record, None) for record in case.history)):
        given = (as_instant(record.fields.get(name)) for name in CALLED_AT)
        at = next((one for one in given if one is not None), record.at)
        if (not actions or record.action in actions) and (least is None or at >= least):
            named = record.fields.get("recipient") or ENGAGED.get(record.action)
            heard = (*record.tells, *([named] if isinstance(named, str) else []))
            yield from ((recipient, at) for recipient in dict.fromkeys(heard))


def _last_new_event(before: Sequence[Record]) -> datetime | None:
    """When the new fact of the last later round was known: what was told earlier was not of it."""
    began = (
        as_instant(record.fields.get("known_at")) or record.at
        for previous, record in pairwise(before)
        if record.round > previous.round
    )
    return max(began, default=None)


def told(case: CaseView, *recipients: str, this_round: bool = False) -> bool:
    """True when every one of the recipients has a ``record_report``."""
    reports = case.records("record_report", this_round=this_round)
    return set(recipients) <= {record.fields.get("recipient") for record in reports}


def reported_to_both(case: CaseView) -> bool:
    """True when police and education bureau were told, in this round or before."""
    return told(case, "police", "bureau")


COMMON_FACTS: Mapping[str, Fact] = {"received": received, "reported_to_both": reported_to_both}
"""Facts of every case type."""


def guardians_told(case: CaseView, parts: Iterable[str]) -> bool:
    """True when the guardians of everyone with these parts were told, or it is recorded why not.

    A record counts for one child (``person_id``) or for a whole ``side``. A side of which nobody is
    known needs a record of its own; other parts without people ask for nothing.
    """
    records = [r for r in case.records("notify_guardians") if _settles(r.fields)]
    sides = {record.fields.get("side") for record in records if not record.fields.get("person_id")}
    children = {record.fields.get("person_id") for record in records}
    return all(_part_told(case, part, sides, children) for part in parts)


def _settles(fields: Mapping[str, object]) -> bool:
    return fields.get("outcome") in {"reached", "impossible"}


def _part_told(case: CaseView, part: str, sides: set[object], children: set[object]) -> bool:
    if part in sides:
        return True
    people = case.parts(part)
    if not people:
        return part not in SIDES
    return all(person.id in children for person in people)


def tasks(case: CaseView) -> Mapping[TaskKey, str]:
    """The latest status of every task: ``open``, ``done`` or ``dropped``."""
    latest: dict[TaskKey, str] = {}
    for record in case.records("record_task"):
        fields = record.fields
        number = fields.get("number") or 1
        key = (fields.get("kind"), fields.get("side"), fields.get("person_id"), number)
        latest[key] = str(fields.get("status"))
    return latest


def tasks_settled(case: CaseView) -> bool:
    """True when no task is open: each is done, or dropped with its reason."""
    return all(status in {"done", "dropped"} for status in tasks(case).values())


def staff_named(case: CaseView) -> bool:
    """True when a member of staff is named in the case."""
    return bool(case.parts("staff"))


def from_outside(case: CaseView) -> bool:
    """True when it came in anonymously, past the school or from a signal, once or at any time."""
    return any(source_kind(one) in OUTSIDE_SOURCES for one in (case.source, *case.heard_from))


def anonymous(case: CaseView) -> bool:
    """True when nobody knows who has reported it: by itself, or as a signal (signal:anonymous).

    One that was opened past the school shows that only in what it was heard from.
    """
    return any(one.rpartition(":")[2] == ANONYMOUS for one in (case.source, *case.heard_from))


def source_kind(source: str) -> str:
    """What kind of source it is, without the kind of signal."""
    return source.partition(":")[0]


def named_users(case: CaseView) -> frozenset[int]:
    """The accounts of the people named in the case: none of them may investigate it."""
    people = case.parts(*NAMED_PARTS)
    return frozenset(person.user_id for person in people if person.user_id is not None)


def open_link(case: CaseView, case_type: str) -> bool:
    """True when an open case of this type is linked."""
    return any(link.open and link.case_type == case_type for link in case.links)


def as_instant(value: object) -> datetime | None:
    """The instant a recorded value means (a day: its local midnight), or None."""
    if isinstance(value, str):
        value = _parsed(value)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else None
    if isinstance(value, date):
        return datetime.combine(value, time.min, tzinfo=LOCAL)
    return None


def _parsed(value: str) -> datetime | date | None:
    for read in (date.fromisoformat, datetime.fromisoformat):
        try:
            return read(value)
        except ValueError:
            continue
    return None
