"""An accident with one pupil hurt, from the first call to the end of the casualty watch."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from casework.db import Database
from casework.demo.script import Ago, Ahead, Login, Part
from casework.workflows.definitions.emergency.states import STATES
from tests.conftest import Frozen
from tests.factories import FIELDS, County
from tests.integration.doors import HttpDoor, ServiceDoor
from tests.integration.storytelling import Report, Sight, Tale, Teller, does

pytestmark = pytest.mark.one_database


def figures(injured: int) -> dict[str, Any]:
    """What each report states."""
    return {**FIELDS["emergency"], "injured": injured}


ACCIDENT = Tale(
    Report(
        "emergency",
        "K1",
        "teacher1",
        figures(1),
        (("injured", "2026001"),),
        starts="emergency.phone emergency.verify emergency.initial_report/bureau"
        " emergency.guardians emergency.on_site evidence.video",
    ),
    (
        does(
            "teacher1",
            "inform_principal",
            "received",
            "2 minutes",
            informed="校长",
            informed_at=Ago(1),
            stops="emergency.phone",
        ),
        does(
            "lead1",
            "start_verification",
            "verifying",
            "4 minutes",
            callback_number="8012",
            called_back_at=Ago(1),
        ),
        does(
            "principal1",
            "record_on_site",
            "verifying",
            "5 minutes",
            leader="校长",
            arrived_at=Ago(2),
            plan_id="伤害预案",
            lead_department="安全处",
            stops="emergency.on_site",
        ),
        does(
            "teacher1",
            "notify_guardians",
            "verifying",
            "4 minutes",
            person_id=Part("injured"),
            outcome="reached",
            told_at=Ago(1),
            stops="emergency.guardians",
        ),
        does(
            "principal1",
            "submit_initial_report",
            "reported_up",
            "3 minutes",
            **figures(1),
            place="操场",
            starts="emergency.relay report.acknowledge",
            stops="emergency.verify emergency.initial_report/bureau",
        ),
        does(
            "officer1",
            "acknowledge",
            "responding",
            "9 minutes",
            starts="emergency.update",
            stops="report.acknowledge",
        ),
        does(
            "officer1",
            "record_relay",
            "responding",
            "20 minutes",
            superior="city_bureau",
            relayed_at=Ago(5),
            receipt_number="未出具",
            stops="emergency.relay",
        ),
        does(
            "lead1",
            "secure_evidence",
            "responding",
            "1 hours",
            kind="video",
            lost=False,
            saved_at=Ago(5),
            kept_by="监控室",
            stops="evidence.video",
        ),
        does(
            "lead1",
            "submit_update",
            "responding",
            "10 hours",
            **figures(1),
            starts="emergency.sign emergency.update report.acknowledge",
            stops="emergency.update",
        ),
        does("principal1", "sign_report", "responding", "30 minutes", stops="emergency.sign"),
        does(
            "officer1",
            "acknowledge",
            "responding",
            "5 minutes",
            stops="report.acknowledge",
        ),
        does(
            "principal1",
            "mark_controlled",
            "controlled",
            "10 hours",
            dead=0,
            injured=1,
            missing=0,
            remaining_risk="无",
            starts="emergency.decide emergency.final_report",
            stops="emergency.update",
        ),
        # A figure that rises after the report must be told within the watch.
        does(
            "lead1",
            "amend_fact",
            "controlled",
            "5 hours",
            field="injured",
            old="1",
            new_figure=2,
            reason="次日又有一人就医",
            knower="校医,今晨",
            figure_known_at="unknown",
            starts="emergency.supplement",
        ),
        does(
            "lead1",
            "supplement",
            "controlled",
            "1 hours",
            **figures(2),
            starts="emergency.sign report.acknowledge",
            stops="emergency.supplement",
        ),
        does("principal1", "sign_report", "controlled", "30 minutes", stops="emergency.sign"),
        does(
            "officer1",
            "acknowledge",
            "controlled",
            "10 minutes",
            stops="report.acknowledge",
        ),
        does(
            "officer1",
            "open_investigation",
            "investigating",
            "1 days",
            investigators=[Login("officer1"), Login("officer1b")],
            starts="emergency.investigate",
            stops="emergency.decide",
        ),
        does(
            "principal1",
            "submit_final_report",
            "investigating",
            "2 days",
            result="学生恢复上课",
            cause="unknown",
            next_steps="排查器材",
            starts="report.acknowledge",
            stops="emergency.final_report",
        ),
        does(
            "officer1",
            "acknowledge",
            "investigating",
            "20 minutes",
            stops="report.acknowledge",
        ),
        does(
            "officer1",
            "accept_findings",
            "rectifying",
            "3 days",
            source="outside_document",
            document="调查报告一号",
            starts="emergency.rectify",
            stops="emergency.investigate",
        ),
        does(
            "lead1",
            "record_hazard",
            "rectifying",
            "1 days",
            problem="器材老化",
            responsible=Login("deputy1"),
            measure="更换",
            funds="2000",
            due_on=Ahead(20),
        ),
        does("principal1", "accept_hazard", "rectifying", "5 days", hazard=1, evidence="照片"),
        does(
            "principal1",
            "conclude",
            "concluding",
            "1 days",
            starts="emergency.conclude",
            stops="emergency.rectify",
        ),
        does("officer1", "close", "closed", "18 days", stops="emergency.conclude"),
    ),
)


def check_end(sight: Sight) -> None:
    """Nothing came late, and every state of the way was walked in order."""
    assert "flag_raised" not in [event["action"] for event in sight.events]
    visited = dict.fromkeys(event["to"] for event in sight.events if event["to"])
    assert list(visited) == [
        state.name for state in STATES if state.name not in {"not_event", "retyped"}
    ]


def test_through_the_services(database: Database, county: County, frozen: Frozen) -> None:
    """On either database."""
    check_end(Teller(ServiceDoor(database, county), frozen).tell(ACCIDENT))


def test_over_http(app: Flask, app_county: County, frozen: Frozen) -> None:
    """With bearer tokens."""
    check_end(Teller(HttpDoor(app, app_county), frozen).tell(ACCIDENT))
