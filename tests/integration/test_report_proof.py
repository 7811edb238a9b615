"""Reports and the chain of their case prove each other."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from casework.db import Database
from casework.errors import Refused
from casework.models import Event, Report
from casework.services import timeline
from casework.services.reports.content import hash_of
from casework.services.reports.listing import listing
from casework.timeline.verifier import ChainFault
from tests.conftest import Frozen
from tests.factories import County, act
from tests.integration.reporting import acknowledged, figures, reported, reports, whole_story

pytestmark = pytest.mark.one_database


def test_reports_and_chain_prove_each_other(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = whole_story(session, county, frozen)
        rows = reports(session, case)
        names = [(row.kind, row.n) for row in rows]
        assert names == [
            *(("initial", 1), ("update", 1), ("update", 2), ("supplement", 1), ("final", 1)),
        ]
        assert all(row.acknowledged_at and row.signed_at for row in rows)
        assert [row.injured for row in rows] == [1, 2, 2, 3, 3]
        assert [bool(row.relayed_at) for row in rows] == [True, True, True, False, False]
        for row in rows:
            event = select(Event.body).where(Event.case_key == case.chain, Event.seq == row.seq)
            assert hash_of(orjson.loads(session.scalar(event) or "")) == row.hash
        timeline.verify(session)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("hash", "0" * 64),
        ("injured", 0),
        ("n", 7),
        ("recipients", ["bureau", "police"]),
        ("acknowledged_at", None),
        ("signed_by", 1),
        ("superseded", True),
        ("previous_id", None),
    ],
)
def test_a_report_that_differs_from_its_event_is_found(
    database: Database, county: County, frozen: Frozen, column: str, value: Any
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        if column == "previous_id":
            change = {"place": "体育馆", "change_reason": "写错"}
            act(session, county["lead1"], case, "correct_report", **change)
        timeline.verify(session)
        setattr(reports(session, case)[-1], column, value)
        session.flush()
        with pytest.raises(ChainFault, match="report"):
            timeline.verify(session)
        session.rollback()


def test_a_missing_and_an_invented_report_are_found(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = reported(session, county)
        (row,) = reports(session, case)
        columns = [column.name for column in Report.__table__.columns if column.name != "id"]
        kept = {name: getattr(row, name) for name in columns}
        session.delete(row)
        session.flush()
        with pytest.raises(ChainFault, match="missing"):
            timeline.verify(session)
        session.add(Report(**kept))
        session.add(Report(**{**kept, "seq": 1, "n": 2}))
        session.flush()
        with pytest.raises(ChainFault, match="no event made"):
            timeline.verify(session)
        session.rollback()


STEPS = st.tuples(
    st.sampled_from(["submit_update", "correct_report", "acknowledge", "review_figures"]),
    st.integers(0, 5),
)
FORMS: dict[str, dict[str, Any]] = {
    "submit_update": {"change_reason": "复核", "knower": "校医", "figure_known_at": "unknown"},
    "correct_report": {"change_reason": "复核", "knower": "校医", "figure_known_at": "unknown"},
    "acknowledge": {},
    "review_figures": {"verdict": "confirmed", "evidence": "名册"},
}
LOGINS = {"submit_update": "lead1", "correct_report": "principal1"}


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(steps=st.lists(STEPS, min_size=2, max_size=8))
def test_numbers_have_no_gaps_whatever_comes(
    database: Database, county: County, steps: list[tuple[str, int]]
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        for action, injured in steps:
            given_now = {"submit_update": figures(injured), "correct_report": {"injured": injured}}
            fields = {**given_now.get(action, {}), **FORMS[action]}
            try:
                with session.begin_nested():
                    act(session, county[LOGINS.get(action, "officer1")], case, action, **fields)
            except Refused:
                session.expire_all()
        rows = reports(session, case)
        for kind in {row.kind for row in rows}:
            numbers = [row.n for row in rows if row.kind == kind and row.version == 1]
            assert numbers == list(range(1, len(numbers) + 1))
        for row in rows:
            versions = [one.version for one in rows if (one.kind, one.n) == (row.kind, row.n)]
            assert versions == list(range(1, len(versions) + 1))
            newest = row.version == len(versions)
            assert row.superseded is not newest
        instants = [change["at"] for change in listing(session, case)["figures"]]
        assert instants == sorted(instants)
        timeline.verify(session)
        session.rollback()
