"""Signing the day on a page, and the bureau's list of who has and who has not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.permissions import SYSTEM
from casework.services import school_days
from tests.factories import County
from tests.functional.pages import read
from tests.integration.doors import HttpDoor

Login = Callable[[str], FlaskClient]
MON = "2026-09-21"


@pytest.fixture
def term(app: Flask, app_county: County) -> County:
    """A term of the first county."""
    with app.extensions["casework"].db.transaction() as session:
        days = date(2026, 9, 1), date(2027, 1, 20)
        school_days.add_term(session, SYSTEM, app_county.units["B1"], "2026秋", *days)
    return app_county


def test_a_quiet_day_is_signed_with_one_tap(login: Login, term: County) -> None:
    browser = login("lead1")
    assert read(browser.get("/")).links("/zero-report")

    page = read(browser.get("/zero-report"))
    data = {"unit_id": term.units["S1"], "on": MON, "slot": "day", "nothing": "1"}
    answer = browser.post("/zero-report", data=data)
    after = read(browser.get(answer.headers["Location"]))

    assert page.all("button", name="nothing")
    assert answer.status_code == 303
    assert after.all("button", name="nothing") == []
    assert "教师lead1" in after.html
    assert not read(browser.get("/")).links("/zero-report")
    again = read(browser.post("/zero-report", data=data), 409)
    assert again.all("div", id="problem")


def test_cases_of_the_day_stand_there_already(
    login: Login, term: County, file: Callable[..., str]
) -> None:
    number = file()
    browser = login("lead1")

    page = read(browser.get("/zero-report"))
    data = {"unit_id": term.units["S1"], "on": MON, "slot": "day"}
    refused = read(browser.post("/zero-report", data={**data, "nothing": "1"}), 422)
    signed = browser.post("/zero-report", data={**data, "nothing": "0", "cases": [number]})

    assert page.links(f"/cases/{number}")
    assert number in refused.all("span", id="e-nothing")[0].text
    assert signed.status_code == 303


def test_the_bureau_sees_who_is_missing(login: Login, term: County) -> None:
    browser = login("officer1")

    page = read(browser.get("/zero-reports"))

    assert "0/2" in page.html
    assert read(browser.get(f"/zero-reports?on={MON}")).all("h2")
    assert read(browser.get("/zero-reports?on=2026-09-20")).all("p", class_="empty")
    assert browser.get("/zero-reports?on=gestern").status_code == 422


def test_without_a_school_there_is_nothing_to_sign(login: Login, term: County) -> None:
    assert login("officer1").get("/zero-report").status_code == 403
    assert login("teacher1").get("/zero-report").status_code == 403
    assert login("teacher1").get("/zero-reports").status_code == 403


def test_programs_attest_and_read(app: Flask, term: County) -> None:
    door = HttpDoor(app, term)
    body = {"unit_id": term.units["S1"], "on": MON, "nothing": True, "cases": []}
    assert door.call("officer1", "POST", "/zero-reports", body).status_code == 403
    assert door.call("lead2", "POST", "/zero-reports", body).status_code == 404
    signed = door.wanted("lead1", "POST", "/zero-reports", 201, body=body)
    assert (signed["nothing"], signed["slot"], signed["contradicted"]) == (True, "day", [])
    assert door.call("lead1", "POST", "/zero-reports", body).status_code == 409
    wrong = door.call(
        "lead2", "POST", "/zero-reports", {**body, "unit_id": term.units["S2"], "on": "x"}
    )
    assert wrong.status_code == 422
    found = door.wanted("officer1", "GET", f"/zero-reports?on={MON}", 200)
    assert [one["attested_at"] is not None for one in found] == [True, False]
    assert door.wanted("officer2", "GET", "/zero-reports", 200) == []


def test_a_term_is_entered_at_the_command_line(app: Flask, app_county: County) -> None:
    run = app.test_cli_runner().invoke
    entered = run(args=["calendar", "term", "B1", "2026秋", "2026-09-01", "2027-01-20"])
    assert entered.exit_code == 0, entered.output
    twice = run(args=["calendar", "term", "B1", "又一个", "2026-10-01", "2026-10-02"])
    assert twice.exit_code == 1
    special = ["calendar", "special", "B2", "exam", "期中考试", "2026-09-21", "2026-09-22"]
    assert run(args=special).exit_code == 0
    door = HttpDoor(app, app_county)
    far = door.wanted("officer2", "GET", f"/zero-reports?on={MON}", 200)
    assert [one["slot"] for one in far] == ["pm"]  # the morning was due before anybody asked
    assert len(door.wanted("officer1", "GET", f"/zero-reports?on={MON}", 200)) == 2
    assert run(args=["calendar", "term", "nowhere", "x", "2026-09-01", "2026-09-02"]).exit_code == 1
