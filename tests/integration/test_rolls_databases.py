"""Where the database matters: expectations made by one statement, and two who save at once."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import func, select

from casework import clock
from casework.db import Database
from casework.errors import CaseworkError
from casework.jobs.tasks import sweep
from casework.models import (
    Case,
    Clock,
    Escalation,
    ExpectedRoll,
    Flag,
    Message,
    Rollcall,
    RollTally,
)
from casework.services import timeline
from casework.services.rolls import saving
from casework.services.rolls.shapes import NewMark
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.rolling import MON, at, clocks_of_rolls, flags, missing, opened, roll, save
from tests.integration.storytelling import NEVER_LATE

FIRST = "2026001"


def test_a_missing_roll_reminds_escalates_and_is_flagged(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 3))
    with database.transaction() as session:
        save(session, county)
    frozen.move_to(at(8, 4))
    sweep(database, NEVER_LATE)
    assert clocks_of_rolls(database) == []  # nothing is owed before the first reminder
    frozen.move_to(at(8, 5))
    fired = [(one.case, one.rung) for one in sweep(database, NEVER_LATE).fired]
    assert fired == [("U-K2", "remind_half")]  # neither the saved class nor another school
    frozen.move_to(at(8, 31))
    sweep(database, NEVER_LATE)
    assert flags(database) == [("K2", "roll_missing")]
    with database.reading() as session:
        rungs = set(session.scalars(select(Escalation.rung).where(Escalation.case_id.is_(None))))
        assert {"remind_half", "remind_late", "level_1", "level_2", "flag"} <= rungs
        told = set(session.scalars(select(Message.user_id).where(Message.level == 2)))
        assert {county["principal1"].user_id, county["officer1"].user_id} <= told
        assert session.scalar(select(Clock.started_at).where(Clock.subject_kind == "roll")) == at(8)
    frozen.move_to(at(8, 50))
    with database.transaction() as session:
        late = save(session, county, code="K2", by="teacher1b").roll
        assert (late.late, late.judged_by) == (True, "arrived")
        timeline.verify(session)
    assert clocks_of_rolls(database) == [("K2", "saved")]
    assert flags(database) == [("K2", "roll_missing")]  # once
    frozen.move_to(at(14, 2))
    with database.transaction() as session:
        save(session, county, period="afternoon")
        save(session, county, code="K2", by="teacher1b", period="afternoon")
        tally = session.scalars(select(RollTally).where(RollTally.period == "afternoon")).one()
        assert (tally.saved, tally.units) == (2, 2)  # nobody looks at this school
    frozen.move_to(at(14, 6))
    sweep(database, NEVER_LATE)
    assert clocks_of_rolls(database) == [("K2", "saved")]


def test_after_an_outage_the_bells_of_the_day_are_made_up(
    database: Database, county: County, frozen: Frozen
) -> None:
    opened(database, county, frozen)
    sweep(database, timedelta(minutes=1))
    frozen.move_to(at(15))
    sweep(database, timedelta(minutes=1))
    sweep(database, timedelta(minutes=1))  # a second pass looks at no bell again
    with database.reading() as session:
        assert session.scalar(select(func.count(ExpectedRoll.id))) == 4
        late = session.execute(select(Flag.system_late, Flag.kind).where(Flag.kind != "overdue"))
        assert {tuple(row) for row in late} == {(True, "roll_missing")}
    frozen.move_to(at(12, day=MON + timedelta(days=5)))  # a Saturday: nobody is expected
    sweep(database, NEVER_LATE)
    with database.reading() as session:
        days = set(session.scalars(select(ExpectedRoll.on)))
        assert not {MON + timedelta(days=n) for n in (5, 6)} & days


def test_two_at_once_save_one_roll(database: Database, county: County, frozen: Frozen) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))
    gate, found = threading.Barrier(3), []

    def send(who: str, *absent: NewMark) -> None:
        with clock.at(at(8, 5)):
            gate.wait()
            try:
                with database.transaction() as session:
                    sent = roll(county, *absent)
                    found.append(saving.save_roll(session, county[who], sent).repeated)
            except CaseworkError as error:
                found.append(type(error))

    gone = missing(county)
    works = (("teacher1", gone), ("grade1", gone), ("lead1", missing(county, "2026002")))
    threads = [threading.Thread(target=send, args=work) for work in works]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with database.reading() as session:
        assert session.scalar(select(func.count(Rollcall.id))) == 1
        assert session.scalar(select(func.count(Case.id))) == 1
        timeline.verify(session)
    assert sorted(map(str, found)) in (
        ["<class 'casework.errors.Conflict'>", "False", "True"],
        ["<class 'casework.errors.Conflict'>", "<class 'casework.errors.Conflict'>", "False"],
    )
