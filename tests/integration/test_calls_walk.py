"""Whatever people do in whatever order: a level is never left without anybody who must answer."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.errors import CaseworkError
from casework.jobs import tasks
from casework.models import Away, Call, Clock, Escalation, User
from casework.services.actors import load_actor
from casework.services.calls import answering
from casework.services.policy import Policy
from tests.databases import Settled, in_info, lay
from tests.factories import MONDAY, County, file_bullying

PEOPLE = ("officer1", "officer1b", "leader1", "city1", "principal1", "lead1", "deputy1")
STEPS = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 45)),
    st.tuples(st.just("away"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("close"), st.sampled_from(PEOPLE)),
    st.tuples(st.just("answer"), st.sampled_from(PEOPLE)),
)


class Walk:
    """One armed case, and what happens around it."""

    def __init__(self, database: Database, county: County) -> None:
        self.database, self.county, self.at = database, county, MONDAY
        with clock.at(self.at), database.transaction() as session:
            file_bullying(session, county, weapon=True)

    def wait(self, minutes: int) -> None:
        self.at += timedelta(minutes=minutes)

    def away(self, login: str) -> None:
        user_id = self.county[login].user_id
        with self.database.transaction() as session:
            session.add(
                Away(
                    user_id=user_id,
                    reason="sick",
                    from_at=self.at,
                    recorded_by=user_id,
                    recorded_at=self.at,
                )
            )

    def close(self, login: str) -> None:
        with self.database.transaction() as session:
            session.get_one(User, self.county[login].user_id).disabled_at = self.at

    def answer(self, login: str) -> None:
        """Acknowledge whatever one can."""
        with self.database.reading() as session:
            open_ones = session.scalars(
                select(Escalation.id).where(
                    Escalation.level.is_not(None), Escalation.acknowledged_at.is_(None)
                )
            ).all()
        for escalation_id in open_ones:
            try:
                with self.database.transaction() as session:
                    actor = load_actor(session, self.county[login].user_id or 0, self.at)
                    answering.acknowledge(session, actor, escalation_id)
            except CaseworkError:
                continue

    def step(self, name: str, value: Any) -> None:
        with clock.at(self.at):
            getattr(self, name)(value)
        with clock.at(self.at):
            assert tasks.sweep(self.database, timedelta(minutes=1)).failed == []
        self.check()

    def check(self) -> None:
        with self.database.reading() as session:
            calls = session.scalars(select(Call).order_by(Call.id)).all()
            levels = session.scalars(select(Escalation).where(Escalation.level.is_not(None))).all()
            running = set(session.scalars(select(Clock.id).where(Clock.stopped_at.is_(None))))
            top = {
                row.clock_id: max(o.level or 0 for o in levels if o.clock_id == row.clock_id)
                for row in levels
            }
        waiting = Counter(call.escalation_id for call in calls if call.ended_at is None)
        assert not [one for one, n in waiting.items() if n > 1], "two people at once"
        for row in levels:
            mine = [call for call in calls if call.escalation_id == row.id]
            called = [call for call in mine if call.outcome != "passed_over"]
            asked = [call.user_id for call in called if call.user_id is not None]
            assert len(asked) == len(set(asked)), "somebody was called twice"
            assert [call.position for call in mine] == list(range(1, len(mine) + 1))
            if row.acknowledged_at is not None:
                assert not waiting[row.id]
            elif row.clock_id in running and row.level == top[row.clock_id]:
                ended_above = any(call.outcome in ("nobody", "overtaken") for call in mine)
                assert waiting[row.id] or ended_above, "a level that nobody must answer"
        for call in calls:
            if call.ended_at is None and call.due_at is not None:
                assert call.due_at > self.at, "a call that nobody went on from"


@settings(
    max_examples=8,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(STEPS, min_size=4, max_size=10))
def test_a_level_is_never_left_alone(
    settled: Settled, policy: Policy, tmp_path: Path, steps: list[tuple[str, Any]]
) -> None:
    database = Database(lay(settled.path, tmp_path / "walk.db"), in_info(policy))
    walk = Walk(database, settled.county)
    for name, value in steps:
        walk.step(name, value)
    database.dispose()
