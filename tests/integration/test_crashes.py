"""Killed at any instant, a filing, an action or a sweep is wholly there or wholly absent."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Base, Case, Clock, Escalation, Event, Link, Message, Person
from casework.services import filing, timeline
from tests.conftest import Frozen
from tests.factories import MONDAY, County, act, file_bullying, report
from tests.forks import Conversation
from tests.integration.processes import crasher as program

MOST = 300
"""No job has as many statements; a child that fails by itself must not be tried for ever."""


@pytest.fixture
def crasher(database_url: str, county: County) -> Iterator[Conversation]:
    """The program whose children die."""
    with Conversation(program.main, database_url) as process:
        guard = threading.Timer(60, process.kill)  # a program that hangs ends in a failure
        guard.start()
        yield process
        guard.cancel()


def said(process: Conversation) -> str:
    line = process.hear()
    assert line, "the program has ended"
    return line


def ask(process: Conversation, job: str, number: int) -> int:
    """Have a child begin a job; returns its process id."""
    process.say(f"{job} {number}")
    return int(said(process).removeprefix("pid "))


def survives(process: Conversation, job: str, number: int) -> bool:
    """True when the job was done before its child came to this statement."""
    ask(process, job, number)
    line = said(process)
    if line == "dead":
        return False
    assert line == "done", line
    assert said(process) == "dead"
    return True


def dump(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with database.reading() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in Base.metadata.sorted_tables
        }


def crash_everywhere(process: Conversation, database: Database, job: str) -> int:
    """Die before each statement in turn, each time leaving no trace; returns how many there are.

    The last child dies right after the commit. Each child waits for the locks of the one before.
    """
    before = dump(database)
    number = 1
    while not survives(process, job, number):
        assert number < MOST
        assert dump(database) == before, f"killed before statement {number}"
        number += 1

    return number - 1


def check_whole(database: Database) -> None:
    """Chains verify, versions count the steps, clocks are those that the chain tells of."""
    with database.reading() as session:
        timeline.verify(session)
        for case in session.scalars(select(Case)):
            bodies = timeline.bodies(session, case.chain)
            assert case.head_seq == len(bodies)
            assert case.head_hash == session.scalar(
                select(Event.hash).where(Event.case_key == case.chain, Event.seq == case.head_seq)
            )
            steps = [body for body in bodies if body["to"] is not None]
            assert (steps[0]["action"], case.version) == ("file", len(steps))
            assert case.state == steps[-1]["to"]
            listed = steps[0]["data"]["core"]["people"]
            people = session.scalars(select(Person.id).where(Person.case_id == case.id))
            assert sorted(people) == [person["id"] for person in listed]
            started = [
                (one["rule"], one.get("recipient") or "")
                for body in bodies
                for one in body["data"].get("clocks", {}).get("started", ())
            ]
            rows = session.execute(
                select(Clock.rule_id, Clock.recipient).where(Clock.case_id == case.id)
            )
            assert sorted(map(tuple, rows)) == sorted(started)


def count(database: Database, kind: type[Any]) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_filing_killed_before_any_statement_leaves_no_trace(
    crasher: Conversation, database: Database, county: County
) -> None:
    statements = crash_everywhere(crasher, database, "file")
    assert statements > 7
    assert (count(database, Case), count(database, Person)) == (1, 2)
    assert count(database, Message) > 0
    check_whole(database)
    with database.transaction() as session:
        file_bullying(session, county)
    assert count(database, Case) == 2
    check_whole(database)


def test_an_action_killed_before_any_statement_leaves_no_trace(
    crasher: Conversation, database: Database, county: County
) -> None:
    with database.transaction() as session:
        absent = replace(
            report(county, "emergency"),
            case_type="absence",
            fields={"student_id": county.pupils["2026001"], "strict": True},
        )
        case = filing.file_case(session, county["teacher1"], absent)
        assert case.state == "tracing"
    statements = crash_everywhere(crasher, database, "find")
    assert statements > 10
    assert (count(database, Case), count(database, Link)) == (2, 1)
    check_whole(database)
    with database.transaction() as session:
        found = session.get_one(Case, case.id)
        assert (found.state, found.version) == ("found", 3)
        act(session, county["lead1"], found, "record_talk", kind="talk", result="已谈")
    check_whole(database)


def test_a_sweep_killed_before_any_statement_loses_and_doubles_nothing(
    crasher: Conversation, database: Database, county: County, frozen: Frozen
) -> None:
    """Unlike the others it leaves what it had committed: no rung may come again for that."""
    with database.transaction() as session:
        file_bullying(session, county)
    number = 1
    while not survives(crasher, "sweep", number):
        assert number < MOST
        check_whole(database)
        number += 1
    fired = count(database, Escalation)
    frozen.move_to(MONDAY + timedelta(hours=12))
    assert sweep(database, timedelta(minutes=1)).fired == []
    assert (count(database, Escalation), number > 7) == (fired, True)
    with database.reading() as session:
        rungs = session.execute(select(Escalation.clock_id, Escalation.rung)).all()
        told = session.execute(
            select(Message.escalation_id, Message.user_id).where(Message.escalation_id > 0)
        ).all()
        events = [
            body
            for case in session.scalars(select(Case))
            for body in timeline.bodies(session, case.chain)
        ]
    assert len(set(rungs)) == len(rungs)
    assert len(set(told)) == len(told) > 0
    telling = {"level_1", "level_2", "level_3", "level_4", "remind_half", "remind_late"}
    assert len([e for e in events if e["action"] == "rung_fired"]) == len(
        [rung for _, rung in rungs if rung in telling]
    )


def test_killed_at_random_instants_everything_stays_whole(
    crasher: Conversation, database: Database, county: County
) -> None:
    chance = random.Random(2)
    for n in range(4):
        pid = ask(crasher, "loop", 0)
        wanted = count(database, Case) + n % 3
        while count(database, Case) < wanted:
            time.sleep(0.005)
        time.sleep(chance.uniform(0, 0.15))
        os.kill(pid, signal.SIGKILL)
        assert said(crasher) == "dead"
        check_whole(database)
        with database.transaction() as session, clock.at(MONDAY):
            file_bullying(session, county)
        check_whole(database)
    assert count(database, Case) >= 6
