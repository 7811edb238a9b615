"""Serious bullying, from the report to a closure that the bureau approves."""

from __future__ import annotations

import pytest
from flask import Flask

from casework.db import Database
from casework.demo.script import Ago, Ahead, Login
from casework.workflows.definitions.bullying.states import OPEN_STATES
from tests.conftest import Frozen
from tests.factories import FIELDS, County
from tests.integration.doors import HttpDoor, ServiceDoor
from tests.integration.storytelling import Report, Sight, Step, Tale, Teller, does

pytestmark = pytest.mark.one_database

STATEMENTS = {
    "victim_statement": "taken",
    "actor_statement": "taken",
    "witness_statement": "missing",
    "witness_statement_why": "现场无其他人",
    "evidence_list": "监控录像一份",
    "report": "经查属实",
}


def told(recipient: str, *spans: str, **clocks: str) -> Step:
    """The lead tells somebody outside while the case lies with police and bureau."""
    fields = {"recipient": recipient, "called_at": Ago(2), "contact": "值班", "phone": "0571-110"}
    return does("lead1", "record_report", "escalated", *spans, **fields, **clocks)


def guardians(side: str, *spans: str, **clocks: str) -> Step:
    """The class teacher reaches the guardians of one side."""
    fields = {"side": side, "outcome": "reached", "told_at": Ago(1), "channel": "phone"}
    return does("teacher1", "notify_guardians", "escalated", *spans, **fields, **clocks)


SERIOUS = Tale(
    Report(
        "bullying",
        "K1",
        "teacher1",
        {**FIELDS["bullying"], "injury": "serious", "kinds": ["body"]},
        (("victim", "2026001"), ("actor", "2026002")),
        starts="bullying.accept bullying.screen bullying.support bullying.external_report"
        " evidence.video",
        met="bullying.file",
    ),
    (
        does(
            "lead1",
            "accept",
            "verifying",
            "5 minutes",
            discovered_by="值周教师",
            stopped_by="值周教师",
            stopped_at=Ago(20),
            protection="专人陪护",
            starts="bullying.verify bullying.guardians bullying.investigate",
            stops="bullying.accept",
        ),
        does(
            "lead1",
            "screen",
            "verifying",
            "5 minutes",
            injury="serious",
            psychological_harm=True,
            severity="serious",
            mandatory_items=[4],
            sexual_harm=False,
            organised_crime=False,
            stops="bullying.screen",
        ),
        does(
            "lead1",
            "escalate",
            "escalated",
            "3 minutes",
            reason="明显伤害",
            starts="bullying.escalated",
            stops="bullying.verify",
        ),
        told("police", "7 minutes"),
        told("bureau", "5 minutes", starts="report.acknowledge", stops="bullying.external_report"),
        does("officer1", "acknowledge", "escalated", "9 minutes", stops="report.acknowledge"),
        guardians("victim", "5 minutes"),
        guardians("actor", "5 minutes", stops="bullying.guardians"),
        does(
            "lead1",
            "secure_evidence",
            "escalated",
            "40 minutes",
            kind="video",
            lost=False,
            saved_at=Ago(5),
            kept_by="监控室",
            stops="evidence.video",
        ),
        does(
            "counsellor1",
            "record_task",
            "escalated",
            "1 hours",
            kind="counselling",
            side="victim",
            status="done",
            done_at=Ago(10),
            stops="bullying.support",
        ),
        # The clock was to start a day after the acceptance; now it counts from today.
        does(
            "lead1",
            "resume",
            "investigating",
            "1 hours",
            investigators=[Login("grade1"), Login("deputy1")],
            stops="bullying.escalated",
            tightens="bullying.investigate",
        ),
        does(
            "lead1",
            "submit_report",
            "determining",
            "2 days",
            **STATEMENTS,
            starts="bullying.determine",
            stops="bullying.investigate",
        ),
        does(
            "principal1",
            "return_for_facts",
            "investigating",
            "2 hours",
            reason="缺证人陈述",
            stops="bullying.determine",
            resumes="bullying.investigate",
        ),
        does(
            "lead1",
            "submit_report",
            "determining",
            "1 days",
            **STATEMENTS,
            starts="bullying.determine",
            stops="bullying.investigate",
        ),
        does(
            "principal1",
            "determine",
            "disposing",
            "4 hours",
            entitled=9,
            present=7,
            recusals="无",
            votes_for=6,
            imbalance=True,
            intent=True,
            harm=True,
            finding="serious",
            clause="第二十一条",
            starts="bullying.deliver",
            stops="bullying.determine",
        ),
        does(
            "lead1",
            "deliver_decision",
            "intervening",
            "4 hours",
            delivered_at=Ago(10),
            victim_delivery="signed",
            actor_delivery="signed",
            measures=["admonition", "apology"],
            appeal_text="可向县教育局申请复查",
            starts="bullying.measures bullying.appeal_window",
            stops="bullying.deliver",
        ),
        does(
            "lead1",
            "record_task",
            "intervening",
            "1 hours",
            kind="apology",
            side="actor",
            status="open",
            due_on=Ahead(5),
        ),
        does(
            "teacher1",
            "record_task",
            "intervening",
            "3 days",
            kind="apology",
            side="actor",
            status="done",
            done_at=Ago(60),
        ),
        does(
            "lead1",
            "complete_measures",
            "following_up",
            "1 hours",
            starts="bullying.follow_up",
            stops="bullying.measures",
        ),
        does(
            "lead1",
            "close",
            "closed",
            "28 days",
            victim_view="given",
            victim_words="现在好多了",
            results_told_at=Ago(60),
            approved_by="officer1",
            ends="bullying.appeal_window",
            stops="bullying.follow_up",
        ),
    ),
)


def check_end(sight: Sight) -> None:
    """Nothing came late, and the one row was resumed and not made anew."""
    assert "flag_raised" not in [event["action"] for event in sight.events]
    investigations = [r for r in sight.clocks.values() if r.rule == "bullying.investigate"]
    assert len(investigations) == 1
    visited = {event["to"] for event in sight.events}
    assert visited >= {*OPEN_STATES, "closed"} - {"transferred", "reviewing"}


def test_through_the_services(database: Database, county: County, frozen: Frozen) -> None:
    """On either database."""
    check_end(Teller(ServiceDoor(database, county), frozen).tell(SERIOUS))


def test_over_http(app: Flask, app_county: County, frozen: Frozen) -> None:
    """With bearer tokens."""
    check_end(Teller(HttpDoor(app, app_county), frozen).tell(SERIOUS))
