"""No emergency ends too early: neither its watch on the casualties nor the reports it owes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from casework import clock
from casework.db import Database
from casework.errors import Refused
from casework.services import filing
from casework.text import Text
from casework.workflows.definitions.emergency.guards import WATCH_OVER
from casework.workflows.definitions.emergency.outside import UNTOLD
from tests.conftest import Frozen
from tests.factories import County, act, report
from tests.integration.reporting import figures, running
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
