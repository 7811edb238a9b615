"""The reports of an emergency: numbered, signed, received one by one, told to whom they concern."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from casework import clock
from casework.db import Database
from casework.errors import NotAllowed, Refused
from casework.models import Clock
from casework.services import timeline
from casework.services.reports.listing import listing
from casework.workflows.definitions.emergency import guards
from tests.conftest import Frozen
from tests.factories import County, act
from tests.integration.reporting import (
    acknowledged,
    figures,
    filed,
    reported,
    reports,
    running,
)

pytestmark = pytest.mark.one_database


def refusals(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [text.msgid for text in caught.value.refusals]


def test_a_report_waits_for_its_signature(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = reported(session, county)
        (initial,) = reports(session, case)
        assert (initial.kind, initial.n, initial.version) == ("initial", 1, 1)
        assert (initial.made_role, initial.signed_at) == ("safety_lead", None)
        with pytest.raises(NotAllowed):
            act(session, county["lead1"], case, "sign_report")
        act(session, county["deputy1"], case, "sign_report")
        assert initial.signed_by == county["deputy1"].user_id
        with pytest.raises(Refused) as caught:
            act(session, county["principal1"], case, "sign_report")
        assert refusals(caught) == [guards.UNSIGNED.refusal]


def test_a_missing_signature_has_its_clock(
    database: Database, county: County, frozen: Frozen
) -> None:
    """The report goes out without it, and the principal is reminded of it until it is there."""
    with database.transaction() as session:
        case = reported(session, county)
        (row,) = session.scalars(select(Clock).where(Clock.rule_id == "emergency.sign"))
        assert (row.owner, row.started_at, row.stopped_at) == ("principal", clock.now(), None)
        assert row.target_at == clock.now() + timedelta(hours=2)
        frozen.forward(hours=1)
        act(session, county["officer1"], case, "acknowledge")
        act(session, county["lead1"], case, "submit_update", **figures())
        assert "emergency.sign" in running(session, case), "two reports, one duty"
        act(session, county["principal1"], case, "sign_report")
        assert row.stopped_by == "sign_report"
        act(session, county["lead1"], case, "submit_update", **figures())
        act(session, county["principal1"], case, "submit_update", **figures())
        assert "emergency.sign" in running(session, case), "the own signature signs no other one"


def test_what_the_principal_reports_is_signed(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = filed(session, county)
        principal = county["principal1"]
        act(session, principal, case, "submit_initial_report", **figures(), place="操场")
        assert reports(session, case)[0].signed_by == principal.user_id
        assert "emergency.sign" not in running(session, case)


def test_each_report_starts_and_ends_its_own_wait_for_receipt(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        first = clock.now()
        assert "report.acknowledge" not in running(session, case)
        frozen.move_to(first + timedelta(hours=1))
        act(session, county["lead1"], case, "submit_update", **figures())
        row = session.scalars(
            select(Clock).where(Clock.rule_id == "report.acknowledge", Clock.stopped_at.is_(None))
        ).one()
        assert row.limit_at == clock.now() + timedelta(hours=1)
        frozen.move_to(clock.now() + timedelta(minutes=5))
        act(session, county["officer1b"], case, "acknowledge")
        assert (case.state, case.received_at) == ("responding", first)
        assert "report.acknowledge" not in running(session, case)
        by = [(one.acknowledged_at, one.acknowledged_by) for one in reports(session, case)]
        officers = county["officer1"].user_id, county["officer1b"].user_id
        assert by == [(first, officers[0]), (clock.now(), officers[1])]
        with pytest.raises(Refused):
            act(session, county["officer1"], case, "acknowledge")


def test_who_acted_for_the_school_acknowledges_nothing(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        act(session, county["officer1"], case, "submit_update", **figures())
        with pytest.raises(Refused):
            act(session, county["officer1"], case, "acknowledge")
        act(session, county["officer1b"], case, "acknowledge")


def test_a_call_before_the_receipt_entered_after_it_waits_for_nothing(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        called = clock.now() - timedelta(minutes=1)
        frozen.move_to(clock.now() + timedelta(minutes=3))
        told = {"recipient": "bureau", "contact": "值班员", "phone": "8001"}
        act(session, county["lead1"], case, "record_report", **told, called_at=called)
        assert "report.acknowledge" not in running(session, case)
        later = clock.now() - timedelta(minutes=1)
        act(session, county["lead1"], case, "record_report", **told, called_at=later)
        assert "report.acknowledge" in running(session, case)


def test_a_rise_after_the_report_asks_who_knew_it(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        with pytest.raises(Refused) as caught:
            act(session, county["lead1"], case, "submit_update", **figures(2))
        explained = [guards.CHANGES_EXPLAINED.refusal, guards.RISE_EXPLAINED.refusal]
        assert refusals(caught) == explained
        known = clock.now() - timedelta(minutes=2)
        why = {"change_reason": "又一人就医", "knower": "校医,昨晚", "figure_known_at": known}
        act(session, county["lead1"], case, "submit_update", **figures(2), **why)
        last = listing(session, case)["figures"][-1]
        assert (last["name"], last["before"], last["value"]) == ("injured", 1, 2)
        assert (last["known_at"], last["after_report"]) == (timeline.instant_text(known), True)
        assert last["verdict"] == "counts"


def test_a_corrected_figure_says_since_when_it_was_known(
    database: Database, county: County, frozen: Frozen
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        known = frozen.forward(hours=1)
        frozen.forward(hours=5)
        amended = {"field": "injured", "old": "1", "new_figure": 2, "reason": "又一人就医"}
        told = {"knower": "校医", "figure_known_at": known}
        act(session, county["lead1"], case, "amend_fact", **amended, **told)
        last = listing(session, case)["figures"][-1]
        assert (last["value"], last["known_at"]) == (2, timeline.instant_text(known))
        assert last["at"] == timeline.instant_text(clock.now())


def test_another_cause_in_a_later_report_asks_why(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        act(session, county["lead1"], case, "submit_update", **figures(cause="地面湿滑"))
        act(session, county["lead1"], case, "submit_update", **figures())
        with pytest.raises(Refused) as caught:
            act(session, county["lead1"], case, "submit_update", **figures(cause="器材松动"))
        assert refusals(caught) == [guards.CHANGES_EXPLAINED.refusal]
        why = {"cause": "器材松动", "change_reason": "现场勘验"}
        act(session, county["lead1"], case, "submit_update", **figures(**why))


@pytest.mark.parametrize(("verdict", "counts"), [("confirmed", 1), ("rejected", 4)])
def test_a_fall_waits_for_another_officer(
    database: Database, county: County, verdict: str, counts: int
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county, injured=4)
        why = {"change_reason": "重复统计"}
        act(session, county["lead1"], case, "submit_update", **figures(1), **why)
        assert "emergency.figures" in running(session, case)
        assert listing(session, case)["figures"][-1]["verdict"] == "waits"
        with pytest.raises(NotAllowed):
            act(
                session,
                county["principal1"],
                case,
                "review_figures",
                verdict=verdict,
                evidence="册",
            )
        act(session, county["officer1"], case, "review_figures", verdict=verdict, evidence="名册")
        assert "emergency.figures" not in running(session, case)
        last = listing(session, case)["figures"][-1]
        assert (last["verdict"], last["reviewed_by"]) == (verdict, county["officer1"].user_id)
        act(session, county["lead1"], case, "submit_update", **figures(counts))
        assert len(listing(session, case)["figures"]) == 4


def test_who_stated_the_lower_figure_does_not_review_it(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county, injured=4)
        lower = {
            "field": "injured",
            "old": "4",
            "new_figure": 3,
            "reason": "误报",
            "knower": "校医",
        }
        act(session, county["officer1"], case, "amend_fact", **lower)
        review = {"verdict": "confirmed", "evidence": "名册"}
        with pytest.raises(Refused):
            act(session, county["officer1"], case, "review_figures", **review)
        act(session, county["officer1b"], case, "review_figures", **review)


def test_a_correction_keeps_both_versions(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        with pytest.raises(Refused) as caught:
            act(session, county["lead1"], case, "correct_report", change_reason="写错")
        assert refusals(caught) == [guards.SOMETHING_CORRECTED.refusal]
        change = {"place": "体育馆", "change_reason": "地点写错"}
        act(session, county["lead1"], case, "correct_report", **change)
        old, new = reports(session, case)
        assert [(r.kind, r.n, r.version, r.superseded) for r in (old, new)] == [
            ("initial", 1, 1, True),
            ("initial", 1, 2, False),
        ]
        assert new.previous_id == old.id
        assert new.acknowledged_at is None
        act(session, county["lead1"], case, "submit_update", **figures())
        assert reports(session, case)[-1].n == 1
        timeline.verify(session)


def test_more_known_brings_more_recipients_and_revives_nothing(
    database: Database, county: County
) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county)
        assert reports(session, case)[0].recipients == ["bureau"]
        why = {"change_reason": "查明为食物中毒"}
        act(session, county["lead1"], case, "submit_update", **figures(category="food"), **why)
        assert reports(session, case)[-1].recipients == ["bureau", "health", "market"]
        duties = {name for name in running(session, case) if "initial_report" in name}
        assert duties == {"emergency.initial_report/health", "emergency.initial_report/market"}
        told = {"recipient": "health", "contact": "值班员", "phone": "8001"}
        now = clock.now()
        act(session, county["lead1"], case, "record_report", **told, called_at=now)
        act(
            session,
            county["officer1"],
            case,
            "regrade",
            school_grade="major",
            reason="影响大",
            statutory_grade="general",
        )
        duties = {name for name in running(session, case) if "initial_report" in name}
        assert {"emergency.initial_report/market", "emergency.initial_report/government"} <= duties


@pytest.mark.parametrize(
    ("fields", "recipient"),
    [
        ({"category": "violence"}, "police"),
        ({"missing": 1}, "police"),
        ({"sexual_harm": True}, "police"),
        ({"weapon": True}, "police"),
        ({"category": "public_health"}, "health"),
        ({"category": "network"}, "cyberspace"),
        ({"school_grade": "major"}, "government"),
        ({"dead": 10}, "government"),
    ],
)
def test_who_must_be_told(
    database: Database, county: County, fields: dict[str, Any], recipient: str
) -> None:
    with database.transaction() as session:
        case = filed(session, county, **fields)
        assert f"emergency.initial_report/{recipient}" in running(session, case)


def test_the_figures_are_a_floor_for_the_grade(database: Database, county: County) -> None:
    with database.transaction() as session:
        case = acknowledged(session, county, dead=3)
        assert reports(session, case)[0].statutory_grade == "large"
        low = {"statutory_grade": "general", "school_grade": "general", "reason": "较轻"}
        with pytest.raises(Refused) as caught:
            act(session, county["leader1"], case, "regrade", **low)
        assert refusals(caught) == [guards.ABOVE_FLOOR.refusal]
