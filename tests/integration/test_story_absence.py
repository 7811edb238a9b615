"""An absence, from the empty seat through contact, search and police to the child's return."""

from __future__ import annotations

import pytest
from flask import Flask

from casework.db import Database
from casework.demo.script import Ago
from tests.conftest import Frozen
from tests.factories import County
from tests.integration.doors import HttpDoor, ServiceDoor
from tests.integration.storytelling import Report, Sight, Step, Tale, Teller, does

pytestmark = pytest.mark.one_database


def told(recipient: str, *spans: str, **clocks: str) -> Step:
    """The lead tells somebody outside while the child is missing."""
    fields = {"recipient": recipient, "called_at": Ago(1), "contact": "值班", "phone": "0571-110"}
    return does("lead1", "record_report", "missing", *spans, **fields, **clocks)


def called(state: str, whom: str, outcome: str, *spans: str, **clocks: str) -> Step:
    """The class teacher calls somebody."""
    fields = {"whom": whom, "number": "0021", "channel": "phone", "outcome": outcome}
    return does("teacher1", "log_contact", state, *spans, **fields, **clocks)


def searched(state: str, *spans: str, **clocks: str) -> Step:
    """The lead logs a search."""
    fields = {"searched": ["roof_water", "route"], "video": "沿街监控", "people_asked": "同学"}
    return does("lead1", "log_search", state, *spans, **fields, **clocks)


MISSING = Tale(
    Report(
        "absence",
        "K1",
        "teacher1",
        {
            "student_id": "pupil:2026001",
            "period": "morning",
            "bell_at": Ago(10),
            "strict": False,
        },
        starts="absence.guardian absence.declare",
    ),
    (
        # Two minutes after the filing SYSTEM begins by itself.
        does(None, "start_contact", "contacting", "3 minutes"),
        called("contacting", "first", "no_answer", "1 minutes"),
        # Nobody was reached within the target: SYSTEM starts the search.
        does(
            None,
            "start_tracing",
            "tracing",
            "3 minutes",
            starts="absence.trace evidence.video",
        ),
        searched("tracing", "2 minutes"),
        called("tracing", "second", "reached", "2 minutes", stops="absence.guardian"),
        does(
            "lead1",
            "declare_missing",
            "missing",
            "15 minutes",
            last_seen_at=Ago(60),
            last_place="校门口",
            clothing="校服",
            guardian_statement="未回家",
            steps="已查教学楼与操场",
            starts="absence.report absence.search",
            stops="absence.declare absence.trace",
        ),
        told("police", "3 minutes"),
        told("bureau", "3 minutes", starts="report.acknowledge", stops="absence.report"),
        does("officer1", "acknowledge", "missing", "8 minutes", stops="report.acknowledge"),
        does(
            "lead1",
            "police_engaged",
            "police_assist",
            "9 minutes",
            station="城东派出所",
            officer="值班民警",
            alarm_by="school",
            alarm_at=Ago(18),
        ),
        searched("police_assist", "1 hours", starts="absence.search", stops="absence.search"),
        does(
            "lead1",
            "find",
            "found",
            "1 hours",
            condition="well",
            place="网吧",
            handed_to="母亲",
            all_notified=True,
            starts="absence.aftercare",
            stops="absence.search",
        ),
        does(
            "lead1",
            "secure_evidence",
            "found",
            "1 hours",
            kind="video",
            lost=False,
            saved_at=Ago(5),
            kept_by="监控室",
            stops="evidence.video",
        ),
        does("teacher1", "record_talk", "found", "2 hours", kind="talk", result="已疏导"),
        does(
            "teacher1",
            "close",
            "closed",
            "1 hours",
            outcome="returned",
            returned_at=Ago(60),
            cause="refusal",
            stops="absence.aftercare",
        ),
    ),
)


def check_end(sight: Sight) -> None:
    """SYSTEM acted twice, people did the rest; the search was told and nothing flagged."""
    own = [event["action"] for event in sight.events if event["actor"]["id"] is None]
    assert [name for name in own if name != "rung_fired"] == ["start_contact", "start_tracing"]
    assert "flag_raised" not in [event["action"] for event in sight.events]


def test_through_the_services(database: Database, county: County, frozen: Frozen) -> None:
    """On either database."""
    check_end(Teller(ServiceDoor(database, county), frozen).tell(MISSING))


def test_over_http(app: Flask, app_county: County, frozen: Frozen) -> None:
    """With bearer tokens."""
    check_end(Teller(HttpDoor(app, app_county), frozen).tell(MISSING))
