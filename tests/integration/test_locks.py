"""Two at once on PostgreSQL: neither waits for what the other waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.models import Case, RollTally
from casework.permissions import SYSTEM
from casework.services import units
from casework.services.rolls import absences, leaves, periods, saving, seats, tally
from casework.services.rolls.shapes import NewMark, NewPeriod, NewRoll
from tests.conftest import Frozen
from tests.factories import County, act, make_student
from tests.integration.rolling import MON, at, missing, opened, save
from tests.integration.test_clusters import SICK

pytestmark = pytest.mark.postgres


class Meeting:
    """Runs ``other`` while the first caller stands in the middle of its transaction."""

    def __init__(self, other: Callable[[], object], patience: float = 3) -> None:
        self.patience = patience
        self.now = clock.now()
        self.other = other
        self.faults: list[Exception] = []
        self.thread: threading.Thread | None = None

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **more: Any) -> Any:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run)
                self.thread.start()
                self.thread.join(self.patience)
            return real(*args, **more)

        return called

    def end(self) -> None:
        assert self.thread is not None
        self.thread.join()
        assert self.faults == []

    def _run(self) -> None:
        try:
            with clock.at(self.now):
                self.other()
        except Exception as fault:
            self.faults.append(fault)


def test_the_first_two_rolls_of_a_bell(
    database: Database, county: County, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))

    def second() -> None:
        with database.transaction() as session:
            save(session, county, code="K2", by="teacher1b")

    meeting = Meeting(second)
    monkeypatch.setattr(tally, "count", meeting.before(tally.count))
    with database.transaction() as session:  # an absence is filed, which locks the school
        now = clock.now()
        save(session, county, missing(county), taken_at=now - timedelta(seconds=20), device_at=now)
    meeting.end()
    with database.reading() as session:
        row = session.scalars(select(RollTally)).one()
        assert (row.saved, row.units) == (2, 2)


def test_two_dormitories_with_pupils_of_the_same_classes(
    database: Database, county: County, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(database, county, frozen)
    beds: list[list[int]] = []
    with database.transaction() as session:
        evening = NewPeriod("dorm", "晚点名", "dormitory", time(21, 40))
        periods.set_period(session, SYSTEM, county.units["S1"], evening, from_on=MON)
        for n in (1, 2):
            dormitory = units.add_unit(session, f"D{n}", "dormitory", f"宿舍{n}", "S1").id
            order = ("K1", "K2")[:: 3 - 2 * n]
            pupils = [make_student(session, f"D{n}{k}", county.units[k]).id for k in order]
            seats.give_seats(session, county["principal1"], dormitory, pupils, from_on=MON)
            beds.append([dormitory, *pupils])
    frozen.move_to(at(21, 50))

    def call(dormitory: int, *pupils: int) -> None:
        away = [NewMark(one, "leave_personal", "母亲", "phone") for one in pupils]
        with database.transaction() as session:
            new = NewRoll(dormitory, on=MON, period="dorm", present=0, absent=away)
            saving.save_roll(session, county["principal1"], new)

    meeting = Meeting(lambda: call(*beds[1]), patience=0.5)
    monkeypatch.setattr(leaves, "enter", meeting.before(leaves.enter))
    call(*beds[0])
    meeting.end()


def test_a_roll_and_a_step_of_the_absence_it_finds_open(
    database: Database, county: County, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(database, county, frozen)
    frozen.move_to(at(8, 5))

    def step(action: str, **fields: object) -> None:
        with database.transaction() as session:
            act(session, county["teacher1"], session.scalars(select(Case)).one(), action, **fields)

    with database.transaction() as session:
        save(session, county, missing(county))
    step("start_contact")
    frozen.move_to(at(14, 5))
    meeting = Meeting(lambda: step("mark_sick", symptoms=["fever"], **SICK))
    monkeypatch.setattr(absences, "follow", meeting.before(absences.follow))
    with database.transaction() as session:  # holds the class, goes on to the absence
        save(session, county, missing(county), period="afternoon")
    meeting.end()
