"""点名: a roll is saved once, absentees are followed from the bell, what is missing is seen."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, select

from casework import clock
from casework.db import Database
from casework.errors import Conflict, Invalid, NotAllowed, NotFound
from casework.jobs.tasks import sweep
from casework.models import (
    AbsenceMark,
    Case,
    Clock,
    Leave,
    Message,
    Rollcall,
    RollTally,
    Student,
    Unit,
    User,
)
from casework.permissions import SYSTEM
from casework.services import filing, timeline, units
from casework.services.rolls import (
    correcting,
    leaves,
    listing,
    periods,
    revoking,
    roster,
    saving,
    seats,
    sheet,
)
from casework.services.rolls.shapes import NewLeave, NewPeriod, NewRoll
from casework.services.views import case_view, facts
from casework.web.rolls_sent import mark_of
from tests.conftest import Frozen
from tests.factories import County, act, bullying, make_student
from tests.integration.rolling import MON, at, clocks_of_rolls, flags, missing, opened, roll, save
from tests.integration.storytelling import NEVER_LATE
from tests.integration.test_clusters import SICK

pytestmark = pytest.mark.one_database

FIRST = "2026001"


def test_saved_late_before_any_sweep_it_is_flagged_at_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 40))
    with database.transaction() as session:
        save(session, county)
        saturday = MON + timedelta(days=5)
        frozen.move_to(at(12, day=saturday))
        save(session, county, on=saturday)  # called on a day off: nothing was owed
    assert flags(database) == [("K1", "roll_missing")]
    sweep(database, NEVER_LATE)
    assert clocks_of_rolls(database)[0] == ("K1", "saved")


def test_an_absentee_becomes_a_case_whose_clock_runs_from_the_bell(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        saved = save(session, county, missing(county))
        [number] = saved.opened
        case = session.scalars(select(Case)).one()
        assert (case.number, case.source, case.filed_by) == (number, "roll", None)
        assert (case.occurred_at, case.known_at, case.filed_at) == (at(8), at(8, 5), at(8, 5))
        guardian = session.scalars(select(Clock).where(Clock.rule_id == "absence.guardian")).one()
        assert (guardian.started_at, guardian.target_at) == (at(8), at(8, 15))
        assert facts(case_view(session, case))["strict"] is False
        assert saved.roll.marks[0].case == number
    frozen.move_to(at(14, 2))
    with database.transaction() as session:
        again = save(session, county, missing(county), period="afternoon")
        assert (again.opened, again.noted) == ((), (number,))  # never two open cases
        bodies = timeline.bodies(session, number)
        assert bodies[-1]["action"] == "missed_again"
        assert bodies[-1]["data"]["period"] == "afternoon"
    with database.transaction() as session:
        other = save(session, county, code="K2", by="teacher1b", period="afternoon")
        assert other.proposals == ()
    frozen.move_to(at(8, 2, MON + timedelta(days=1)))
    with database.transaction() as session:
        here = save(session, county, on=clock.today())
        assert here.proposals == ()  # contact first: the state allows neither find nor close
        [case] = session.scalars(select(Case))
        act(session, county["teacher1"], case, "start_contact")
        act(session, county["teacher1"], case, "locate", place="家", seen_by="母亲", cause="ill")
        frozen.move_to(at(14, 2, clock.today()))
        [found] = save(session, county, on=clock.today(), period="afternoon").proposals
        assert (found.number, found.action, found.student_id) == (
            number,
            "close",
            county.pupils[FIRST],
        )
        timeline.verify(session)


def test_leave_is_matched_and_a_claim_needs_somebody_who_said_so(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    sick = NewLeave(
        county.pupils[FIRST], "sick", MON, MON, "母亲", "phone", symptoms=("fever", "rash")
    )
    with database.transaction() as session:
        leaves.record_leave(session, county["teacher1"], sick)
        with pytest.raises(Invalid, match="Some entries"):
            leaves.record_leave(session, county["teacher1"], replace(sick, period="morning"))
        with pytest.raises(Invalid) as refused:
            leaves.record_leave(session, county["teacher1"], replace(sick, period="tuesday"))
        assert "period" in refused.value.errors  # no roll would ever match it
        with pytest.raises(NotFound):
            leaves.record_leave(session, county["teacher2"], sick)
    frozen.move_to(at(8, 1))
    with database.transaction() as session:
        sheet_now = sheet.sheet_of(session, county["teacher1"], county.units["K1"], MON, "morning")
        assert [pupil.preset for pupil in sheet_now.pupils] == ["leave_sick", ""]
        claim = missing(county, "2026002", kind="leave_personal")
        with pytest.raises(Invalid) as refused:
            save(session, county, missing(county), claim)
        assert set(refused.value.errors) == {"absent.1.leave"}
    with database.transaction() as session:
        told = replace(claim, said_by="父亲", channel="message")
        saved = save(session, county, missing(county), told)
        assert saved.opened == ()
        kinds = [(mark.kind, mark.symptoms) for mark in saved.roll.marks]
        assert kinds == [("leave_sick", ("fever", "rash")), ("leave_personal", ())]
        mine = leaves.of_unit(session, county["lead1"], county.units["K1"], MON, MON)
        assert [(one.said_by, one.period) for one in mine] == [("父亲", "morning"), ("母亲", "")]
        revoking.revoke_leave(session, county["teacher1"], mine[1].id, "已返校")
        rows = session.scalars(select(AbsenceMark.kind)).all()
        assert sorted(rows) == ["absent", "leave_personal", "leave_sick"]  # the roll stays
        assert session.scalars(select(Case.source)).all() == ["roll"]  # nobody knows where he is
        text = " ".join(str(one) for one in timeline.bodies(session, "U-K1"))
        assert "母亲" not in text
        assert "fever" not in text
        timeline.verify(session)


def test_leave_that_comes_later_is_proposed_and_not_done(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        [number] = save(session, county, missing(county)).opened
        late = NewLeave(county.pupils[FIRST], "personal", MON, MON, "母亲", "phone")
        [found] = leaves.record_leave(session, county["teacher1"], late).proposals
        assert (found.number, found.action) == (number, "match_leave")
        case = session.scalars(select(Case)).one()
        assert case.state == "flagged"
        act(session, county["teacher1"], case, found.action, **found.fields)
        assert case.state == "excused"


def test_a_correction_keeps_the_first_roll(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        first = save(session, county, missing(county))
    frozen.move_to(at(8, 9))
    changes = [missing(county, kind="present"), missing(county, "2026002")]
    with database.transaction() as session:
        for who, error in (("officer1", NotAllowed), ("teacher1b", NotFound)):
            with pytest.raises(error):
                correcting.correct_roll(session, county[who], first.roll.id, changes, "点错")
        with pytest.raises(Invalid) as refused:
            correcting.correct_roll(session, county["teacher1"], first.roll.id, changes, "")
        assert set(refused.value.errors) == {"reason"}
        done = correcting.correct_roll(
            session, county["grade1"], first.roll.id, changes, "点错了座位"
        )
        assert [one.action for one in done.proposals] == ["correct_roll"]
        assert len(done.opened) == 1
        [kept] = listing.rolls_of(session, county["lead1"], county.units["K1"], MON)
        assert kept == done.roll
        assert (kept.present, kept.present_now) == (1, 1)
        assert [(one.first, one.kind) for one in kept.marks] == [
            ("absent", "present"),
            ("present", "absent"),
        ]
        assert [one.reason for one in kept.corrections] == ["点错了座位"]
        event = timeline.bodies(session, "U-K1")[-1]
        assert (event["action"], event["data"]["stands_for"]) == ("roll_corrected", "teacher")
        with pytest.raises(Invalid):
            correcting.correct_roll(session, county["teacher1"], first.roll.id, changes, "再来")
        timeline.verify(session)


def test_the_same_roll_twice_is_one_and_another_one_is_refused(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 20))
    sent = roll(county, missing(county), taken_at=at(8, 6), device_at=at(8, 20), key="k1")
    with database.transaction() as session:
        first = saving.save_roll(session, county["teacher1"], sent)
        kept = session.scalars(select(Rollcall)).one()
        assert (kept.taken_at, kept.arrived_at, kept.judged_by) == (at(8, 6), at(8, 20), "taken")
        assert session.scalars(select(Case.known_at)).all() == [at(8, 6)]
    frozen.move_to(at(8, 40))
    with database.transaction() as session:
        repeat = replace(sent, device_at=at(8, 40))  # the phone tries again
        again = saving.save_roll(session, county["teacher1"], repeat)
        assert (again.repeated, again.opened, again.roll.id) == (True, first.opened, first.roll.id)
        other = replace(sent, absent=(), present=2)
        with pytest.raises(Conflict):
            saving.save_roll(session, county["teacher1"], other)
        assert session.scalar(select(func.count(Case.id))) == 1
        assert session.scalar(select(func.count(Rollcall.id))) == 1
        assert not first.roll.late


def test_a_clock_that_cannot_be_right_is_not_believed(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 40))
    wrong = roll(county, taken_at=at(8, 6), device_at=at(7, 50))
    with database.transaction() as session:
        saved = saving.save_roll(session, county["teacher1"], wrong).roll
        assert (saved.judged_by, saved.doubt) == ("arrived", "device_clock_wrong")
        assert (saved.taken_at, saved.judged_at, saved.late) == (at(8, 6), at(8, 40), True)
    assert flags(database) == [("K1", "roll_missing")]
    for day, told in ((1, timedelta(days=3)), (2, timedelta(days=10**5)), (3, timedelta(-(10**5)))):
        frozen.move_to(now := at(8, 40, MON + timedelta(days=day)))
        wild = roll(county, on=clock.today(), taken_at=now + told, device_at=now + told)
        with database.transaction() as session:
            saved = saving.save_roll(session, county["teacher1"], wild).roll
            assert (saved.judged_at, saved.doubt) == (now, "device_clock_wrong")
            assert saved.taken_at == (now + told if day == 1 else now)
    frozen.move_to(now := at(8, 40, MON + timedelta(days=4)))
    first = datetime.fromisoformat("0001-01-01T00:00+14:00")  # no instant of any calendar
    with database.transaction() as session:
        sent = roll(county, on=clock.today(), taken_at=first, device_at=first)
        assert saving.save_roll(session, county["teacher1"], sent).roll.taken_at == now


def test_a_bus_has_a_list_of_its_own_and_who_is_missed_there_is_searched_for(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    with database.transaction() as session:
        bus = units.add_unit(session, "V1", "bus", "1号校车", "S1").id
        new = NewPeriod("bus", "校车", "bus", time(7, 30))
        periods.set_period(session, SYSTEM, county.units["S1"], new)
        with pytest.raises(NotFound):
            seats.give_seats(session, county["teacher2"], bus, [county.pupils[FIRST]])
        with pytest.raises(Invalid):
            seats.give_seats(session, county["lead1"], bus, [county.pupils["2026004"]])
        seats.give_seats(session, county["lead1"], bus, [county.pupils[FIRST]])
    frozen.move_to(at(7, 35))
    sweep(database, NEVER_LATE)
    assert clocks_of_rolls(database) == [("V1", None)]
    with database.transaction() as session:
        sent = replace(roll(county, missing(county)), unit_id=bus, period="bus", present=0)
        assert saving.save_roll(session, county["lead1"], sent).opened
        case = session.scalars(select(Case)).one()
        assert (case.unit_id, case.state) == (county.units["K1"], "tracing")
        assert facts(case_view(session, case))["bus_mismatch"] is True
    assert clocks_of_rolls(database) == [("V1", "saved")]


def test_what_went_past_the_school_neither_stops_nor_betrays_itself_to_a_roll(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    hidden = filing.NewCase(
        case_type="absence",
        unit_id=county.units["K1"],
        title="未到校",
        fields={"student_id": county.pupils[FIRST]},
        past_school=True,
    )
    harm = replace(bullying(county), past_school=True)
    with database.transaction() as session:
        other = filing.file_case(session, county["staff1"], hidden)
        filing.file_case(session, county["staff1"], harm)
        now = sheet.sheet_of(session, county["teacher1"], county.units["K1"], MON, "morning")
        assert [(one.preset, one.case) for one in now.pupils] == [("", None), ("", None)]
        [number] = save(session, county, missing(county)).opened
        assert number != other.number
        case = session.scalars(select(Case).where(Case.source == "roll")).one()
        assert (case.number, case.state) == (number, "flagged")  # not strict by what is hidden
        # An open bullying case that the school knows of makes the search start at once.
        filing.file_case(session, county["teacher1"], bullying(county))
        gone = missing(county, "2026002")
        frozen.move_to(at(14, 2))
        [second] = save(session, county, gone, missing(county), period="afternoon").opened
        found = session.scalars(select(Case).order_by(Case.id.desc())).first()
        assert found is not None
        assert (found.number, found.state) == (second, "tracing")


def test_missing_again_while_the_case_is_quiet_begins_the_search_again(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        save(session, county, missing(county))
        case = session.scalars(select(Case)).one()
        act(session, county["teacher1"], case, "mark_sick", symptoms=["fever"], **SICK)
        first = session.scalars(select(Rollcall.id)).one()
        changed = [missing(county, kind="present")]
        correcting.correct_roll(session, county["teacher1"], first, changed, "看错")
        changed = [missing(county)]
        correcting.correct_roll(session, county["teacher1"], first, changed, "没看错")
        assert case.state == "sick_tracking"  # the roll was called before the illness was known
    tuesday = MON + timedelta(days=1)
    frozen.move_to(at(8, 5, tuesday))
    with database.transaction() as session:
        save(session, county, missing(county), on=tuesday)
        case = session.scalars(select(Case)).one()
        assert (case.state, case.round) == ("contacting", 2)
        running = select(Clock.rule_id, Clock.started_at, Clock.target_at).where(
            Clock.case_id == case.id, Clock.round == 2
        )
        bell = at(8, 0, tuesday)
        assert set(session.execute(running).all()) == {
            ("absence.guardian", bell, at(8, 15, tuesday)),
            ("absence.declare", bell, at(9, 0, tuesday)),
        }
        told = select(User.login).join(Message, Message.user_id == User.id)
        told = told.where(Message.created_at >= bell, Message.template == "told")
        assert set(session.scalars(told)) >= {"teacher1", "lead1"}
    frozen.move_to(at(8, 16, tuesday))
    sweep(database, NEVER_LATE)
    with database.reading() as session:
        assert session.scalars(select(Case.state)).one() == "tracing"


def test_who_says_absent_is_believed_before_a_leave(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    day = NewLeave(county.pupils["2026002"], "personal", MON, MON, "母亲", "phone")
    frozen.move_to(at(8, 5))
    with database.transaction() as session:
        leaves.record_leave(session, county["teacher1"], day)
        tapped = replace(mark_of(county.pupils[FIRST], "leave_personal"), said_by="未知")
        first = save(session, county, tapped, missing(county, "2026002")).roll
        assert [one.kind for one in first.marks] == ["leave_personal"] * 2
        assert session.scalar(select(Leave.channel).where(Leave.period != "")) == "unknown"
        changes = [missing(county, kind="absent")]
        done = correcting.correct_roll(session, county["teacher1"], first.id, changes, "点错")
        assert len(done.opened) == 1
        assert session.scalars(select(Leave.revoked_at).order_by(Leave.id)).all() == [
            None,
            at(8, 5),  # what stood on file for this roll alone does not outlive it
        ]
    frozen.move_to(at(14, 1))
    with database.transaction() as session:
        note = missing(county, "2026002", kind="absent", strict_reasons=("note",))
        assert len(save(session, county, note, period="afternoon").opened) == 1
        timeline.verify(session)


def test_a_roll_called_before_its_bell_follows_its_absentees(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(7, 45))
    with database.transaction() as session:
        assert save(session, county, missing(county)).opened
        assert session.scalars(select(Case.occurred_at)).one() == at(7, 45)


def test_a_full_tally_hides_no_class_that_came_later(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(7, 50))
    with database.transaction() as session:
        save(session, county)
        ninth = units.add_unit(session, "K9", "class", "七年级9班", "G1").id
        save(session, county, code="K2", by="teacher1b")  # full again, with nobody in the ninth
        bed = units.add_unit(session, "D1", "dormitory", "一舍", "S1").id
        seats.give_seats(session, county["lead1"], bed, [county.pupils[FIRST]])
        make_student(session, "2026099", ninth)
        tenth = units.add_unit(session, "K10", "class", "七年级10班", "G1").id
        make_student(session, "2026100", tenth)
        called = NewRoll(ninth, on=MON, period="morning", present=1)
        saving.save_roll(session, county["principal1"], called)
        assert session.execute(select(RollTally.units, RollTally.saved)).one() == (4, 3)
    frozen.move_to(at(8, 35))
    sweep(database, NEVER_LATE)
    assert flags(database) == [("K10", "roll_missing")]


def test_a_roll_that_waited_for_the_network_is_taken_as_it_was_called(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 35))
    sweep(database, NEVER_LATE)
    frozen.move_to(at(8, 40))
    with database.transaction() as session:
        make_student(session, "2026077", county.units["K1"])
        session.get_one(Student, county.pupils[FIRST]).unit_id = county.units["K2"]
        online = roll(county, missing(county), present=9)
        with pytest.raises(Invalid):
            saving.save_roll(session, county["teacher1"], online)
        sent = roll(county, missing(county), taken_at=at(8, 6), device_at=at(8, 40))
        saved = saving.save_roll(session, county["teacher1"], sent)
        assert len(saved.opened) == 1
        assert (saved.roll.enrolled, saved.roll.present, saved.roll.late) == (3, 2, False)
        bodies = timeline.bodies(session, "U-K1")[-3:]
        [data] = [one["data"] for one in bodies if one["action"] == "roll_saved"]
        assert (data["told_present"], data["moved"]) == (1, [county.pupils[FIRST]])
        [told] = [one["data"] for one in bodies if one["action"] == "roll_in_time"]
        assert (told["flag"], told["period"]) == ("roll_missing", "morning")
        timeline.verify(session)
    assert ("K1", "roll_missing") in flags(database)  # it stays


def test_nobody_is_taken_off_tonights_list(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    lead, pupil = county["lead1"], county.pupils[FIRST]
    with database.transaction() as session:
        bed = units.add_unit(session, "D1", "dormitory", "一舍", "S1").id
        seats.give_seats(session, lead, bed, [pupil])
        yesterday = MON - timedelta(days=1)
        with pytest.raises(Invalid) as refused:
            seats.end_seat(session, lead, bed, pupil, until_on=yesterday, reason="")
        assert set(refused.value.errors) == {"reason", "until_on"}
        seats.end_seat(session, lead, bed, pupil, reason="改为走读")
        unit = session.get_one(Unit, bed)
        assert [one.id for one in roster.pupils_of(session, unit, MON)] == [pupil]
        assert roster.pupils_of(session, unit, MON + timedelta(days=1)) == []


def test_a_kindergarten_class_of_a_primary_school_is_searched_for_at_once(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 1))
    with database.transaction() as session:
        session.get_one(Unit, county.units["S1"]).stage = "primary"
        session.get_one(Unit, county.units["K1"]).stage = "kindergarten"
        session.flush()
        assert save(session, county, missing(county)).opened
        assert session.scalars(select(Case.state)).one() == "tracing"
