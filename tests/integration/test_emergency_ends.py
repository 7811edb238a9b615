"""No emergency ends too early: neither its watch on the casualties nor the reports it owes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework import clock
from casework.clock import LOCAL
from casework.db import Database
from casework.errors import Invalid, Refused
from casework.models import Case
from casework.services import approvals, filing
from casework.text import Text
from casework.workflows.definitions.emergency import EMERGENCY
from casework.workflows.definitions.emergency.guards import WATCH_OVER
from casework.workflows.definitions.emergency.outside import UNTOLD
from casework.workflows.definitions.emergency.supplements import (
    CHANGED_FIGURES_STATED,
    SUPPLEMENT_MADE,
)
from tests.conftest import Frozen
from tests.factories import County, act, report
from tests.integration.reporting import figures, running
from tests.integration.test_knowledge import newest
from tests.integration.test_never_dodged import refusals
from tests.integration.test_never_dodged import told as call

pytestmark = pytest.mark.one_database


@pytest.fixture
def session(database: Database, county: County) -> Iterator[Session]:
    """One transaction for the whole test."""
    with database.transaction() as found:
        yield found


CALM = {"dead": 0, "injured": 1, "missing": 0, "remaining_risk": "无"}
BACK = {"field": "occurred_at", "old": "今天", "reason": "记错"}


@pytest.mark.parametrize("told", [True, False])
def test_no_other_time_of_the_event_ends_the_watch_on_the_casualties(
    session: Session, county: County, frozen: Frozen, told: bool
) -> None:
    new = report(county, "emergency")
    new = new if told else replace(new, occurred_at=None)
    case = filing.file_case(session, county["teacher1"], new)
    act(session, county["lead1"], case, "submit_initial_report", **figures(), place="操场")
    act(session, county["officer1"], case, "acknowledge")
    act(session, county["principal1"], case, "mark_controlled", **CALM)
    long_ago = clock.now() - timedelta(days=40)
    knew = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
    act(session, county["lead1"], case, "record_knowledge", learned_at=long_ago, **knew)
    act(session, county["lead1"], case, "amend_fact", new_time=long_ago, **BACK)
    rise = {"field": "injured", "old": "1", "new_figure": 2, "reason": "就医", "knower": "校医"}
    act(session, county["lead1"], case, "amend_fact", **rise)
    assert "emergency.supplement" in running(session, case)
    act(session, county["officer1"], case, "refute", reason="并非事件")
    frozen.forward(days=29)
    assert WATCH_OVER.refusal in refusals(session, county, case, "officer1", "close")
    frozen.forward(days=2)
    assert WATCH_OVER.refusal not in refusals(session, county, case, "officer1", "close")


def test_no_emergency_closes_over_a_report_that_nobody_made(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    food = {**figures(), "category": "food", "place": "食堂"}
    act(session, county["lead1"], case, "submit_initial_report", **food)
    act(session, county["officer1"], case, "acknowledge")
    act(session, county["officer1"], case, "refute", reason="并非事件")
    frozen.forward(days=40)
    missing = [Text("Health and disease control"), Text("Market supervision")]
    with pytest.raises(Refused) as refused:
        act(session, county["officer1"], case, "close")
    assert refused.value.refusals == [Text(UNTOLD, {"recipients": missing})]
    call(session, county, case, "health")
    with pytest.raises(Refused) as refused:
        act(session, county["officer1"], case, "close")
    assert refused.value.refusals == [Text(UNTOLD, {"recipients": missing[1:]})]
    call(session, county, case, "market")
    act(session, county["officer1"], case, "close")
    assert case.state == "closed"


WHY = {"change_reason": "就医", "knower": "校医", "figure_known_at": "unknown"}
RISE = {"field": "injured", "old": "1", "new_figure": 2, "reason": "就医", "knower": "校医"}


def controlled(session: Session, county: County) -> Case:
    case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
    act(session, county["lead1"], case, "submit_initial_report", **figures(), place="操场")
    act(session, county["officer1"], case, "acknowledge")
    act(session, county["principal1"], case, "mark_controlled", **CALM)
    return case


@pytest.mark.parametrize("action", ["submit_update", "correct_report", "supplement"])
def test_a_changed_figure_is_reported_wherever_the_case_has_moved(
    session: Session, county: County, frozen: Frozen, action: str
) -> None:
    """Losing control takes no duty away; the next report that states the figures meets it."""
    case = controlled(session, county)
    act(session, county["lead1"], case, "amend_fact", **RISE)
    act(session, county["lead1"], case, "lose_control", flare_up="复燃")
    frozen.forward(hours=1)
    if action == "supplement":
        act(session, county["principal1"], case, "mark_controlled", **{**CALM, "injured": 2})
    form = {field.name for field in EMERGENCY.action(action).fields}
    stated = {name: value for name, value in (figures(2) | WHY).items() if name in form}
    vague = {**stated, "injured": "unknown"}
    with pytest.raises(Refused) as refused:
        act(session, county["lead1"], case, action, **vague)
    assert Text(CHANGED_FIGURES_STATED.refusal) in refused.value.refusals
    assert "emergency.supplement" in running(session, case)
    act(session, county["lead1"], case, action, **stated)
    assert "emergency.supplement" not in running(session, case)


def test_no_event_that_comes_back_freezes_no_figures(session: Session, county: County) -> None:
    new = report(county, "emergency")
    case = filing.file_case(
        session, county["teacher1"], replace(new, people=(), fields={**new.fields, "injured": 0})
    )
    seen = {"reason": "演练", "witness": "门卫", "emergency_call": False}
    waits = act(session, county["lead1"], case, "mark_not_event", **seen).approval
    assert waits is not None
    approvals.decide(session, county["principal1"], waits.id, approve=True)
    anew = {"reason": "有人受伤", "new_fact": "学生摔伤", "known_at": clock.now()}
    act(session, county["lead1"], case, "reopen", **anew)
    act(session, county["lead1"], case, "submit_initial_report", **figures(), place="操场")
    assert case.state == "reported_up"
    assert "emergency.supplement" not in running(session, case)


def test_a_change_on_the_last_evening_of_the_watch_is_reported_before_the_case_closes(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = controlled(session, county)
    act(session, county["officer1"], case, "refute", reason="并非事件")
    last = (case.occurred_at or case.known_at).astimezone(LOCAL) + timedelta(days=30)
    frozen.move_to(last.replace(hour=23, minute=30))
    act(session, county["lead1"], case, "amend_fact", **RISE)
    frozen.forward(hours=2)
    told = refusals(session, county, case, "officer1", "close")
    assert SUPPLEMENT_MADE.refusal in told
    assert WATCH_OVER.refusal not in told
    act(session, county["lead1"], case, "supplement", **figures(2), **WHY)
    assert SUPPLEMENT_MADE.refusal not in refusals(session, county, case, "officer1", "close")


def test_a_figure_known_inside_the_watch_is_owed_whenever_it_is_typed(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = controlled(session, county)
    known = frozen.forward(days=3)
    frozen.forward(days=40)
    act(session, county["lead1"], case, "amend_fact", **RISE)
    assert "emergency.supplement" not in running(session, case)
    later = {**RISE, "old": "2", "new_figure": 3, "figure_known_at": known}
    act(session, county["lead1"], case, "amend_fact", **later)
    row, _ = newest(session, case, "emergency.supplement")
    assert (row.started_at, row.stopped_at) == (known, None)


def test_nothing_is_known_before_the_event_nor_in_another_age(
    session: Session, county: County, frozen: Frozen
) -> None:
    case = controlled(session, county)
    frozen.forward(hours=1)
    before = min(case.known_at, case.occurred_at or case.known_at) - timedelta(hours=1)
    with pytest.raises(Invalid) as early:
        act(session, county["lead1"], case, "amend_fact", **RISE, figure_known_at=before)
    assert set(early.value.errors) == {"figure_known_at"}
    knew = {"knower": "门卫", "post": "保安", "evidence": "值班记录"}
    ago = clock.now() - timedelta(days=70 * 365)
    with pytest.raises(Invalid) as old:
        act(session, county["lead1"], case, "record_knowledge", learned_at=ago, **knew)
    assert set(old.value.errors) == {"learned_at"}
