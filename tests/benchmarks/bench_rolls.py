"""Rolls against bare inserts of the same rows, and what a morning costs with 1k, 10k, 60k classes.

Prints ratios, asserts no time. Rates are medians of interleaved rounds in the same run.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import time as clock_time
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, func, insert, select, text

from casework import clock
from casework.db import Database
from casework.models import (
    AbsenceMark,
    Base,
    Clock,
    Event,
    ExpectedRoll,
    Period,
    PrivateValue,
    Rollcall,
    RollTally,
    Student,
    Unit,
)
from casework.models.base import table_of
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.rolls import expecting, leaves, periods, saving
from casework.services.rolls.shapes import NewLeave, NewMark, NewPeriod, NewRoll
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.rolling import MON, TERM, at

ROUNDS, ROLLS, PUPILS = 5, 40, 30
BELL = clock_time(8)


def interleaved(*works: Callable[[], int]) -> list[float]:
    """Median things per second of each work, one round of each after the other."""
    rates: list[list[float]] = [[] for _ in works]
    for _ in range(ROUNDS):
        for found, work in zip(rates, works, strict=True):
            begun = time.perf_counter()
            done = work()
            found.append(done / (time.perf_counter() - begun))
    return [sorted(found)[ROUNDS // 2] for found in rates]


def classes(database: Database, county: County, size: int) -> list[list[int]]:
    """Classes of thirty below the first school: the unit's id and those of its pupils."""
    found = []
    with database.transaction() as session:
        school = session.get_one(Unit, county.units["S1"])
        for n in range(size):
            unit = Unit(
                parent_id=school.id, code=f"X{n}", kind="class", name=f"{n}班", path=f"?{n}"
            )
            session.add(unit)
            session.flush()
            unit.path = f"{school.path}{unit.id}/"
            rows = [Student(unit_id=unit.id, code=f"X{n}-{i}", name="学生") for i in range(PUPILS)]
            session.add_all(rows)
            session.flush()
            found.append([unit.id, *(row.id for row in rows)])
        for n in range(4 * ROUNDS):
            new = NewPeriod(f"p{n}", f"点名{n}", "class", BELL)
            periods.set_period(session, SYSTEM, school.id, new)
    return found


def saver(
    database: Database, county: County, units: list[list[int]], numbers: Iterator[int], absent: int
) -> Callable[[], int]:
    """Each round saves the next roll of all classes, the first two pupils away."""

    def work() -> int:
        code = f"p{next(numbers)}"
        for unit_id, *pupils in units:
            marks = [NewMark(one) for one in pupils[:absent]]
            roll = NewRoll(unit_id, MON, code, PUPILS - absent, marks, key=code)
            with database.transaction() as session:
                saving.save_roll(session, county["lead1"], roll)
        return len(units)

    return work


def bare(engine: Engine, rows: dict[type[Base], int]) -> Callable[[], int]:
    """The same rows by Core's bulk insert, one statement a table, one commit a roll."""
    numbers = count(1)

    def values(entity: type[Base], n: int) -> dict[str, Any]:
        return {
            Rollcall: {
                **{"unit_id": n, "on": MON, "period": "p", "period_id": 1, "bell_at": at(8)},
                **{"taken_at": at(8), "arrived_at": at(8), "judged_at": at(8), "role": "lead"},
                **{"judged_by": "taken", "enrolled": 30, "present": 28, "digest": "0" * 64},
                "seq": n,
            },
            AbsenceMark: {"rollcall_id": n, "student_id": n, "kind": "absent"},
            Event: {
                **{"case_key": f"bare-{n}", "seq": 1, "at": at(8), "actor_role": "lead"},
                **{"action": "roll_saved", "prev": "0" * 64, "hash": "0" * 64, "body": "x" * 400},
            },
            PrivateValue: {
                **{"case_key": f"bare-{n}", "seq": 1, "name": "m", "value": "x", "salt": "0"},
            },
        }[entity]

    def work() -> int:
        for _ in range(ROLLS):
            with engine.begin() as connection:
                for entity, many in rows.items():
                    new = [values(entity, next(numbers)) for _ in range(many)]
                    connection.execute(insert(table_of(entity)), new)
        return ROLLS

    return work


