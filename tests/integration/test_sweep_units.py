"""Clocks of what a unit owes before any case exists climb the same ladder as any other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep as sweep_all
from casework.models import Escalation, Flag, Message, Unit, User
from casework.services import subject_clocks, timeline
from casework.services import sweep as sweeping
from tests.conftest import Frozen
from tests.factories import County, file_bullying
from tests.integration.storytelling import NEVER_LATE


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


def owe(session: Session, county: County, kind: str, code: str, number: int = 1) -> Unit:
    """A unit owes something from now on."""
    unit = session.get_one(Unit, county.units[code])
    known = {"slot": "day"}
    started = subject_clocks.start(session, kind, number, unit, at=clock.now(), known=known)
    assert len(started) == 1
    assert (started[0].case_id, started[0].unit_id) == (None, unit.id)
    return unit


def sweep(session: Session) -> list[sweeping.Fired]:
    found = []
    while ids := sweeping.due_clocks(session, clock.now()):
        found += sweeping.fire_due(session, ids, None)
    return found


def heard(session: Session) -> set[str]:
    """Who has a message, by login."""
    return set(session.scalars(select(User.login).join(Message, Message.user_id == User.id)))


def test_a_missing_roll_is_flagged_and_climbs(
    session: Session, county: County, frozen: Frozen
) -> None:
    unit = owe(session, county, "roll", "K1")
    frozen.forward(minutes=10)
    sweep(session)
    assert heard(session) == {"teacher1", "lead1"}
    frozen.forward(minutes=20)
    fired = sweep(session)
    assert {one.case for one in fired} == {unit.chain}
    [flag] = session.scalars(select(Flag)).all()
    assert (flag.kind, flag.case_id, flag.unit_id) == ("roll_missing", None, unit.id)
    assert {"principal1", "officer1", "officer1b"} <= heard(session)
    names = [body["action"] for body in timeline.bodies(session, unit.chain)]
    assert names.count("flag_raised") == 1
    timeline.verify(session)


def test_the_message_names_the_unit(session: Session, county: County, frozen: Frozen) -> None:
    owe(session, county, "zero_report", "S1")
    frozen.forward(hours=18)
    sweep(session)
    said = session.scalars(select(Message)).all()
    assert said
    assert {message.params["number"] for message in said} == {"东山县第一中学"}
    assert {message.case_id for message in said} == {None}


def test_what_is_met_in_time_stays_silent(session: Session, county: County, frozen: Frozen) -> None:
    owe(session, county, "roll", "K1", 7)
    frozen.forward(minutes=4)
    subject_clocks.stop(session, "roll", 7, by="saved", at=clock.now())
    frozen.forward(hours=2)
    assert sweep(session) == []
    assert session.scalars(select(Flag)).all() == []


def test_cases_and_units_share_one_sweep_and_nothing_fires_twice(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        file_bullying(session, county)
        for number, code in enumerate(("K1", "K2", "K3"), 1):
            owe(session, county, "roll", code, number)
    frozen.forward(days=2)
    first = sweep_all(database, NEVER_LATE)
    assert first.failed == []
    again = sweep_all(database, NEVER_LATE)
    assert again.fired == []
    with database.reading() as session:
        claims = session.execute(select(Escalation.clock_id, Escalation.rung)).all()
        assert len(claims) == len(set(claims))
        flags = session.scalars(select(Flag.kind).where(Flag.case_id.is_(None))).all()
        assert flags == ["roll_missing"] * 3


def test_the_dry_run_tells_of_units_as_well(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        unit = owe(session, county, "roll", "K1")
        chain = unit.chain
    by = clock.now() + timedelta(hours=1)
    with database.rehearsal() as session:
        told = sweeping.forecast(session, by)
    assert {one.case for one in told} == {chain}
    with database.reading() as session:
        assert session.scalars(select(Escalation)).all() == []
