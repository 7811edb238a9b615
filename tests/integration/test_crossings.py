"""What one case does to others: linked emergencies, merging, new rounds, one absence a pupil."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Invalid, Refused
from casework.models import Case, Clock, Event, Flag, Person
from casework.permissions import SYSTEM
from casework.services import filing
from casework.services import sweep as sweeping
from casework.services.views import linked_cases
from tests.conftest import Frozen
from tests.factories import County, act, bullying, file_bullying

pytestmark = pytest.mark.one_database

SCREEN = {
    "injury": "none",
    "psychological_harm": False,
    "severity": "minor",
    "mandatory_items": [],
    "sexual_harm": False,
    "organised_crime": False,
}
ACCEPT = {"discovered_by": "教师", "stopped_by": "教师", "protection": "陪护"}
ACCEPT |= {"stopped_at": "unknown"}
FIND = {"place": "网吧", "handed_to": "母亲", "all_notified": True}
TRACE = {"leader": "安全主任", "places_checked": "教学楼"}


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def absence(session: Session, county: County, pupil: str = "2026001", **fields: Any) -> Case:
    """A pupil of the first class is missed by the class teacher."""
    missed = filing.NewCase(
        "absence",
        county.units["K1"],
        "早读未到",
        known_at=clock.now(),
        fields={"student_id": county.pupils[pupil], "period": "morning", "strict": False, **fields},
    )
    return filing.file_case(session, county["teacher1"], missed)


def traced(session: Session, county: County) -> Case:
    """A pupil who is being searched for."""
    case = absence(session, county)
    act(session, county["teacher1"], case, "start_tracing", **TRACE)
    return case


def rows(session: Session, case: Case, rule: str) -> list[Clock]:
    """The rows of a rule in a case, oldest first."""
    query = select(Clock).where(Clock.case_id == case.id, Clock.rule_id == rule)
    return list(session.scalars(query.order_by(Clock.id)))


def running(session: Session, case: Case) -> dict[str, Clock]:
    """The running clocks of a case by rule."""
    query = select(Clock).where(Clock.case_id == case.id, Clock.stopped_at.is_(None))
    return {row.rule_id: row for row in session.scalars(query)}


def sweep(session: Session) -> None:
    """Everything that is due fires."""
    while ids := sweeping.due_clocks(session, clock.now()):
        sweeping.fire_due(session, ids, None)


# ---------------------------------------------------------------- crossings


@pytest.mark.parametrize(
    ("condition", "dead", "injured"),
    [("injured", 0, 1), ("dead", 1, 0), ("harmed", "unknown", "unknown")],
)
def test_a_pupil_found_unwell_opens_an_emergency(
    session: Session, county: County, condition: str, dead: object, injured: object
) -> None:
    case = traced(session, county)
    act(session, county["teacher1"], case, "find", condition=condition, **FIND)
    (linked,) = linked_cases(session, case.id)
    assert (case.state, linked.case_type, linked.state) == ("found", "emergency", "received")
    assert (linked.source, linked.filed_by, linked.unit_id) == ("crossing", None, case.unit_id)
    assert linked.known_at == clock.now()
    first = session.scalar(select(Event).where(Event.case_key == linked.chain, Event.seq == 1))
    assert first is not None
    assert (first.action, first.actor_id) == ("file", None)
    assert f'"dead":{_json(dead)}' in first.body
    assert f'"injured":{_json(injured)}' in first.body
    duties = {"emergency.phone", "emergency.initial_report", "emergency.guardians"}
    assert duties <= set(running(session, linked))


def _json(value: object) -> str:
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_a_pupil_found_well_opens_nothing(session: Session, county: County) -> None:
    case = traced(session, county)
    act(session, county["teacher1"], case, "find", condition="well", **FIND)
    assert linked_cases(session, case.id) == []


def test_the_linked_case_names_the_same_people(session: Session, county: County) -> None:
    """Who is named in the one must not see the other, and the child's guardians must be told."""
    case = traced(session, county)
    named = county["staff1"].user_id
    session.add(Person(case_id=case.id, name="职工", part="staff", user_id=named))
    session.flush()
    act(session, county["teacher1"], case, "find", condition="injured", **FIND)
    (linked,) = linked_cases(session, case.id)
    people = session.scalars(select(Person).where(Person.case_id == linked.id))
    found = {(person.part, person.student_id, person.user_id) for person in people}
    assert found == {("absent", county.pupils["2026001"], None), ("staff", None, named)}


def test_bullying_as_the_cause_opens_one_bullying_case(session: Session, county: County) -> None:
    case = traced(session, county)
    act(session, county["teacher1"], case, "find", condition="well", **FIND)
    cause = {"cause": "bullying", "first_unexcused_on": "unknown"}
    act(session, county["teacher1"], case, "mark_truant", **cause)
    (linked,) = linked_cases(session, case.id)
    assert (linked.case_type, linked.state) == ("bullying", "reported")
    closing = {"outcome": "returned", "returned_at": clock.now(), "cause": "bullying"}
    act(session, county["lead1"], case, "close", **closing)
    assert linked_cases(session, case.id) == [linked]


