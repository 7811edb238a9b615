"""Who knew earlier: the earliest knowledge counts, clocks tighten, lateness shows at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

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
from tests.integration.test_crossings import SCREEN

pytestmark = pytest.mark.one_database

RULE = "bullying.external_report"
KNEW = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
UPDATE: dict[str, Any] = {
    **dict.fromkeys(("statutory_grade", "school_grade"), "general"),
    **{"category": "injury", "dead": 0, "injured": 1, "missing": 0, "weapon": False},
    **{"summary": "摔伤", "measures": "送医"},
}


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


def reported_up(session: Session, county: County) -> Case:
    """An emergency with one injured child, reported to the bureau and received there."""
    case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    act(session, county["principal1"], case, "submit_initial_report", **UPDATE, place="操场")
    act(session, county["officer1"], case, "acknowledge")
    return case


def newest(session: Session, case: Case, rule: str) -> tuple[Clock, list[str]]:
    """The newest row of a rule, and its flags."""
    query = select(Clock).where(Clock.case_id == case.id, Clock.rule_id == rule)
    row = session.scalars(query.order_by(Clock.id.desc())).all()[0]
    return row, list(session.scalars(select(Flag.kind).where(Flag.clock_id == row.id)))


@pytest.mark.parametrize(
    ("action", "fields", "told"),
    [
        ("submit_update", {**UPDATE, "dead": 1, "change_reason": "抢救无效"}, True),
        ("amend_fact", {"field": "dead", "old": "0", "new_figure": 1, "reason": "补登"}, False),
    ],
)
def test_a_death_known_long_before_it_is_entered_is_reported_late(
    database: Database,
    county: County,
    frozen: Frozen,
    action: str,
    fields: dict[str, Any],
    told: bool,
) -> None:
    """The duty starts when the death was known; the report stops it when it really was made."""
    with database.transaction() as session:
        case = reported_up(session, county)
        known = frozen.forward(minutes=30)
        now = frozen.forward(hours=20)
        since = {"knower": "校长", "figure_known_at": known}
        act(session, county["lead1"], case, action, **fields, **since)
        row, flags = newest(session, case, "emergency.initial_report")
        assert (row.started_at, row.limit_at) == (known, known + timedelta(hours=1))
        assert row.stopped_at == (now if told else None)
        assert flags == ["late_report"]


def test_a_grade_given_now_is_not_as_old_as_the_figure_beside_it(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = reported_up(session, county)
        known, now = frozen.forward(minutes=30), frozen.forward(hours=20)
        graver = {**UPDATE, "injured": 2, "school_grade": "major", "weapon": True}
        told = {"change_reason": "复查", "knower": "校医", "figure_known_at": known}
        act(session, county["lead1"], case, "submit_update", **graver, **told)
        row, flags = newest(session, case, "emergency.initial_report")
        assert (row.started_at, flags) == (now, [])


def test_a_casualty_known_before_control_was_told_is_supplemented_late(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = reported_up(session, county)
        control = {"dead": 0, "injured": 1, "missing": 0, "remaining_risk": "无"}
        act(session, county["principal1"], case, "mark_controlled", **control)
        known = frozen.forward(minutes=30)
        frozen.forward(days=4)
        rise = {"field": "injured", "old": "1", "new_figure": 2, "reason": "补登", "knower": "校长"}
        act(session, county["lead1"], case, "amend_fact", **rise, figure_known_at=known)
        row, flags = newest(session, case, "emergency.supplement")
        assert (row.started_at, flags) == (known, ["late_supplement"])


@pytest.mark.parametrize(
    ("controlled", "action", "rule", "flag"),
    [
        (False, "submit_update", "emergency.initial_report", "late_report"),
        (True, "supplement", "emergency.supplement", "late_supplement"),
    ],
)
def test_since_when_a_figure_was_known_is_put_right_and_judged_again(
    database: Database,
    county: County,
    frozen: Frozen,
    controlled: bool,
    action: str,
    rule: str,
    flag: str,
) -> None:
    """A report in time by what was said is late by what is known; never the other way round."""
    with database.transaction() as session:
        case = reported_up(session, county)
        if controlled:
            control = {"dead": 0, "injured": 1, "missing": 0, "remaining_risk": "无"}
            act(session, county["principal1"], case, "mark_controlled", **control)
        known, now = frozen.forward(minutes=30), frozen.forward(days=4)
        told = {"change_reason": "抢救无效", "knower": "校长", "figure_known_at": "unknown"}
        act(session, county["lead1"], case, action, **{**UPDATE, "dead": 1}, **told)
        row, flags = newest(session, case, rule)
        assert (row.started_at, row.stopped_at, flags) == (now, now, [])
        right = {"field": "dead", "old": "1", "new_figure": 1, "reason": "核实", "knower": "校长"}
        act(session, county["officer1"], case, "amend_fact", **right, figure_known_at=now)
        assert newest(session, case, rule)[1] == []
        for since in (now - timedelta(hours=1), known):
            act(session, county["officer1"], case, "amend_fact", **right, figure_known_at=since)
        row, flags = newest(session, case, rule)
        assert (row.stopped_at, flags) == (now, [flag])
        assert row.limit_at is not None
        assert row.limit_at <= known + timedelta(hours=24)


@pytest.mark.parametrize("first", ["screen", "record_knowledge"])
def test_knowledge_speaks_of_the_case_as_it_stands_on_record(
    database: Database, county: County, frozen: Frozen, first: str
) -> None:
    """Recorded after the screening it is of the serious fact, too; before, only of the case."""
    with database.transaction() as session:
        case = file_bullying(session, county)
        learned = frozen.forward(hours=1)
        screened = frozen.forward(days=2)
        steps = {
            "screen": {**SCREEN, "severity": "serious"},
            "record_knowledge": {**KNEW, "learned_at": learned},
        }
        for action in (first, *({*steps} - {first})):
            act(session, county["officer1"], case, action, **steps[action])
        row, flags = newest(session, case, RULE)
        since = learned if first == "screen" else screened
        assert row.limit_at == since + timedelta(hours=2)
        assert flags == (["late_report"] if first == "screen" else [])


@pytest.mark.parametrize(("minutes", "late"), [(60, False), (180, True)])
def test_calls_before_the_screening_count_once_the_fact_is_known_to_be_older(
    database: Database, county: County, frozen: Frozen, minutes: int, late: bool
) -> None:
    """Nobody is asked to call twice, nor late by more than the call itself was."""
    with database.transaction() as session:
        case = file_bullying(session, county)
        lead, learned = county["lead1"], frozen.forward(hours=1)
        called = frozen.forward(minutes=minutes)
        for who in ("police", "bureau"):
            call = {"recipient": who, "called_at": called, "contact": "值班", "phone": "1"}
            act(session, lead, case, "record_report", **call)
        frozen.forward(days=2)
        act(session, lead, case, "screen", **{**SCREEN, "severity": "serious"})
        assert newest(session, case, RULE)[0].stopped_at is None
        for _ in range(2):  # a second record of the same changes nothing
            act(session, lead, case, "record_knowledge", **KNEW, learned_at=learned)
            row, flags = newest(session, case, RULE)
            assert (row.stopped_at, flags) == (called, ["late_report"] if late else [])


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


def test_a_serious_fact_of_a_new_round_starts_the_report_anew(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        other, case = file_bullying(session, county), file_bullying(session, county, weapon=True)
        lead = county["lead1"]
        call = {"contact": "值班", "phone": "1"}
        for who in ("police", "bureau"):
            told = {"recipient": who, "called_at": clock.now(), **call}
            act(session, lead, case, "record_report", **told)
        merging = {"other_case": other.number, "same_victim": True, "same_event": "同一事件"}
        asked = act(session, lead, case, "merge_duplicate", **merging).approval
        assert asked is not None
        approvals.decide(session, county["principal1"], asked.id, approve=True)
        known = frozen.forward(days=5)
        again = {"reason": "再次发生", "new_fact": "持刀殴打", "known_at": known}
        act(session, lead, case, "reopen", **again)
        assert external_report(session, case.id).round == 1  # nothing of it forces a report yet
        now = frozen.forward(hours=1)
        act(session, lead, case, "screen", **{**SCREEN, "severity": "criminal"})
        row = external_report(session, case.id)
        assert (row.round, row.started_at, row.stopped_at) == (2, now, None)
        late = frozen.forward(hours=3)
        for who in ("police", "bureau"):
            told = {"recipient": who, "called_at": late, **call}
            act(session, lead, case, "record_report", **told)
        row, flags = newest(session, case, RULE)
        assert (row.stopped_at, flags) == (late, ["late_report"])


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
