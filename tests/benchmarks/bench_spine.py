"""Ratios of the spine against bare baselines, measured in the same run; prints, asserts no time.

Run with ``make bench``. Baselines are small and honest: the same rows by plain SQLAlchemy, the same
machine by a dict. Medians of interleaved rounds, because machines are noisy.
"""

from __future__ import annotations

import hashlib
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import create_engine, insert

from casework import clock
from casework.db import Database
from casework.jobs.tasks import sweep
from casework.models import Base, Case, Clock, Event, Message
from casework.services import filing
from casework.services.policy import Policy
from casework.workflows.engine import Engine
from casework.workflows.registry import WORKFLOWS
from tests.conftest import Frozen
from tests.databases import in_info
from tests.factories import County, bullying, make_county
from tests.unit.workflows.walking import START, context_for, filled, open_case

ROUNDS = 5


def interleaved(*works: Callable[[], int]) -> list[float]:
    """Median things per second of each work, one round of each after the other."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for found, work in zip(rates, works, strict=True):
            begun = time.perf_counter()
            done = work()
            found.append(done / (time.perf_counter() - begun))
    return [statistics.median(found) for found in rates]


def show(name: str, ours: float, bare: float, unit: str) -> None:
    print(f"\n{name}: {ours:,.0f} {unit}/s, bare {bare:,.0f}, ratio {ours / bare:.2f}")


@pytest.fixture
def embedded(sqlite_url: str, policy: Policy, frozen: Frozen) -> tuple[Database, County]:
    database = Database(sqlite_url, in_info(policy))
    with database.transaction() as session:
        return database, make_county(session)


def bare_filer(path: Path, unit_rows: int) -> Callable[[], int]:
    """Plain SQLAlchemy inserting as many rows as one filing, one commit each."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    numbers = iter(range(10**9))

    def work() -> int:
        for _ in range(20):
            at = clock.now()
            with engine.begin() as connection:
                for _ in range(unit_rows):
                    n = next(numbers)
                    body = orjson.dumps({"seq": n, "at": at}, option=orjson.OPT_SORT_KEYS)
                    row = {
                        "case_key": f"bare-{n}",
                        "seq": 1,
                        "at": at,
                        "actor_role": "staff",
                        "action": "file",
                        "prev": "0" * 64,
                        "hash": hashlib.sha256(body).hexdigest(),
                        "body": body.decode(),
                    }
                    connection.execute(insert(Event), [row])
        return 20

    return work


def test_filing(embedded: tuple[Database, County], tmp_path: Path) -> None:
    """A filing writes case, people, clocks, event, texts and messages in one transaction."""
    database, county = embedded

    def ours() -> int:
        for _ in range(20):
            with database.transaction() as session:
                filing.file_case(session, county["teacher1"], bullying(county))
        return 20

    ours()
    with database.reading() as session:
        tables = (Case, Clock, Event, Message)
        rows = sum(session.query(table).count() for table in tables) // 20
    rate, bare = interleaved(ours, bare_filer(tmp_path / "bare.db", rows))
    show(f"filing against the bare insert of its {rows} rows", rate, bare, "filings")


def test_engine() -> None:
    """A trigger of the shared machine with every guard of the action, against a dict look-up."""
    workflow = WORKFLOWS["bullying"]
    engine = Engine(workflow)
    case = open_case(workflow)
    action = engine.find("accept", case.state)
    values = filled(action.fields, START, {})
    context = context_for(case, action, values, START)
    table = {(a.name, s): a.dest(s) for a in workflow.actions for s in workflow.open_states}

    def ours() -> int:
        for _ in range(2000):
            engine.apply("accept", context)
        return 2000

    def bare() -> int:
        for _ in range(2000):
            table["accept", "reported"]
        return 2000

    rate, looked_up = interleaved(ours, bare)
    show("engine trigger against a dict look-up", rate, looked_up, "triggers")
    print(f"{1e6 / rate:.1f} µs a trigger")


def test_sweep(embedded: tuple[Database, County], frozen: Frozen) -> None:
    """Rungs fired in one pass: claim, event, messages and next rung of each."""
    database, county = embedded
    for _ in range(100):
        with database.transaction() as session:
            filing.file_case(session, county["teacher1"], bullying(county))
    frozen.forward(hours=3)
    begun = time.perf_counter()
    fired = len(sweep(database, timedelta(days=1)).fired)
    seconds = time.perf_counter() - begun
    print(f"\nsweep: {fired} rungs in {seconds:.2f} s, {fired / seconds:,.0f} rungs/s")
    assert fired
