"""The order of lists, on both databases: by tone, then by instant, page after page."""

from __future__ import annotations

import pytest

from casework.db import Database
from casework.services.filing import file_case
from casework.services.pages import queue
from casework.services.pages.case_filters import Filters
from casework.services.pages.clocks import WORST_FIRST
from casework.services.pages.queue import CaseRow, queue_page
from casework.services.pages.today import today_page
from tests.conftest import Frozen
from tests.factories import County, bullying


@pytest.fixture
def spread(database: Database, county: County, frozen: Frozen) -> int:
    """Cases of every age, and with them duties in every tone."""
    ages = (400, 900, 60, 35, 20, 1)
    for minutes in ages:
        with database.transaction() as session:
            file_case(session, county["teacher1"], bullying(county))
        frozen.forward(minutes=minutes)
    return len(ages)


def key(row: CaseRow) -> tuple[int, object]:
    assert row.clock
    assert row.clock.due
    return WORST_FIRST.index(row.clock.due.tone), row.clock.due.at


def test_the_worst_tone_comes_first_then_the_nearest_instant(
    database: Database, county: County, spread: int
) -> None:
    with database.reading() as session:
        rows = queue_page(session, county["lead1"], Filters()).rows
        duties = today_page(session, county["lead1"]).duties

    assert len(rows) == spread
    assert [key(row) for row in rows] == sorted(key(row) for row in rows)
    shown = [duty.clock.due for duty in duties]
    order = [(WORST_FIRST.index(due.tone), due.at) for due in shown if due]
    assert order == sorted(order)
    assert len({tone for tone, _ in order}) > 2


def test_pages_hold_together_while_time_goes_on(
    database: Database,
    county: County,
    spread: int,
    frozen: Frozen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(queue, "PAGE", 2)
    seen, cursor = [], None
    while True:
        with database.reading() as session:
            page = queue_page(session, county["lead1"], Filters(), cursor)
        seen += [row.number for row in page.rows]
        cursor = page.next_cursor
        if cursor is None:
            break
        frozen.forward(minutes=45)

    assert len(seen) == spread
    assert len(set(seen)) == spread
