"""The roster as people use it: forms without scripts, what each may see, where mistakes stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.conftest import Frozen
from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
FROM, UNTIL = "2026-09-21T11:00", "2026-09-23T18:00"


def enter(browser: FlaskClient, county: County, who: str, **given: Any) -> Any:
    """Send the form of an absence."""
    sent = {"user_id": county[who].user_id, "from_at": FROM, "until_at": UNTIL, "reason": "sick"}
    return browser.post("/roster/away", data=sent | given)


@pytest.mark.parametrize(
    "who", ["teacher1", "counsellor1", "lead1", "principal1", "officer1", "city1", "admin1"]
)
def test_an_empty_roster_says_what_would_be_here(
    login: Login, app_county: County, who: str
) -> None:
    page = read(login(who).get("/roster"))

    assert len(page.all("p", class_="empty")) == 2


def test_an_absence_entered_on_a_phone(login: Login, app_county: County, frozen: Frozen) -> None:
    browser = login("teacher1")
    assert "/roster/away" in browser.get("/me").text
    deputy = app_county["grade1"].user_id
    answer = enter(browser, app_county, "teacher1", deputy_id=deputy)
    assert answer.status_code == 303

    mine = browser.get("/roster").text
    assert "教师grade1 代行" in mine
    assert "· 病假" in mine
    other = login("teacher1b").get("/roster").text
    assert "教师teacher1" in other
    assert "· 病假" not in other
    assert "代行" in login("grade1").get("/").text


def test_a_mistake_keeps_what_was_typed(login: Login, app_county: County) -> None:
    browser = login("teacher1")
    answer = enter(browser, app_county, "teacher1", until_at="2026-09-20T08:00")

    page = read(answer, 422)
    assert page.all("input", id="f-until_at")[0].attrs["value"] == "2026-09-20T08:00"
    assert page.all("a", href="#f-until_at")


def test_a_duty_is_entered_by_who_keeps_the_roster(
    login: Login, app_county: County, frozen: Frozen
) -> None:
    unit, staff = app_county.units["S1"], app_county["staff1"].user_id
    sent = {"unit": unit, "shift_user_id": staff}
    sent |= {"shift_from_at": "2026-09-21T11:00", "shift_until_at": "2026-09-21T22:00"}
    assert login("teacher1").post("/roster/shifts", data=sent).status_code == 403
    assert login("lead1").post("/roster/shifts", data=sent).status_code == 303

    assert "您今天值班" in login("staff1").get("/").text
    assert login("lead1").post("/roster/shifts", data=sent).status_code == 422
    assert not read(login("teacher1").get("/roster")).all("form", action="/roster/shifts")


def test_the_bureau_sees_which_principals_are_away(
    login: Login, app_county: County, frozen: Frozen
) -> None:
    enter(login("principal1"), app_county, "principal1")

    assert "教师principal1" in login("officer1").get("/roster").text
    assert "教师principal1" not in login("officer2").get("/roster").text


def test_rosters_of_others_are_not_there(login: Login, app_county: County) -> None:
    other = app_county.units["S3"]

    assert login("lead1").get(f"/roster?unit={other}").status_code == 404
    assert login("admin1").get(f"/roster?unit={other}").status_code == 200
