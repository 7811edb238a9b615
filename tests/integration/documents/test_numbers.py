"""Numbers without gaps and without repeats: many writers at once, failures in between."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.db import Database
from casework.models import Document
from casework.services import timeline
from casework.services.documents import drafting, issuing, numbering
from casework.services.documents.drafting import Begun
from tests.factories import County
from tests.integration.documents import arranging as d

WRITERS = 20
FIELDS = {"next_steps": "继续救治", "cause": "正在核实"}


class Failed(Exception):
    """Something goes wrong after the number has been taken."""


def drafts(database: Database, county: County, folder: Path, count: int) -> list[int]:
    """So many reports of emergencies at one school, ready to be issued."""
    made = []
    with database.transaction() as session:
        for _ in range(count):
            case = d.filed_emergency(session, county)
            about = Begun(fields=FIELDS)
            document = drafting.begin(
                session, d.press(folder), county["lead1"], case.number, "emergency_report", about
            )
            made.append(document.id)
    return made


def test_twenty_writers_issue_at_once_without_a_gap_and_without_a_repeat(
    database: Database, county: County, tmp_path: Path
) -> None:
    ids = drafts(database, county, tmp_path, WRITERS + WRITERS // 4)
    press, together = d.press(tmp_path), Barrier(WRITERS)
    failing = set(ids[3::5])  # every fifth gives its number back

    def issue(document_id: int) -> None:
        if document_id in ids[:WRITERS]:
            together.wait(timeout=60)
        with database.transaction() as session:
            issuing.issue(session, press, county["deputy1"], document_id, 1)
            if document_id in failing:
                raise Failed

    with ThreadPoolExecutor(WRITERS) as pool:
        results = [pool.submit(issue, one) for one in ids]
    failed = {one for one, result in zip(ids, results, strict=True) if result.exception()}

    assert failed == failing
    assert all(isinstance(r.exception(), Failed) for r in results if r.exception())
    with database.reading() as session:
        rows = session.execute(
            select(Document.number, Document.symbol, Document.sha256).where(
                Document.state == "issued"
            )
        ).all()
        timeline.verify(session)
    assert sorted(row.number for row in rows) == list(range(1, len(ids) - len(failing) + 1))
    assert {row.symbol for row in rows} == {f"第{row.number}期" for row in rows}
    assert all(press.store.path(row.sha256).is_file() for row in rows)


one_take = st.tuples(
    st.sampled_from(("S1", "B1")),
    st.sampled_from("ab"),
    st.sampled_from((2026, 2027)),
    st.booleans(),
)
examples = count(1)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(takes=st.lists(one_take, max_size=25))
def test_each_series_counts_what_was_kept_and_nothing_else(
    database: Database, county: County, takes: list[tuple[str, str, int, bool]]
) -> None:
    example = next(examples)
    kept: dict[tuple[str, str, int], list[int]] = defaultdict(list)
    for code, series, year, keep in takes:
        name = f"{series}{example}"
        with database.transaction() if keep else database.rehearsal() as session:
            n = numbering.take(session, county.units[code], name, year)
            assert numbering.following(session, county.units[code], name, year) == n + 1
        if keep:
            kept[code, series, year].append(n)
        else:
            assert n == len(kept[code, series, year]) + 1

    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in kept.values())


@pytest.mark.parametrize("attempts", [3])
def test_a_rehearsed_issue_gives_its_number_to_the_next(
    database: Database, county: County, tmp_path: Path, attempts: int
) -> None:
    [document_id] = drafts(database, county, tmp_path, 1)
    press = d.press(tmp_path)
    for _ in range(attempts):
        with database.rehearsal() as session:
            found = issuing.issue(session, press, county["deputy1"], document_id, 1)
            assert found.number == 1
    with database.transaction() as session:
        assert issuing.issue(session, press, county["deputy1"], document_id, 1).number == 1