# ---------------------------------------------------------------- rounds and returns


def test_reopening_starts_a_new_round_and_keeps_old_flags(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = absence(session, county)
    frozen.forward(minutes=45)
    sweep(session)
    old = set(session.scalars(select(Flag.id).where(Flag.case_id == case.id)))
    assert old
    fields = {"ground": "guardian", "leave_kind": "personal", "channel": "phone"}
    act(session, county["teacher1"], case, "match_leave", **fields)
    assert running(session, case) == {}
    frozen.forward(hours=2)
    known = clock.now()
    again = {"reason": "孩子未到家", "new_fact": "家长来电", "known_at": known}
    act(session, county["lead1"], case, "reopen", **again)
    assert (case.state, case.round) == ("contacting", 2)
    first, second = rows(session, case, "absence.guardian")
    assert (first.round, second.round, second.previous_id) == (1, 2, first.id)
    assert (second.started_at, second.stopped_at) == (known, None)
    assert set(session.scalars(select(Flag.id).where(Flag.case_id == case.id))) >= old


def test_return_for_facts_resumes_the_same_row(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    for side in ("victim", "actor"):
        told = {"side": side, "outcome": "reached", "told_at": clock.now()}
        act(session, county["lead1"], case, "notify_guardians", **told)
    two = [county["grade1"].user_id, county["deputy1"].user_id]
    act(session, county["lead1"], case, "open_investigation", investigators=two)
    (row,) = rows(session, case, "bullying.investigate")
    dues = (row.target_at, row.limit_at)
    frozen.forward(days=2)
    said = {f"{who}_statement": "taken" for who in ("victim", "actor", "witness")}
    act(session, county["lead1"], case, "submit_report", evidence_list="一", report="二", **said)
    assert row.stopped_by == "submit_report"
    frozen.forward(days=1)
    act(session, county["principal1"], case, "return_for_facts", reason="缺")
    (same,) = rows(session, case, "bullying.investigate")
    assert (same.id, same.stopped_at, same.target_at, same.limit_at) == (row.id, None, *dues)
    assert same.next_rung_at is not None


# ---------------------------------------------------------------- one open absence a pupil


def test_a_pupil_has_one_open_absence(session: Session, county: County) -> None:
    first = absence(session, county)
    with pytest.raises(Invalid) as caught:
        absence(session, county)
    assert list(caught.value.errors) == ["people"]
    assert first.number in str(caught.value.errors["people"][0].params)
    assert absence(session, county, "2026002").state == "flagged"


def test_reopening_makes_no_second_open_absence(session: Session, county: County) -> None:
    first = absence(session, county)
    seen = {"seen_by": "教师", "place": "操场", "seen_at": clock.now()}
    act(session, county["teacher1"], first, "correct_roll", **seen)
    second = absence(session, county)
    again = {"reason": "又不见", "new_fact": "无", "known_at": clock.now()}
    with pytest.raises(Refused) as caught:
        act(session, county["lead1"], first, "reopen", **again)
    assert second.number in str(caught.value.refusals[0].params)
    assert (first.state, first.round) == ("mistaken", 1)


def test_system_starts_a_strict_absence_at_once(session: Session, county: County) -> None:
    case = absence(session, county, strict=True)
    assert (case.state, case.version) == ("tracing", 2)
    assert isinstance(running(session, case)["absence.trace"].started_at, datetime)
    events = session.scalars(select(Event).where(Event.case_key == case.chain).order_by(Event.seq))
    assert [(e.action, e.actor_role) for e in events][:2] == [
        ("file", "teacher"),
        ("start_tracing", SYSTEM.posts[0].role),
    ]


def test_a_second_report_of_the_same_children_is_known_as_such(
    session: Session, county: County
) -> None:
    """Play may then be found only with the bureau: an earlier case of these children exists."""
    file_bullying(session, county)
    case = filing.file_case(session, county["teacher1"], bullying(county))
    act(session, county["lead1"], case, "accept", **ACCEPT)
    act(session, county["lead1"], case, "screen", **SCREEN)
    for side in ("victim", "actor"):
        told = {"side": side, "outcome": "reached", "told_at": clock.now()}
        act(session, county["lead1"], case, "notify_guardians", **told)
    harmless = dict.fromkeys(("bodily_harm", "mental_harm", "property_harm", "objection"), False)
    play = {"heard_alone": True, "earlier_case": False, "finding": "not_bullying", **harmless}
    asked = act(session, county["principal1"], case, "dismiss_as_play", **play)
    assert asked.approval is not None
    assert asked.approval.approver_roles == ["bureau_officer"]
