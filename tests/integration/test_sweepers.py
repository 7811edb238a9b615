"""Several sweepers at once, each a process of its own: every rung once, every message once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Case, Clock, Escalation, Flag, Message
from casework.services import filing, timeline
from casework.services.sweep import forecast
from tests.conftest import Frozen
from tests.factories import MONDAY, County, bullying, report
from tests.forks import Conversation
from tests.integration.processes import sweeper

CASES = 8
SWEEPERS = 4
AT = MONDAY + timedelta(hours=1)


@pytest.fixture
def overdue(database: Database, county: County, frozen: Frozen) -> set[tuple[int, str]]:
    """Cases that nobody touches; gives what is due on their clocks an hour later."""
    with database.transaction() as session:
        for number in range(CASES):
            made = (
                bullying(county, weapon=True)
                if number % 2
                else report(county, "emergency", category="violence", weapon=True)
            )
            filing.file_case(session, county["teacher1"], replace(made, title=f"第{number}件"))
    with database.rehearsal() as session:
        return {(one.clock, one.rung) for one in forecast(session, AT)}


@pytest.fixture
def sweepers(database_url: str, overdue: set[tuple[int, str]]) -> Iterator[list[Conversation]]:
    """So many sweepers, all ready to begin."""
    with ExitStack() as stack:
        found = [
            stack.enter_context(Conversation(sweeper.main, database_url, AT.isoformat()))
            for _ in range(SWEEPERS)
        ]
        for process in found:
            assert process.hear() == "ready"
        yield found


def pass_at_once(processes: list[Conversation]) -> list[tuple[int, int]]:
    """Let all begin a pass; gives how many rungs each has fired, and how many clocks failed."""
    for process in processes:
        process.say("go")
    answers = [process.hear().split() for process in processes]
    return [(int(fired), int(failed)) for fired, failed in answers]


def test_many_sweepers_fire_every_rung_exactly_once(
    database: Database,
    overdue: set[tuple[int, str]],
    sweepers: list[Conversation],
    frozen: Frozen,
) -> None:
    first = pass_at_once(sweepers)
    second = pass_at_once(sweepers)  # what one left because another held it
    assert sum(failed for _, failed in first + second) == 0
    assert sum(fired for fired, _ in first + second) == len(overdue) > 10 * CASES
    frozen.move_to(AT)
    assert sweep(database, timedelta(minutes=1)).fired == []
    with database.reading() as session:
        fired = session.execute(select(Escalation.clock_id, Escalation.rung)).all()
        assert Counter(map(tuple, fired)) == Counter(overdue)
        assert timeline.verify(session).chains == CASES
        check_events(session.scalars(select(Case)).all(), database)


def check_events(cases: list[Case], database: Database) -> None:
    """Each telling rung is one event and one message a head; each flag one event; in order."""
    with database.reading() as session:
        for case in cases:
            bodies = timeline.bodies(session, case.chain)
            told = [body["data"] for body in bodies if body["action"] == "rung_fired"]
            keys = [(one["rule"], one["recipient"], one["rung"]) for one in told]
            assert len(set(keys)) == len(keys) > 0
            assert [one["due_at"] for one in told] == sorted(one["due_at"] for one in told)
            flagged = [body["data"]["rule"] for body in bodies if body["action"] == "flag_raised"]
            query = select(Flag.rule_id).where(Flag.case_id == case.id)
            assert sorted(flagged) == sorted(session.scalars(query))
            heard = select(Message.escalation_id, Message.user_id)
            rows = session.execute(heard.where(Message.case_id == case.id)).all()
            by_rung = Counter(map(tuple, [row for row in rows if row[0] is not None]))
            assert set(by_rung.values()) == {1}
            assert len(by_rung) == sum(len(one["told"]) for one in told)
            assert case.level == max(one["level"] or 0 for one in told)
            clocks = session.scalars(select(Clock).where(Clock.case_id == case.id))
            assert not [c.id for c in clocks if c.next_rung_at and c.next_rung_at <= AT]
