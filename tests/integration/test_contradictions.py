"""Contradicted attestations against a plain specification, whatever the order of what happens.

Filing, attesting, signalling, merging, changing the type, taking a signal up again and learning who
knew earlier.
"""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, time

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.clock import LOCAL
from casework.db import Database
from casework.errors import CaseworkError
from casework.models import Case, Contradiction, Flag, Unit
from casework.permissions import SYSTEM
from casework.services import school_days, timeline
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.contradicting import STEPS, World

MON = date(2026, 9, 21)
SLOWLY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
TWICE = [("sign", 1), ("sign", 2), ("file", 20)]
"""Known at 09:00, "nothing" at 11:00 and 20:00 of that day, filed in the night: both are untrue."""


@pytest.mark.one_database
def test_a_contradiction_is_found_exactly_when_there_is_one(
    database: Database, county: County, frozen: Frozen
) -> None:
    frozen.move_to(datetime.combine(date(2026, 8, 31), time(9), LOCAL))
    with database.transaction() as session:
        days = date(2026, 9, 1), date(2027, 1, 20)
        twice = ("sensitive", "敏感时段", *days, 2)
        school_days.add_special(session, SYSTEM, county.units["B1"], *twice)
    often = ["sign", "sign", "sign", "file", "file", "learn", *STEPS]

    @SLOWLY
    @example(TWICE)
    @given(st.lists(st.tuples(st.sampled_from(often), st.integers(0, 60)), min_size=4, max_size=10))
    def check(walk: list[tuple[str, int]]) -> None:
        frozen.move_to(datetime.combine(MON, time(8), LOCAL))
        with database.rehearsal() as session:
            world = World(session, county, frozen)
            for name, hours in walk:
                frozen.forward(hours=3 if hours % 2 else 9)
                with suppress(CaseworkError):  # refused: nothing has changed
                    STEPS[name](world, hours)
            rows = session.scalars(select(Contradiction)).all()
            for one in world.known:
                ids = {case.id for case in one.cases}
                found = [row.zero_report_id for row in rows if row.case_id in ids]
                assert sorted(found) == sorted(one.found), walk
            _nothing_tells_the_school(session, county, [row.case_id for row in rows])
            timeline.verify(session)

    check()


def _nothing_tells_the_school(session: Session, county: County, ids: list[int]) -> None:
    """What went past the school stands on its case, and neither at the day nor on the chain."""
    unit = session.get_one(Unit, county.units["S1"])
    told = [
        b["data"] for b in timeline.bodies(session, unit.chain) if "contradicted" in b["action"]
    ]
    for case in (session.get_one(Case, one) for one in ids):
        hidden = case.source == "past_school"
        assert (case.number in {data["case"] for data in told}) is not hidden
        at_case = select(Flag).where(Flag.case_id == case.id, Flag.kind == "suspected_omission")
        assert not hidden or session.scalars(at_case).first() is not None
