"""Who knew earlier: the earliest knowledge counts, clocks tighten, lateness shows at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import Clock, Flag
from casework.services import approvals
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying

pytestmark = pytest.mark.one_database

RULE = "bullying.external_report"
KNEW = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}


def external_report(session: Session, case_id: int) -> Clock:
    query = select(Clock).where(Clock.case_id == case_id, Clock.rule_id == RULE)
    return session.scalars(query.order_by(Clock.id.desc())).all()[0]


def test_earlier_knowledge_tightens_the_report_and_flags_it(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = file_bullying(session, county, weapon=True)
        case_id, known_at = case.id, case.known_at
        before = external_report(session, case_id)
        assert before.started_at == known_at
        limit_before = before.limit_at
        earlier = clock.now() - timedelta(hours=3)
        act(session, county["lead1"], case, "record_knowledge", learned_at=earlier, **KNEW)
        assert case.known_at == earlier
    with database.reading() as session:
        row = external_report(session, case_id)
        assert row.limit_at == earlier + timedelta(hours=2)
        assert limit_before is not None
        assert row.limit_at < limit_before
        flags = session.scalars(select(Flag).where(Flag.case_id == case_id, Flag.rule_id == RULE))
        assert [(flag.kind, flag.at) for flag in flags] == [("late_report", row.limit_at)]


def test_later_knowledge_moves_nothing(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = file_bullying(session, county, weapon=True)
        before = external_report(session, case.id).limit_at
        known_at = case.known_at
        act(session, county["lead1"], case, "record_knowledge", learned_at=clock.now(), **KNEW)
        assert case.known_at == known_at
        assert external_report(session, case.id).limit_at == before


def test_reopening_asks_again_for_a_report_that_was_never_made(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        other = file_bullying(session, county)
        case = file_bullying(session, county, weapon=True)
        lead = county["lead1"]
        merging = {"other_case": other.number, "same_victim": True, "same_event": "同一事件"}
        asked = act(session, lead, case, "merge_duplicate", **merging).approval
        assert asked is not None
        approvals.decide(session, county["principal1"], asked.id, approve=True)
        assert (case.state, external_report(session, case.id).stopped_by) == ("merged", "merged")
        known = frozen.forward(hours=1)
        again = {"reason": "另有其人", "new_fact": "另一名学生参与", "known_at": known}
        act(session, lead, case, "reopen", **again)
        row = external_report(session, case.id)
        assert (row.round, row.stopped_at, row.started_at) == (2, None, known)
