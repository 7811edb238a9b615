"""Who knew earlier: the earliest knowledge counts, clocks tighten, lateness shows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import Case, Clock, Flag
from casework.services import approvals, filing
from casework.services.reported import NewPerson
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying, report

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


HURT = NewPerson("", "injured")
GUARDIANS = "emergency.guardians"


def guardian_rows(session: Session, case: Case) -> list[Clock]:
    query = select(Clock).where(Clock.case_id == case.id, Clock.rule_id == GUARDIANS)
    return list(session.scalars(query.order_by(Clock.id)))


def test_guardians_of_who_is_named_as_hurt_count_from_the_earliest_knowledge(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        pupil = replace(HURT, student_id=county.pupils["2026001"])
        new = replace(report(county, "emergency", injured=0), people=(pupil,))
        case = filing.file_case(session, county["teacher1"], new)
        earlier = clock.now() - timedelta(hours=10)
        act(session, county["lead1"], case, "record_knowledge", learned_at=earlier, **KNEW)
        [row] = guardian_rows(session, case)
        assert row.target_at == earlier + timedelta(minutes=30)
        limit = earlier + timedelta(hours=2)
        flags = session.scalars(select(Flag).where(Flag.rule_id == GUARDIANS))
        assert [(flag.kind, flag.at) for flag in flags] == [("guardian_not_notified", limit)]


def test_who_was_hurt_only_later_is_not_told_of_late(
    database: Database, county: County, frozen: Frozen
) -> None:
    lead = county["lead1"]
    with database.transaction() as session:
        new = replace(report(county, "emergency", injured=0), known_at=None)
        case = filing.file_case(session, county["teacher1"], new)
        known = frozen.forward(hours=9)
        fields = {"old": "0", "new_figure": 1, "reason": "放学后呕吐", "knower": "校医"}
        act(session, lead, case, "amend_fact", field="injured", **fields)
        frozen.forward(minutes=5)
        earlier = known - timedelta(hours=12)
        act(session, lead, case, "record_knowledge", learned_at=earlier, **KNEW)
        [row] = guardian_rows(session, case)
        assert (row.started_at, row.limit_at) == (known, known + timedelta(hours=2))


def test_who_was_not_told_before_the_end_has_still_to_be_told(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
        nothing = {"reason": "误报", "witness": "值班教师", "emergency_call": False}
        asked = act(session, county["lead1"], case, "mark_not_event", **nothing).approval
        assert asked is not None
        approvals.decide(session, county["officer1"], asked.id, approve=True)
        known = frozen.forward(hours=1)
        again = {"reason": "确有学生受伤", "new_fact": "骨折", "known_at": known}
        act(session, county["lead1"], case, "reopen", **again)
        ended, row = guardian_rows(session, case)
        assert ended.stopped_by == "final:not_event"
        assert (row.round, row.stopped_at, row.started_at) == (2, None, known)
