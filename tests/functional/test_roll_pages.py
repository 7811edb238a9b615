"""The pages of rolls without a script, and the door through which a kept roll comes."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from casework.services.filing import NewCase, file_case
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.pages import Page, read
from tests.integration import rolling
from tests.integration.rolling import MON, at

Login = Callable[[str], FlaskClient]
PLACE = {"on": MON.isoformat(), "period": "morning"}


@pytest.fixture
def school(app: Flask, app_county: County, frozen: Frozen) -> County:
    """A school that calls rolls; it is five past eight."""
    rolling.opened(app.extensions["casework"].db, app_county, frozen)
    frozen.move_to(at(8, 5))
    return app_county


def kept(school: County, *absent: str, **more: Any) -> dict[str, Any]:
    """A roll of the first class as the script sends it."""
    marks = [{"student_id": school.pupils[code], "kind": "absent"} for code in absent]
    taken = {"taken_at": clock.now().isoformat(), "device_at": clock.now().isoformat()}
    given = {"unit_id": school.units["K1"], "present": 2 - len(marks), "marks": marks}
    return {**PLACE, **given, "key": "k" * 32, **taken, **more}


def counts(page: Page) -> list[str]:
    """Enrolled, here, absent, on leave."""
    [figures] = page.all("ul", class_="roll-figures")
    return re.findall(r"\d+", figures.text)


def test_a_roll_is_one_tap_from_the_first_page(login: Login, school: County) -> None:
    browser = login("teacher1")
    [card] = read(browser.get("/")).links("/roll?")

    page = read(browser.get(card))
    names = page.all("input", type="checkbox", name="away")
    form = {e.attrs["name"]: e.attrs["value"] for e in page.all("input", type="hidden")}
    listed = [e.attrs["value"] for e in names]
    data = {**form, "listed": listed, "away": listed[:1], f"kind.{listed[0]}": "absent"}
    answer = browser.post("/roll", data=data)
    after = read(browser.get(answer.headers["Location"]))

    assert len(names) == 2
    assert not any("checked" in one.attrs for one in names)
    assert answer.status_code == 303
    assert "学生" not in answer.headers["Location"]
    [number] = {link[-14:] for link in after.links("/cases/") if link.count("/") == 2}
    assert after.links(f"/cases/{number}/actions/start_contact")
    assert counts(after) == ["2", "1", "1", "0"]
    again = browser.post("/roll", data=data)
    assert again.headers["Location"] == answer.headers["Location"]
    other = read(browser.post("/roll", data={**data, "away": []}), 409)
    assert other.all("div", id="problem")


@pytest.mark.parametrize(("who", "whose"), [("grade1", "本年级点名"), ("lead1", "全校点名")])
def test_who_leads_reads_until_when_rolls_are_due(
    login: Login, school: County, who: str, whose: str
) -> None:
    [card] = read(login(who).get("/")).all("a", class_="roll-card")

    assert whose in card.text
    assert "已点 0/2 暂无漏点，08:10 前应点完" in card.text


def test_a_sum_that_nothing_counts_is_not_shown(login: Login, school: County) -> None:
    browser = login("teacher1")
    [card] = read(browser.get("/")).links("/roll?")
    [bar] = read(browser.get(card)).all("p", class_="roll-counts")

    sums = re.findall("<span( hidden)?>(应到|实到|缺席|请假)", browser.get(card).text)
    assert [name for hidden, name in sums if not hidden] == ["应到"], bar.text


def test_known_leave_is_marked_already_and_can_be_revoked(login: Login, school: County) -> None:
    browser, pupil = login("teacher1"), str(school.pupils["2026002"])
    new = {"unit": school.units["K1"], "student_id": pupil, "kind": "sick", "channel": "phone"}
    given = {**new, "from_on": MON.isoformat(), "said_by": "母亲", "symptoms": ["fever"]}
    wrong = read(browser.post("/leaves", data={**given, "said_by": ""}), 422)
    assert wrong.all("span", id="e-said_by")
    assert browser.post("/leaves", data=given).status_code == 303

    page = read(browser.get("/roll"))
    marked = [e for e in page.all("input", name="away") if "checked" in e.attrs]
    assert [e.attrs["value"] for e in marked] == [pupil]
    on_file = read(browser.get("/leaves"))
    assert "母亲" in on_file.html
    [form] = [e.attrs["action"] for e in on_file.all("form") if "revoke" in e.attrs["action"]]
    assert browser.post(form, data={"reason": ""}).status_code == 422
    assert browser.post(form, data={"reason": "已返校"}).status_code == 303
    assert not [
        e for e in read(browser.get("/roll")).all("input", name="away") if "checked" in e.attrs
    ]


def test_a_correction_stands_beside_the_first_roll(login: Login, school: County) -> None:
    browser, pupil = login("teacher1"), school.pupils["2026001"]
    sent = browser.post("/roll/send", json=kept(school, "2026001"))
    saved = read(browser.get(sent.json["location"]))
    [address] = saved.links("/roll/1/correct")
    page = read(browser.get(address))
    listed = [e.attrs["value"] for e in page.all("input", name="listed")]
    was = {e.attrs["name"]: e.attrs["value"] for e in page.all("input", type="hidden")}
    kinds = {f"kind.{one}": was[f"was.{one}"] for one in listed}
    data = {**was, **kinds, "listed": listed, "reason": "08:07 到校"}
    assert browser.post(address, data=data).status_code == 422

    answer = browser.post(address, data={**data, f"kind.{pupil}": "present"})
    after = read(browser.get(answer.headers["Location"]))

    assert answer.status_code == 303
    assert "08:07 到校" in after.html
    assert any("correct_roll" in one for one in after.links("/cases/"))
    assert counts(after) == ["2", "2", "0", "0"]


def test_a_kept_roll_comes_through_the_door_once(
    login: Login, app: Flask, school: County, frozen: Frozen, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger, browser = app.test_client(), login("teacher1")
    assert stranger.get("/roll/door").status_code == 401
    assert stranger.post("/roll/send", json={}).json["kind"] == "unauthenticated"
    body = kept(school, "2026001")
    frozen.move_to(at(8, 20))
    body["device_at"] = clock.now().isoformat()

    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    stale = browser.post("/roll/send", json=body)
    door = browser.get("/roll/door").json
    headers = {"X-CSRFToken": door["token"]}
    first = browser.post("/roll/send", json=body, headers=headers)
    second = browser.post("/roll/send", json=body, headers=headers)

    assert (stale.status_code, stale.json["kind"]) == (409, "csrf")
    assert stranger.post("/roll/send", json=body).status_code == 401
    assert door["user"] == "teacher1"
    assert (first.status_code, second.status_code) == (200, 200)
    assert [one.json["repeated"] for one in (first, second)] == [False, True]
    assert first.json["taken_at"] < first.json["arrived_at"] == second.json["arrived_at"]
    other = browser.post("/roll/send", json=kept(school), headers=headers)
    assert (other.status_code, other.json["kind"]) == (409, "conflict")
    assert other.json["location"].startswith("/roll?")
    assert browser.post("/roll/send", json={"on": "x"}, headers=headers).status_code == 422


def test_the_shell_and_the_worker_hold_nobody(login: Login, school: County) -> None:
    browser = login("teacher1")
    page = read(browser.get("/roll"))
    [address] = [e.attrs["data-worker"] for e in page.all("div") if e.attrs.get("data-worker")]
    worker = browser.get(address)
    shell = read(browser.get("/roll/offline"))

    assert worker.headers["Service-Worker-Allowed"] == "/roll"
    assert worker.mimetype in {"text/javascript", "application/javascript"}
    assert "script-src 'self'" in browser.get("/roll/offline").headers["Content-Security-Policy"]
    assert not re.search("学生|教师|teacher1|csrf", shell.html)
    assert shell.all("form")


def test_the_log_of_a_day_is_written_shown_and_exported(
    login: Login, school: County, frozen: Frozen
) -> None:
    browser = login("teacher1")
    browser.post("/roll/send", json=kept(school, "2026001"))
    entry = {"unit": school.units["K1"], "on": MON.isoformat(), "kind": "lesson", "text": ""}
    assert read(browser.post("/class-log", data=entry), 422).all("span", id="e-text")
    assert browser.post("/class-log", data={**entry, "text": "讲防溺水"}).status_code == 303
    frozen.move_to(at(15))

    day = read(browser.get(f"/class-log?on={MON}"))
    month = read(browser.get("/class-log/month"))
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/class-log/export?on={MON}").data))

    assert "讲防溺水" in day.html
    assert "未点名" in day.html  # the afternoon
    assert "未点名" in month.html
    assert len(month.links("/class-log?")) >= 1
    told = [[str(cell.value) for cell in row] for sheet in book.worksheets for row in sheet.rows]
    assert any("讲防溺水" in row for row in told)
    assert browser.get("/class-log/export?month=2026-09").status_code == 200
    assert browser.get("/class-log/month?month=gestern").status_code == 422


def test_an_absence_that_no_roll_has_found_stands_in_the_log(
    login: Login, app: Flask, school: County
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        pupil = {"student_id": school.pupils["2026002"]}
        new = NewCase("absence", school.units["K1"], "课间离校", fields=pupil)
        number = file_case(session, school["teacher1"], new).number
    browser = login("teacher1")
    browser.post("/roll/send", json=kept(school, "2026001"))

    page = read(browser.get(f"/class-log?on={MON}"))
    book = openpyxl.load_workbook(io.BytesIO(browser.get(f"/class-log/export?on={MON}").data))

    [section] = page.all("section", **{"aria-labelledby": "absences"})
    assert section.text.count(number) == 1
    told = [[str(cell.value) for cell in row] for sheet in book.worksheets for row in sheet.rows]
    [row] = [row for row in told if number in row]
    assert {"学生2", "人工登记 08:05", "点名缺课"} <= set(row)


def test_a_school_sees_what_is_missing_and_whom_to_call(
    login: Login, school: County, frozen: Frozen
) -> None:
    login("teacher1").post("/roll/send", json=kept(school))
    frozen.move_to(at(8) + timedelta(minutes=12))
    browser = login("lead1")

    page = read(browser.get("/rolls"))

    assert read(browser.get("/")).links("/rolls")
    assert "1/2" in page.html
    assert "教师teacher1b" in page.html
    assert "教师teacher1<" not in page.html
    [missing] = {link for link in page.links("/roll?") if str(school.units["K2"]) in link}
    assert read(browser.get(missing)).all("form", action="/roll")
    assert read(login("officer1").get("/rolls")).all("h1")


def test_the_times_of_a_school_are_kept_by_its_principal(
    login: Login, app: Flask, app_county: County, frozen: Frozen
) -> None:
    frozen.move_to(at(6))
    browser, unit = login("principal2"), app_county.units["S2"]
    assert read(browser.get("/periods")).all("form", action="/periods/defaults")
    assert browser.post("/periods/defaults", data={"unit": unit}).status_code == 303
    page = read(browser.get("/periods"))
    [first, *_] = [one for one in page.links("/periods?") if "change=" in one]
    form = read(browser.get(first))
    data = {"unit": unit, "change": first.partition("change=")[2].partition("#")[0]}
    code = next(e.attrs["value"] for e in form.all("input", name="code"))
    new = {**data, "code": code, "name": "晨检", "unit_kind": "class", "bell": "07:50"}
    assert read(browser.post("/periods", data=new), 422).all("span", id="e-reason")
    later = {"days": "school", "reason": "冬季作息"}
    assert browser.post("/periods", data={**new, **later}).status_code == 303
    assert "07:50 晨检" in read(browser.get("/periods")).html
    [end] = [e.attrs["action"] for e in form.all("form") if e.attrs["action"].endswith("/end")]
    assert browser.post(end, data={**data, "until_on": "2026-09-01"}).status_code == 422
    assert login("lead2").post("/periods/defaults", data={"unit": unit}).status_code == 403


def test_a_dead_token_keeps_the_taps_of_a_roll(
    login: Login, app: Flask, school: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, pupil = login("teacher1"), str(school.pupils["2026001"])
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", value=True)
    form = {**PLACE, "unit_id": school.units["K1"], "listed": [pupil], "away": [pupil]}

    page = read(browser.post("/roll", data={**form, f"kind.{pupil}": "late"}), 400)

    marked = [e.attrs["value"] for e in page.all("input", name="away") if "checked" in e.attrs]
    assert marked == [pupil]
    assert page.value("csrf_token")
