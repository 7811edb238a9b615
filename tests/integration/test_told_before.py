"""Whoever was told was told: before a fact is typed, and before the case changes its type."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.models import Case, Clock, Flag
from casework.services import approvals, filing
from tests.conftest import Frozen
from tests.factories import County, act, file_bullying, report
from tests.integration.test_crossings import SCREEN
from tests.integration.test_knowledge import UPDATE, reported_up

pytestmark = pytest.mark.one_database

INITIAL = "emergency.initial_report"


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """A transaction in the county."""
    with database.transaction() as opened:
        yield opened


def call(session: Session, county: County, case: Case, whom: str) -> datetime:
    """Call somebody now, and record it at once."""
    at = clock.now()
    said = {"called_at": at, "contact": "值班室", "phone": "110"}
    act(session, county["lead1"], case, "record_report", recipient=whom, **said)
    return at


def rows(session: Session, case: Case, rule: str = INITIAL) -> list[Clock]:
    """The rows of a rule, oldest first."""
    query = select(Clock).where(Clock.case_id == case.id, Clock.rule_id == rule)
    return list(session.scalars(query.order_by(Clock.id)))


def late(session: Session, case: Case) -> list[str]:
    """The rules whose report was flagged as late."""
    query = select(Flag.rule_id).where(Flag.case_id == case.id, Flag.kind == "late_report")
    return [str(rule) for rule in session.scalars(query)]


def retyped(session: Session, county: County, case: Case, case_type: str) -> Case:
    """The case that goes on as another type."""
    chosen = {"case_type": case_type, "reason": "重新认定"}
    approval = act(session, county["principal1"], case, "retype", **chosen).approval
    assert approval is not None
    approvals.decide(session, county["officer1"], approval.id, approve=True)
    return session.scalars(select(Case).order_by(Case.id.desc())).first() or case


@pytest.mark.parametrize("fact", [{"category": "violence"}, {"missing": 1}])
def test_the_police_called_before_the_kind_was_typed_are_told(
    session: Session, county: County, frozen: Frozen, fact: dict[str, Any]
) -> None:
    case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    call(session, county, case, "police")
    frozen.forward(minutes=5)
    told = {**UPDATE, "place": "操场", **fact}
    act(session, county["principal1"], case, "submit_initial_report", **told)
    police = [row for row in rows(session, case) if row.recipient == "police"]
    assert [(row.stopped_by, row.stopped_at) for row in police] == [("report:police", clock.now())]


@pytest.mark.parametrize("called", [True, False])
@pytest.mark.parametrize("wrote", ["submit_update", "amend_fact"])
def test_a_death_told_by_telephone_before_it_is_typed_is_not_late(
    session: Session, county: County, frozen: Frozen, wrote: str, *, called: bool
) -> None:
    """What was written in between said nothing of the death, and counts for nothing."""
    case = reported_up(session, county)
    known = frozen.forward(hours=1)
    same = {**UPDATE, "change_reason": "x"}
    act(session, county["lead1"], case, "submit_update", **same)
    frozen.forward(minutes=5)
    at = call(session, county, case, "bureau") if called else None
    frozen.forward(minutes=65)
    since = {"knower": "校长", "figure_known_at": known}
    steps: dict[str, dict[str, Any]] = {
        "submit_update": {**same, "dead": 1},
        "amend_fact": {"field": "dead", "old": "0", "new_figure": 1, "reason": "补登"},
    }
    act(session, county["lead1"], case, wrote, **steps[wrote], **since)
    row = rows(session, case)[-1]
    typed = clock.now() if wrote == "submit_update" else None
    assert (row.started_at, row.stopped_at) == (known, at or typed)
    assert late(session, case) == ([] if called else [INITIAL])


def test_who_was_told_of_bullying_is_not_asked_for_again_by_the_emergency(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county, weapon=True)
    at = [call(session, county, case, whom) for whom in ("police", "bureau")]
    frozen.forward(hours=5)
    other = retyped(session, county, case, "emergency")
    assert sorted(row.recipient for row in rows(session, other)) == ["bureau", "police"]
    assert [row.stopped_at for row in rows(session, other)] == at
    assert late(session, other) == []


def test_who_was_told_of_the_emergency_is_told_of_the_bullying(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    told = {**UPDATE, "place": "操场", "category": "violence", "weapon": True}
    act(session, county["principal1"], case, "submit_initial_report", **told)
    call(session, county, case, "police")
    frozen.forward(hours=5)
    other = retyped(session, county, case, "bullying")
    owed = rows(session, other, "bullying.external_report")
    assert [row for row in owed if row.stopped_at is None] == []
    assert not {INITIAL, "bullying.external_report"} & set(late(session, other))


def test_calls_older_than_the_serious_fact_settle_nothing_by_a_change_of_type(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = file_bullying(session, county)
    for whom in ("police", "bureau"):
        call(session, county, case, whom)
    screened = frozen.forward(hours=5)
    act(session, county["officer1"], case, "screen", **{**SCREEN, "severity": "serious"})
    frozen.forward(hours=1)
    other = retyped(session, county, case, "emergency")
    (owed,) = rows(session, other, "bullying.external_report")
    assert (owed.stopped_at, owed.limit_at) == (None, screened + timedelta(hours=2))


@pytest.mark.parametrize("real", [False, True])
def test_what_the_bureau_refutes_owes_no_report_unless_it_was_an_event(
    session: Session, county: County, frozen: Frozen, *, real: bool
) -> None:
    case = filing.file_case(session, county["teacher1"], report(county, "emergency", injured=0))
    told = {**UPDATE, "place": "操场", "category": "violence", "injured": 0}
    act(session, county["principal1"], case, "submit_initial_report", **told)
    frozen.forward(minutes=5)
    act(session, county["officer1"], case, "refute", reason="演练，未发生")
    assert [row.recipient for row in rows(session, case) if row.stopped_at is None] == []
    doubted = frozen.forward(hours=1)
    if real:
        act(session, county["lead1"], case, "lose_control", flare_up="确有其事")
    owed = [(r.recipient, r.started_at) for r in rows(session, case) if r.stopped_at is None]
    assert owed == ([("police", doubted)] if real else [])
