"""Talk online about a pupil, from its detection to the lessons drawn by the leader."""

from __future__ import annotations

import pytest
from flask import Flask

from casework.db import Database
from casework.demo.script import Ago, Login, Story, UnitCode
from tests.conftest import Frozen
from tests.factories import FIELDS, County
from tests.integration.doors import HttpDoor, ServiceDoor
from tests.integration.storytelling import Report, Sight, Step, Tale, Teller, does

pytestmark = pytest.mark.one_database


def told(recipient: str, *spans: str) -> Step:
    """The officer tells an authority: each has a clock of its own."""
    fields = {"recipient": recipient, "called_at": Ago(1), "contact": "值班", "phone": "0571-1"}
    stops = f"opinion.report/{recipient}"
    return does("officer1", "record_report", "graded", *spans, **fields, stops=stops)


def worded(*spans: str) -> Step:
    """The officer submits the wording."""
    return does(
        "officer1",
        "submit_wording",
        "approving",
        *spans,
        draft="已依法处置",
        spokesperson="新闻发言人",
        minor_identifiable=False,
        starts="opinion.approve",
        stops="opinion.act",
    )


def logged(*spans: str) -> Step:
    """The school logs the spread of the day."""
    return does(
        "lead1",
        "log_figures",
        "monitoring",
        *spans,
        spread=300,
        below_threshold=True,
        starts="opinion.monitor",
        stops="opinion.monitor",
    )


TALK = Tale(
    Report(
        "opinion",
        "S1",
        "officer1",
        {
            "platform": "短视频平台",
            "url": "https://video.example/1",
            "first_posted_at": Ago(60),
            "about_pupil": True,
            "minor_exposed": True,
        },
        starts="opinion.verify opinion.grade opinion.first_release opinion.takedown",
        met="opinion.file",
    ),
    (
        does("officer1", "start_verification", "verifying", "10 minutes"),
        does(
            "lead1",
            "request_takedown",
            "verifying",
            "10 minutes",
            platform="短视频平台",
            url="https://video.example/1",
            requested_at=Ago(2),
            result="asked",
            stops="opinion.takedown",
        ),
        # The first response was due in five hours already: an unknown level counts as the worst.
        does(
            "leader1",
            "grade",
            "graded",
            "20 minutes",
            truth="partly",
            level="orange",
            spread=12000,
            level_inputs="播放量",
            responsible_unit_id=UnitCode("S1"),
            linked_case=Story("behind"),
            starts="opinion.act opinion.report/publicity opinion.report/cyberspace"
            " opinion.report/city_bureau",
            stops="opinion.verify opinion.grade",
        ),
        told("publicity", "5 minutes"),
        told("cyberspace", "5 minutes"),
        told("city_bureau", "5 minutes"),
        does(
            "officer1",
            "respond",
            "responding",
            "10 minutes",
            lawful_owner=Login("officer1b"),
            guidance_owner=Login("officer1"),
            ground_owner=Login("lead1"),
            starts="opinion.act",
            stops="opinion.act",
        ),
        worded("20 minutes"),
        does(
            "leader1",
            "return_wording",
            "responding",
            "10 minutes",
            reason="措辞不当",
            starts="opinion.act",
            stops="opinion.approve",
        ),
        worded("20 minutes"),
        does(
            "leader1",
            "approve_wording",
            "released",
            "10 minutes",
            sign_offs="分管局长",
            channel="公众号",
            release_text="已依法处置",
            released_at=Ago(1),
            starts="opinion.act",
            stops="opinion.approve opinion.first_release",
        ),
        does(
            "officer1",
            "start_monitoring",
            "monitoring",
            "30 minutes",
            starts="opinion.monitor",
            stops="opinion.act",
        ),
        logged("20 hours"),
        logged("23 hours"),
        logged("23 hours"),
        logged("23 hours"),
        does(
            "officer1",
            "subside",
            "reviewing",
            "4 hours",
            starts="opinion.review",
            stops="opinion.monitor",
        ),
        does(
            "leader1",
            "close",
            "closed",
            "2 days",
            lessons="及时回应",
            underlying_late=False,
            stops="opinion.review",
        ),
    ),
    behind={
        "behind": Report(
            "bullying", "K1", "teacher1", FIELDS["bullying"], (("victim", "2026001"),)
        ),
    },
)


def check_end(sight: Sight) -> None:
    """Nothing came late; each authority had one row and no more."""
    assert "flag_raised" not in [event["action"] for event in sight.events]
    rules = [row.rule for row in sight.clocks.values() if row.rule.startswith("opinion.report")]
    assert len(rules) == len(set(rules)) == 3


def test_through_the_services(database: Database, county: County, frozen: Frozen) -> None:
    """On either database."""
    check_end(Teller(ServiceDoor(database, county), frozen).tell(TALK))


def test_over_http(app: Flask, app_county: County, frozen: Frozen) -> None:
    """With bearer tokens."""
    door = HttpDoor(app, app_county)
    teller = Teller(door, frozen)
    check_end(teller.tell(TALK))
    links = door.wanted("leader1", "GET", f"/cases/{teller.numbers['own']}", 200)["links"]
    assert [link["number"] for link in links] == [teller.numbers["behind"]]
