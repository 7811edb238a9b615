"""Two lists speak of one pupil, or one comes in late: nobody is lost, nobody is sought in vain."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import NotFound
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Student, Unit
from casework.permissions import SYSTEM
from casework.services import filing, timeline, units
from casework.services.rolls import correcting, leaves, periods, roster, saving, seats
from casework.services.rolls.shapes import NewLeave, NewMark, NewPeriod, NewRoll, Saved
from casework.services.views import case_view, facts
from tests.conftest import Frozen
from tests.factories import County, act
from tests.integration.rolling import MON, at, clocks_of_rolls, missing, opened, roll, save
from tests.integration.storytelling import NEVER_LATE

FIRST, SECOND = "2026001", "2026002"
LISTS = {"bus": (time(7, 30), "1号校车"), "dormitory": (time(21, 40), "一舍")}


def beside(session: Session, county: County, kind: str, *codes: str) -> int:
    """A bus or dormitory of the first school with these pupils, called once a day."""
    bell, name = LISTS[kind]
    unit = units.add_unit(session, f"X-{kind}", kind, name, "S1").id
    periods.set_period(session, SYSTEM, county.units["S1"], NewPeriod(kind, name, kind, bell))
    seats.give_seats(session, county["lead1"], unit, [county.pupils[code] for code in codes])
    return unit


def on_the_bus(
    session: Session, county: County, bus: int, *absent: NewMark, **more: object
) -> Saved:
    """The roll of the bus with its two pupils."""
    present = 2 - len(absent)
    new = NewRoll(bus, MON, "bus", present, absent, **more)  # type: ignore[arg-type]
    return saving.save_roll(session, county["lead1"], new)


def rules_of(session: Session, case: Case) -> dict[str, object]:
    query = select(Clock.rule_id, Clock.started_at).where(Clock.case_id == case.id)
    return {row[0]: row[1] for row in session.execute(query)}


def the_case(session: Session) -> Case:
    return session.scalars(select(Case).where(Case.case_type == "absence")).one()


@pytest.fixture
def school(database: Database, county: County, frozen: Frozen) -> County:
    """A school that calls rolls, on a Monday before the first bell."""
    opened(database, county, frozen)
    return county


def test_who_rode_the_bus_and_is_not_in_class_is_looked_for_in_it_at_once(
    database: Database, school: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        bus = beside(session, school, "bus", FIRST, SECOND)
    frozen.move_to(at(7, 32))
    with database.transaction() as session:
        on_the_bus(session, school, bus, missing(school, SECOND))
        [other] = session.scalars(select(Case)).all()  # the one who was not at the stop
        act(session, school["teacher1"], other, "locate", place="家", seen_by="母亲", cause="ill")
    frozen.move_to(at(8, 3))
    with database.transaction() as session:
        [number] = save(session, school, missing(school)).opened
        case = session.scalars(select(Case).where(Case.id != other.id)).one()
        assert (case.number, case.state) == (number, "tracing")
        known = facts(case_view(session, case))
        assert (known["strict"], known["bus_mismatch"]) == (True, True)
        assert rules_of(session, case)["absence.bus"] == at(8, 3)
    frozen.move_to(at(14, 2))
    with database.transaction() as session:
        act(
            session,
            school["teacher1"],
            case,
            "find",
            condition="well",
            place="车上",
            handed_to="班主任",
            all_notified=True,
        )
        frozen.move_to(at(14, 3))
        save(session, school, missing(school), period="afternoon")  # seen since: no bus again
        again = session.get_one(Case, case.id)
        assert facts(case_view(session, again))["bus_mismatch"] is False
        timeline.verify(session)


def test_a_leave_does_not_excuse_who_rode_the_bus_all_the_same(
    database: Database, school: County, frozen: Frozen
) -> None:
    """One mother had called the evening before, the other after she fetched her child at school."""
    with database.transaction() as session:
        bus = beside(session, school, "bus", FIRST, SECOND)
        before = NewLeave(school.pupils[FIRST], "personal", MON, MON, "母亲", "phone")
        leaves.record_leave(session, school["teacher1"], before)
    frozen.move_to(at(7, 32))
    with database.transaction() as session:
        new = NewRoll(bus, MON, "bus", 2)  # both got on
        saving.save_roll(session, school["lead1"], new)
    frozen.move_to(at(7, 55))
    with database.transaction() as session:
        after = replace(before, student_id=school.pupils[SECOND])
        leaves.record_leave(session, school["teacher1"], after)
        on_file = [missing(school, code, kind="") for code in (FIRST, SECOND)]
        frozen.move_to(at(8, 3))
        saved = save(session, school, *on_file)
        assert [(mark.kind, bool(mark.case)) for mark in saved.roll.marks] == [
            ("leave_personal", True),
            ("leave_personal", False),
        ]
        case = the_case(session)
        assert (case.state, case.number) == ("tracing", saved.opened[0])
        assert "absence.bus" in rules_of(session, case)
        timeline.verify(session)


def test_the_list_of_a_bus_that_comes_in_late_proposes_no_return(
    database: Database, school: County, frozen: Frozen
) -> None:
    """The phone on the bus had no network: the class has missed the child meanwhile."""
    with database.transaction() as session:
        bus = beside(session, school, "bus", FIRST, SECOND)
    frozen.move_to(at(8, 3))
    with database.transaction() as session:
        save(session, school, missing(school))
        act(session, school["teacher1"], the_case(session), "start_contact")
        assert "absence.bus" not in rules_of(session, the_case(session))
    frozen.move_to(at(8, 20))
    with database.transaction() as session:
        told = {"taken_at": at(7, 32), "device_at": at(8, 20)}
        saved = on_the_bus(session, school, bus, **told)
        assert saved.proposals == ()
        case = the_case(session)
        assert case.state == "tracing"
        assert rules_of(session, case)["absence.bus"] == at(8, 20)
        declare = select(Clock.target_at).where(Clock.rule_id == "absence.declare")
        assert session.scalars(declare).one() == at(8, 15)  # as strict as from the beginning
        timeline.verify(session)


def test_a_late_roll_that_saw_the_pupil_before_proposes_no_return(
    database: Database, school: County, frozen: Frozen
) -> None:
    """He was there at eight and is missed since ten; the roll of eight comes in at eleven."""
    frozen.move_to(at(10))
    with database.transaction() as session:
        new = filing.NewCase(
            "absence", school.units["K1"], "课间离校", fields={"student_id": school.pupils[FIRST]}
        )
        case = filing.file_case(session, school["teacher1"], new)
        act(session, school["teacher1"], case, "start_tracing", leader="-", places_checked="-")
    frozen.move_to(at(11))
    with database.transaction() as session:
        late = roll(school, taken_at=at(8, 6), device_at=at(11))
        assert saving.save_roll(session, school["teacher1"], late).proposals == ()
    frozen.move_to(at(14, 1))
    with database.transaction() as session:
        [found] = save(session, school, period="afternoon").proposals
        assert (found.action, found.student_id) == ("find", school.pupils[FIRST])


def test_a_late_roll_searches_for_nobody_who_was_found_meanwhile(
    database: Database, school: County, frozen: Frozen
) -> None:
    frozen.move_to(at(8, 10))
    with database.transaction() as session:
        new = filing.NewCase(
            "absence", school.units["K1"], "未到校", fields={"student_id": school.pupils[FIRST]}
        )
        case = filing.file_case(session, school["lead1"], new)
        act(session, school["lead1"], case, "start_contact")
        frozen.move_to(at(9))
        act(session, school["lead1"], case, "locate", place="门口", seen_by="门卫", cause="late")
        act(
            session,
            school["lead1"],
            case,
            "close",
            outcome="returned",
            returned_at=clock.now(),
            cause="late",
        )
    frozen.move_to(at(9, 30))
    with database.transaction() as session:
        late = roll(school, missing(school), taken_at=at(8, 6), device_at=at(9, 30))
        saved = saving.save_roll(session, school["teacher1"], late)
        assert (saved.opened, saved.noted) == ((), (case.number,))
        assert saved.roll.marks[0].case == case.number
        last = timeline.bodies(session, case.chain)[-1]
        assert (last["action"], last["data"]["period"]) == ("missed_before", "morning")
    frozen.move_to(at(14, 3))
    with database.transaction() as session:
        assert save(session, school, missing(school), period="afternoon").opened  # missing anew
        timeline.verify(session)


def test_a_roll_can_be_corrected_for_a_pupil_who_has_moved_since(
    database: Database, school: County, frozen: Frozen
) -> None:
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        first = save(session, school, missing(school)).roll
        session.get_one(Student, school.pupils[FIRST]).unit_id = school.units["K2"]
    frozen.move_to(at(8, 30))
    with database.transaction() as session:
        here = [missing(school, kind="present")]
        done = correcting.correct_roll(session, school["teacher1"], first.id, here, "点错了")
        assert [(one.first, one.kind) for one in done.roll.marks] == [("absent", "present")]
        assert [one.action for one in done.proposals] == ["correct_roll"]
        timeline.verify(session)


def test_a_reason_to_search_at_once_is_heard_whenever_it_comes(
    database: Database, school: County, frozen: Frozen
) -> None:
    """From a person in the case, and with the mark of a later roll."""
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        save(session, school, missing(school), missing(school, SECOND))
        first, second = session.scalars(select(Case).order_by(Case.id))
        found = {"strict_reasons": ["note"]}
        act(session, school["teacher1"], first, "mark_strict", **found)
        assert (first.state, second.state) == ("tracing", "flagged")
        due = select(Clock.target_at).where(Clock.rule_id == "absence.declare")
        assert session.scalars(due.where(Clock.case_id == first.id)).one() == at(8, 15)
        assert session.scalars(due.where(Clock.case_id == second.id)).one() == at(9)
    frozen.move_to(at(14, 2))
    with database.transaction() as session:
        said = missing(school, SECOND, strict_reasons=("self_harm",))
        save(session, school, missing(school), said, period="afternoon")
        assert session.get_one(Case, second.id).state == "tracing"
        timeline.verify(session)


def test_two_lists_that_miss_one_pupil_at_once_follow_one_case(
    database: Database, school: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        bus = beside(session, school, "bus", FIRST, SECOND)
    frozen.move_to(at(8, 5))
    sent = replace(roll(school, missing(school)), unit_id=bus, period="bus", present=1)
    gate, found = threading.Barrier(2), []

    def send(new: NewRoll) -> None:
        with clock.at(at(8, 5)):
            gate.wait()
            with database.transaction() as session:
                saved = saving.save_roll(session, school["lead1"], new)
                found.append((len(saved.opened), len(saved.noted)))

    works = [
        threading.Thread(target=send, args=(n,)) for n in (sent, roll(school, missing(school)))
    ]
    for one in works:
        one.start()
    for one in works:
        one.join()
    assert sorted(found) == [(0, 1), (1, 0)]
    with database.reading() as session:
        assert session.scalar(select(func.count(Case.id))) == 1
        timeline.verify(session)


def test_who_has_gone_to_another_school_sleeps_in_no_dormitory_here(
    database: Database, school: County, frozen: Frozen
) -> None:
    """The bed was never given up; the case would have been filed at the other school."""
    with database.transaction() as session:
        bed = beside(session, school, "dormitory", FIRST, SECOND)
        unit = session.get_one(Unit, bed)
        session.get_one(Student, school.pupils[FIRST]).unit_id = school.units["K3"]
        session.get_one(Student, school.pupils[SECOND]).left_on = MON
        session.flush()
        assert roster.pupils_of(session, unit, MON) == []
        assert roster.known_of(session, unit, MON, "dormitory") == []
        told = NewLeave(school.pupils[FIRST], "personal", MON, MON, "母亲", "phone")
        with pytest.raises(NotFound):
            leaves.record_leave(session, school["lead1"], told)
    frozen.move_to(at(21, 50))
    sweep(database, NEVER_LATE)
    assert "X-dormitory" not in {one for one, _ in clocks_of_rolls(database)}


def test_yesterdays_search_hides_nobody_who_is_missing_today(
    database: Database, school: County, frozen: Frozen
) -> None:
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        save(session, school, missing(school))
        case = the_case(session)
        act(session, school["lead1"], case, "start_contact")
        act(session, school["lead1"], case, "locate", place="家", seen_by="母亲", cause="ill")
    tuesday = MON + timedelta(days=1)
    frozen.move_to(at(9, 0, tuesday))
    with database.transaction() as session:
        act(
            session,
            school["lead1"],
            case,
            "close",
            outcome="returned",
            returned_at=at(18),
            cause="ill",
        )
    frozen.move_to(at(9, 30, tuesday))
    with database.transaction() as session:
        told = {"on": tuesday, "taken_at": at(8, 6, tuesday), "device_at": clock.now()}
        late = roll(school, missing(school), **told)
        assert len(saving.save_roll(session, school["teacher1"], late).opened) == 1
