"""10,000 pupils from a sheet, against a bare Core insert of the same rows in the same run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, insert

from casework.db import Database
from casework.models import Base, Student
from casework.permissions import SYSTEM
from casework.services.importing import run
from casework.services.policy import Policy
from tests.conftest import Frozen
from tests.databases import in_info
from tests.factories import County, make_county
from tests.unit.test_import_sheets import book, text

PUPILS = 10_000
ROUNDS = 3
HEAD = ("学籍号", "姓名", "性别", "学校", "年级", "班级")
LINES = [HEAD] + [
    (f"G37010220150101{n:05}", f"学生{n}", "女", "东山县第一中学", "七年级", f"{n % 2 + 1}班")
    for n in range(PUPILS)
]


@pytest.fixture
def embedded(sqlite_url: str, policy: Policy, frozen: Frozen) -> tuple[Database, County]:
    database = Database(sqlite_url, in_info(policy))
    with database.transaction() as session:
        return database, make_county(session)


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def bare(path: Path, class_id: int) -> float:
    """The same rows by one Core statement into an empty file."""
    engine = create_engine(f"sqlite:///{path}")
    Base.metadata.create_all(engine)
    rows = [{"unit_id": class_id, "code": c, "name": n, "gender": "female"} for c, n, *_ in LINES]

    def work() -> None:
        with engine.begin() as connection:
            connection.execute(insert(Student), rows)

    took = seconds(work)
    engine.dispose()
    return took


def test_ten_thousand_pupils(embedded: tuple[Database, County], tmp_path: Path) -> None:
    database, county = embedded
    sheets = {"xlsx": book(LINES), "csv": text(LINES, "gb18030")}

    def take(data: bytes) -> run.Outcome:
        parsed = run.parse("students", data)
        with database.transaction() as session:
            return run.carry_out(session, SYSTEM, parsed)

    first = seconds(lambda: take(sheets["xlsx"]))
    again = {
        name: statistics.median(seconds(lambda data=data: take(data)) for _ in range(ROUNDS))
        for name, data in sheets.items()
    }
    base = statistics.median(bare(tmp_path / f"{n}.db", county.units["K1"]) for n in range(ROUNDS))
    print(f"\nimport of {PUPILS:,} pupils (.xlsx): {first:.2f} s, bare insert {base:.3f} s,")
    print(f"ratio {first / base:.1f}; unchanged: {again['xlsx']:.2f} s, .csv {again['csv']:.2f} s")
    assert take(sheets["csv"]).unchanged == PUPILS
