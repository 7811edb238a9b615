"""The reports on the page of their case, and each on a page of its own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from tests.factories import County, act
from tests.functional.pages import read
from tests.integration.reporting import acknowledged, figures, filed, reports

Login = Callable[[str], FlaskClient]


@pytest.fixture
def fallen(app: Flask, app_county: County) -> tuple[str, int]:
    """An emergency with an update that lowers a figure, and the place of that update."""
    with app.extensions["casework"].db.transaction() as session:
        case = acknowledged(session, app_county, injured=4, category="violence")
        lower = {"category": "violence", "change_reason": "两人未受伤"}
        act(session, app_county["lead1"], case, "submit_update", **figures(2, **lower))
        return case.number, reports(session, case)[-1].seq


def test_the_case_lists_its_reports_with_what_became_of_them(
    login: Login, fallen: tuple[str, int]
) -> None:
    page = read(login("officer1").get(f"/cases/{fallen[0]}"))
    first = page.all("ol", class_="reports")[0].text
    second = page.all("table", class_="series")[0].text
    for words in ("初报", "续报1", "待签发", "待签收", "两人未受伤", "公安"):
        assert words in first, words
    for words in ("4 →", "下降", "待教育局复核"):
        assert words in second, words


def test_a_report_has_a_page_that_prints(login: Login, fallen: tuple[str, int]) -> None:
    number, seq = fallen
    page = read(login("principal1").get(f"/cases/{number}/reports/{seq}"))
    text = page.all("article", class_="report-paper")[0].text
    for words in ("突发事件信息快报(续报1)", "待签发", "两人未受伤", "已送医", "SHA-256"):
        assert words in text.replace("（", "(").replace("）", ")"), words


def test_another_school_and_a_wrong_place_find_nothing(
    login: Login, fallen: tuple[str, int]
) -> None:
    number, seq = fallen
    assert login("lead2").get(f"/cases/{number}/reports/{seq}").status_code == 404
    assert login("lead1").get(f"/cases/{number}/reports/{seq - 1}").status_code == 404


def test_a_type_without_reports_shows_no_section(login: Login, number: str) -> None:
    assert not read(login("lead1").get(f"/cases/{number}")).all("h3", id="reports")


def test_before_the_first_report_the_section_says_so(
    login: Login, app: Flask, app_county: County
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        number = filed(session, app_county).number
    assert "尚未向上级报告" in login("officer1").get(f"/cases/{number}").text


def test_programs_read_reports_and_figures(
    program: Callable[[str], FlaskClient], fallen: tuple[str, int]
) -> None:
    found = program("officer1").get(f"/api/v1/cases/{fallen[0]}/reports").get_json()
    assert [(one["kind"], one["n"]) for one in found["reports"]] == [("initial", 1), ("update", 1)]
    assert found["reports"][0]["recipients"] == ["bureau", "police"]
    assert len(found["reports"][0]["hash"]) == 64
    assert found["figures"][-1]["verdict"] == "waits"


def test_the_bureau_reads_which_reports_wait(
    program: Callable[[str], FlaskClient], fallen: tuple[str, int]
) -> None:
    number, seq = fallen
    for mark, places in (("acknowledged", [seq]), ("relayed", [seq - 2, seq])):
        found = program("officer1").get(f"/api/v1/reports?mark={mark}").get_json()
        assert [(one["number"], one["seq"]) for one in found] == [(number, p) for p in places]
    assert program("officer2").get("/api/v1/reports").get_json() == []
    assert program("officer1").get("/api/v1/reports?mark=lost").status_code == 422


BULLETIN = {
    "informant": "值班教师电话报告",
    "cause": "楼梯湿滑",
    "impact": "只影响一个班",
    "talk": "暂无传播",
    "next_steps": "排查全校楼梯",
    "on_the_spot": "王校长 13800000000",
}


def test_a_bulletin_holds_what_the_bureau_asks_for(
    app: Flask, app_county: County, login: Login
) -> None:
    """信息快报: each entry once, who came to the spot, and a later report keeps what it omits."""
    with app.extensions["casework"].db.transaction() as session:
        case = filed(session, app_county)
        lead = app_county["lead1"]
        on_site = {
            "leader": "王校长",
            "arrived_at": clock.now(),
            "plan_id": "1",
            "lead_department": "教务",
        }
        act(session, app_county["principal1"], case, "record_on_site", **on_site)
        given = figures(**BULLETIN, loss=3, place="教学楼")
        act(session, lead, case, "submit_initial_report", **given)
        act(session, app_county["officer1"], case, "acknowledge")
        act(session, lead, case, "submit_update", **figures(talk="有家长群转发"))
        first, second = (one.seq for one in reports(session, case))
        number = case.number
    browser = login("officer1")
    paper = read(browser.get(f"/cases/{number}/reports/{first}")).all("article")[0].text
    for words in (*BULLETIN.values(), "信息来源", "初步原因", "舆情情况", "现场负责人", "王校长"):
        assert words in paper, words
    later = read(browser.get(f"/cases/{number}/reports/{second}")).all("article")[0].text
    assert "有家长群转发" in later
    assert BULLETIN["talk"] not in later
    assert BULLETIN["cause"] in later


def test_what_can_wait_is_asked_under_a_fold(app: Flask, app_county: County, login: Login) -> None:
    """Closed at first; open once something of it was typed, so that nothing typed is hidden."""
    with app.extensions["casework"].db.transaction() as session:
        number = filed(session, app_county).number
    path = f"/cases/{number}/actions/submit_initial_report"
    browser = login("lead1")
    fresh = read(browser.get(path))
    (fold,) = fresh.all("details", class_="asides")
    assert "open" not in fold.attrs
    assert {one.attrs["name"] for one in fresh.all("textarea")} >= {"summary", "cause", "talk"}
    again = read(browser.post(path, data={"version": "1", "talk": "家长群"}), 422)
    assert "open" in again.all("details", class_="asides")[0].attrs