@pytest.fixture
def plain(database: Database, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """A second database of the same kind, for the bare inserts, without foreign keys to look up."""
    if database.is_sqlite:
        engine = create_engine(f"sqlite:///{tmp_path / 'bare.db'}")
        Base.metadata.create_all(engine)
        with engine.begin() as connection:
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
        yield engine
        engine.dispose()
        return
    with request.getfixturevalue("postgres").fresh() as url:
        engine = create_engine(url)
        with engine.begin() as connection:
            for name in ("rollcall", "absence_mark"):
                connection.execute(text(f"ALTER TABLE {name} DISABLE TRIGGER ALL"))
        yield engine
        engine.dispose()


def test_saving(database: Database, county: County, frozen: Frozen, plain: Engine) -> None:
    """Thirty pupils, two absent: on leave, which writes a roll, and missing, which opens cases."""
    frozen.move_to(at(6))
    units = classes(database, county, ROLLS)
    with database.transaction() as session:
        for _, *pupils in units:
            for pupil in pupils[:2]:
                new = NewLeave(pupil, "personal", MON, MON, "母亲", "phone")
                leaves.record_leave(session, county["lead1"], new)
    frozen.move_to(at(8, 3))
    numbers = count()
    rows: dict[type[Base], int] = {Rollcall: 1, AbsenceMark: 2, Event: 1, PrivateValue: 1}
    ours, inserted = interleaved(saver(database, county, units, numbers, 2), bare(plain, rows))
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    print(f"\n{kind}: a roll, two on leave: {ours:,.0f}/s, bare {inserted:,.0f}/s,", end=" ")
    print(f"ratio {ours / inserted:.2f}")


@pytest.mark.parametrize("size", [1_000, 10_000, 60_000])
def test_a_morning(database: Database, county: County, frozen: Frozen, size: int) -> None:
    """The pass at the first reminder: all saved but fifty, then all missing; then a quiet pass."""
    frozen.move_to(at(6))
    with database.transaction() as session:
        school_days.add_term(session, SYSTEM, county.units["B1"], "2026秋", *TERM)
        expecting.sweep_missing(session, clock.now())
    units = many_classes(database, county, size)
    with database.transaction() as session:
        rows = [saved(unit_id) for unit_id in units[50:]]
        for start in range(0, len(rows), 5_000):
            session.execute(insert(table_of(Rollcall)), rows[start : start + 5_000])
        session.execute(insert(table_of(RollTally)), tallies(units, size))
    if not database.is_sqlite:
        with database.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))
    kind = "SQLite" if database.is_sqlite else "PostgreSQL"
    print(f"\n{kind}, {size:,} classes:")
    for code, told in (("morning", "50 missing"), ("noon", "all missing")):
        frozen.move_to(at(8, 6) if code == "morning" else at(12, 6))
        before = made(database)
        begun = time.perf_counter()
        passes = 0
        while True:
            with database.transaction() as session:
                more = expecting.sweep_missing(session, clock.now())
            passes += 1
            if not more:
                break
        seconds = time.perf_counter() - begun
        new = made(database) - before
        each = seconds / max(new, 1) * 1e6
        print(f"  {told}: {new:,} clocks, {passes} transactions, {seconds:.3f} s ({each:.0f} µs)")
    begun = time.perf_counter()
    with database.reading() as session:
        assert not expecting.behind(session, clock.now() + timedelta(minutes=1))
    print(f"  quiet pass: {(time.perf_counter() - begun) * 1e3:.1f} ms")


def made(database: Database) -> int:
    with database.reading() as session:
        expected = session.scalar(select(func.count(ExpectedRoll.id))) or 0
        clocks = select(func.count(Clock.id)).where(Clock.subject_kind == "roll")
        assert session.scalar(clocks) == expected
        return expected


def many_classes(database: Database, county: County, size: int) -> list[int]:
    """Schools of 36 classes with a pupil each, and two rolls a day."""
    schools = -(-size // 36)
    with database.transaction() as session:
        top = session.get_one(Unit, county.units["B1"])
        first = (session.scalar(select(func.max(Unit.id))) or 0) + 1
        ids = range(first, first + schools)
        session.execute(insert(table_of(Unit)), [unit(n, top.id, top.path, "school") for n in ids])
        below = range(first + schools, first + schools + size)
        homes = {n: first + (n - below.start) // 36 for n in below}
        rows = [unit(n, home, f"{top.path}{home}/", "class") for n, home in homes.items()]
        session.execute(insert(table_of(Unit)), rows)
        pupils = [{"unit_id": n, "code": f"P{n}", "name": "学生"} for n in below]
        session.execute(insert(table_of(Student)), pupils)
        times = (("morning", BELL), ("noon", clock_time(12)))
        every = [period(n, code, bell) for n in ids for code, bell in times]
        session.execute(insert(table_of(Period)), every)
        return list(below)


def tallies(units: list[int], size: int) -> list[dict[str, Any]]:
    """What the saves of the morning have counted; the first fifty classes are missing."""
    first, found = units[0] - -(-size // 36), []
    for n in range(-(-size // 36)):
        own = range(n * 36, min(size, n * 36 + 36))
        done = sum(place >= 50 for place in own)
        if done:
            known = {"unit_id": first + n, "on": MON, "period": "morning"}
            found.append({**known, "units": len(own), "saved": done})
    return found


def unit(n: int, parent: int, above: str, kind: str) -> dict[str, Any]:
    known = {"id": n, "parent_id": parent, "code": f"Y{n}", "kind": kind, "name": f"{n}"}
    return {**known, "path": f"{above}{n}/"}


def period(school: int, code: str, bell: clock_time) -> dict[str, Any]:
    known = {"unit_id": school, "code": code, "name": code, "unit_kind": "class", "bell": bell}
    return {**known, "from_on": MON, "set_at": at(5)}


def saved(unit_id: int) -> dict[str, Any]:
    return {
        **{"unit_id": unit_id, "on": MON, "period": "morning", "period_id": 1, "bell_at": at(8)},
        **{"taken_at": at(8), "arrived_at": at(8), "judged_at": at(8), "role": "teacher"},
        **{"judged_by": "taken", "enrolled": 1, "present": 1, "digest": "0" * 64, "seq": 1},
    }
