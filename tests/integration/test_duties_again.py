"""Duties judged again against a plain specification, whatever the order in which facts come out.

Filing and each outward report, made before or after it turns out who knew earlier.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.models import Case, Clock, Flag
from casework.services import filing
from tests.conftest import Frozen
from tests.factories import County, act, report

MON = date(2026, 9, 21)
KNEW = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
SLOWLY = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.one_database
def test_every_duty_is_late_by_the_earliest_knowledge_whatever_the_order(
    database: Database, county: County, frozen: Frozen
) -> None:
    """Filing and each outward report, reported before or after it turns out who knew earlier."""
    step = st.sampled_from(["learn", "police", "health", "bureau", "occurred"])

    @SLOWLY
    @example(0, [("learn", 101), ("health", 0)])
    @given(st.integers(0, 300), st.lists(st.tuples(step, st.integers(0, 600)), max_size=6))
    def check(before: int, walk: list[tuple[str, int]]) -> None:
        frozen.move_to(datetime.combine(MON, time(14), LOCAL))
        with database.rehearsal() as session:
            case = _food_poisoning(session, county, before)
            for name, minutes in walk:
                frozen.forward(minutes=20)
                standing = _flags(session, case)
                _step(session, county, case, name, minutes)
                assert standing <= _flags(session, case)  # none is lifted
            clocks = session.scalars(
                select(Clock).where(
                    Clock.case_id == case.id, Clock.rule_id == "emergency.initial_report"
                )
            ).all()
            assert {row.recipient for row in clocks} >= {"bureau", "health"}
            for row in clocks:
                limit = case.known_at + timedelta(hours=2)
                flagged = (row.rule_id, row.recipient, "late_report") in _flags(session, case)
                late = (row.stopped_at or clock.now()) > limit
                assert flagged is late or (row.stopped_at is None and not flagged), walk

    check()


def _food_poisoning(session: Session, county: County, before: int) -> Case:
    new = replace(
        report(county, "emergency", category="food"),
        known_at=clock.now() - timedelta(minutes=before),
    )
    return filing.file_case(session, county["lead1"], new)


def _step(session: Session, county: County, case: Case, name: str, minutes: int) -> None:
    back = clock.now() - timedelta(minutes=minutes)
    if name == "learn":
        act(session, county["officer1"], case, "record_knowledge", learned_at=back, **KNEW)
    elif name == "occurred":
        told = {"field": "occurred_at", "old": "-", "new": "-", "new_time": back, "reason": "监控"}
        act(session, county["officer1"], case, "amend_fact", **told)
    else:
        told = {"recipient": name, "called_at": clock.now(), "contact": "某", "phone": "110"}
        act(session, county["lead1"], case, "record_report", **told)


def _flags(session: Session, case: Case) -> set[tuple[str, str, str]]:
    query = select(Clock.rule_id, Clock.recipient, Flag.kind).join(Flag, Flag.clock_id == Clock.id)
    return {
        (row[0], row[1], row[2]) for row in session.execute(query.where(Flag.case_id == case.id))
    }
