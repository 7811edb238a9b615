"""Instants and figures that would bend clocks: refused at their field, or made harmless."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from casework import clock
from casework.db import Database
from casework.errors import Invalid, NotAllowed
from casework.models import Case, Clock, Escalation, Flag, Message, PrivateValue
from casework.services import filing, timeline
from casework.timeline.verifier import ChainFault
from tests.conftest import Frozen
from tests.factories import MONDAY, County, act, bullying, file_bullying, report
from tests.integration.sweeping import pass_at

pytestmark = pytest.mark.one_database

GRADES = {"statutory_grade": "major", "school_grade": "major"}
LOW = {"statutory_grade": "general", "school_grade": "general"}


def test_a_fact_from_another_age_is_refused(database: Database, county: County) -> None:
    made = bullying(county)
    for field in ("known_at", "occurred_at"):
        old = {field: clock.now() - timedelta(days=365 * 300)}
        with database.transaction() as session, pytest.raises(Invalid) as refused:
            filing.file_case(session, county["teacher1"], filing.NewCase(**{**_kept(made), **old}))
        assert list(refused.value.errors) == [field]


def _kept(made: filing.NewCase) -> dict[str, object]:
    return {name: getattr(made, name) for name in made.__slots__}


def test_an_old_fact_calls_the_city_once_and_not_for_every_day(
    database: Database, county: County, frozen: Frozen
) -> None:
    old = {"known_at": clock.now() - timedelta(days=730), "occurred_at": None}
    with database.transaction() as session:
        made = filing.NewCase(**{**_kept(bullying(county, weapon=True)), **old})
        filing.file_case(session, county["teacher1"], made)
    pass_at(database, frozen, MONDAY + timedelta(minutes=1))
    with database.reading() as session:
        assert session.scalar(select(func.count(Escalation.id))) < 60
        to_city = select(func.count(Message.id)).where(
            Message.user_id == county["city1"].user_id, Message.level == 4
        )
        assert session.scalar(to_city) <= session.scalar(select(func.count(Clock.id)))


def test_nothing_happens_before_anybody_knew(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = file_bullying(session, county)
        early = case.known_at - timedelta(days=40)
        with pytest.raises(Invalid) as refused:
            act(
                session,
                county["lead1"],
                case,
                "notify_guardians",
                side="victim",
                outcome="reached",
                told_at=early,
            )
        assert list(refused.value.errors) == ["told_at"]


def test_a_found_child_that_is_hurt_was_known_when_it_was_found(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        pupil = next(iter(county.pupils.values()))
        made = report_absence(county, pupil)
        case = filing.file_case(session, county["teacher1"], made)
        act(
            session,
            county["lead1"],
            case,
            "start_tracing",
            leader="安全主任",
            places_checked="操场",
        )
        found_at = clock.now()
        frozen.forward(hours=5)
        act(
            session,
            county["lead1"],
            case,
            "find",
            condition="injured",
            place="河边",
            handed_to="母亲",
            all_notified=True,
            found_at=found_at,
        )
        linked = session.scalars(select(Case).where(Case.case_type == "emergency")).one()
        assert linked.known_at == found_at
        rows = select(Clock).where(Clock.case_id == linked.id)
        starts = {row.rule_id: row.started_at for row in session.scalars(rows)}
        assert starts["emergency.initial_report"] == found_at
        late = select(Flag.rule_id).where(Flag.case_id == linked.id)
        assert "emergency.guardians" in session.scalars(late).all()


def report_absence(county: County, pupil: int) -> filing.NewCase:
    return filing.NewCase(
        case_type="absence",
        unit_id=county.units["K1"],
        title="早读未到",
        known_at=clock.now() - timedelta(minutes=2),
        fields={"student_id": pupil, "period": "morning", "strict": False},
    )


def test_a_report_of_the_school_lowers_no_grade(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
        figures = {"category": "injury", "dead": 0, "injured": 1, "missing": 0, "weapon": False}
        words = {"summary": "情况", "measures": "措施", "place": "操场"}
        act(
            session,
            county["principal1"],
            case,
            "submit_initial_report",
            **figures,
            **words,
            **GRADES,
        )
        act(session, county["officer1"], case, "acknowledge")
        del words["place"]
        act(session, county["lead1"], case, "submit_update", **figures, **words, **LOW)
        with pytest.raises(NotAllowed):
            act(session, county["officer1"], case, "regrade", **LOW, reason="较轻")


def test_a_forged_text_and_a_forged_state_are_found(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = file_bullying(session, county)
        timeline.verify(session)
        kept = session.scalars(select(PrivateValue)).first()
        assert kept is not None
        honest, kept.value = kept.value, "改过的话"
        session.flush()
        with pytest.raises(ChainFault, match="committed"):
            timeline.verify(session)
        kept.value, case.state = honest, "closed"
        session.flush()
        with pytest.raises(ChainFault, match="last step"):
            timeline.verify(session)


def test_a_figure_that_rises_after_the_report_is_marked(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = filing.file_case(session, county["teacher1"], report(county, "emergency"))
        figures = {"category": "injury", "dead": 0, "injured": 1, "missing": 0, "weapon": False}
        words = {"summary": "情况", "measures": "措施", "place": "操场"}
        amended = {"field": "injured", "old": "1", "reason": "复核", "knower": "校医"}
        lead = county["lead1"]
        act(session, lead, case, "amend_fact", **amended, new_figure=2)
        act(session, county["principal1"], case, "submit_initial_report", **figures, **words, **LOW)
        act(session, lead, case, "amend_fact", **amended, new_figure=3)
        act(session, lead, case, "amend_fact", **amended, new_figure=1)
        events = timeline.bodies(session, case.chain)
        marks = [
            "corrected_after_report" in event["data"]
            for event in events
            if event["action"] == "amend_fact"
        ]
        assert marks == [False, True, False]
