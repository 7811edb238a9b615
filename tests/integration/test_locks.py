"""Two at once on PostgreSQL: neither waits for what the other waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.models import RollTally
from casework.services.rolls import tally
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.rolling import at, missing, opened, save

pytestmark = pytest.mark.postgres
PATIENCE = 3


@pytest.fixture
def database_url(postgres_url: str) -> str:
    return postgres_url


class Meeting:
    """Runs ``other`` while the first caller stands in the middle of its transaction."""

    def __init__(self, other: Callable[[], object]) -> None:
        self.now = clock.now()
        self.other = other
        self.faults: list[Exception] = []
        self.thread: threading.Thread | None = None

    def before(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*args: Any, **more: Any) -> Any:
            if self.thread is None:
                self.thread = threading.Thread(target=self._run)
                self.thread.start()
                self.thread.join(PATIENCE)
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
