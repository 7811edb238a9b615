"""The first page of each post: what is its own first, numbers that their lists keep."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import clock
from casework.models import Message
from casework.services import approvals, roster
from casework.services.filing import file_case
from casework.services.reported import NewPerson
from tests.conftest import Frozen
from tests.factories import County, act, report
from tests.functional.pages import Page, read
from tests.integration.reporting import reported
from tests.integration.test_crossings import ACCEPT

Login = Callable[[str], FlaskClient]
File = Callable[..., str]
LENGTH = re.compile(r"(?:查看全部|在办) (\d+) 件")


def away(app: Flask, county: County, who: str, deputy: str | None = None) -> None:
    """Somebody is away for a day, as they say themselves."""
    with app.extensions["casework"].db.transaction() as session:
        now = clock.now()
        deputy_id = county[deputy].user_id if deputy else None
        roster.record_away(
            session,
            county[who],
            county[who].user_id,
            now,
            now + timedelta(days=1),
            "leave",
            deputy_id,
        )


def headings(page: Page) -> list[str]:
    """The sections in order."""
    return [e.text.split()[0] for e in page.all("h2")]


def counts(page: Page) -> list[int]:
    """The numbers that the sections show."""
    return [int(e.text) for e in page.all("b", class_="total")]


@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("teacher1", ["我的事项"]),
        ("grade1", ["我的事项", "在办事项", "班级与班主任"]),
        ("counsellor1", ["需要心理支持的学生", "我的事项"]),
        ("lead1", ["待受理的新上报", "我的事项"]),
        ("duty1", ["待受理的新上报", "我的事项"]),
        ("deputy1", ["空缺或外出的岗位", "我的事项", "在办事项"]),
    ],
)
def test_each_post_begins_with_its_own(
    login: Login, app_county: County, who: str, expected: list[str]
) -> None:
    assert headings(read(login(who).get("/"))) == expected


def test_the_principal_sees_what_has_risen_then_empty_posts(
    login: Login, app_county: County
) -> None:
    page = read(login("principal1").get("/"))

    names = headings(page)
    assert names[1:] == ["空缺或外出的岗位", "我的事项", "在办事项", "报告尚未签发"]
    assert names[0].startswith("升级到我这一级")


@pytest.mark.parametrize("who", ["principal1", "deputy1", "lead1", "grade1", "counsellor1"])
def test_every_number_is_the_length_of_its_list(
    login: Login, app_county: County, file: File, who: str
) -> None:
    for _ in range(7):
        file()
    browser = login(who)
    page = read(browser.get("/"))

    said = [(e.attrs["href"], LENGTH.search(e.text)) for e in page.all("a")]
    lists = [(href, int(found[1])) for href, found in said if found]
    assert 7 in counts(page)
    assert 7 in {length for _, length in lists}
    for href, length in lists:
        rows = read(browser.get(href)).all("a", class_="case-row")
        assert len(rows) == length, href


def test_a_counsellors_list_has_numbers_and_no_titles(
    login: Login, app_county: County, number: str
) -> None:
    browser = login("counsellor1")
    rows = read(browser.get("/cases")).all("a", class_="case-row")

    assert [number in row.text for row in rows] == [True]
    assert "课间推搡" not in rows[0].text
    assert "学生心理支持" in browser.get(f"/cases/{number}").text


def test_new_reports_leave_when_they_are_taken_up(
    login: Login, app_county: County, number: str, do: Callable[..., Any]
) -> None:
    browser = login("lead1")
    assert counts(read(browser.get("/"))) == [1]

    do("lead1", number, "accept", **ACCEPT)
    assert counts(read(browser.get("/"))) == []


def test_who_is_away_shows_with_who_stands_in(
    login: Login, app: Flask, app_county: County, frozen: Frozen
) -> None:
    away(app, app_county, "teacher1", "teacher1b")

    principal = login("principal1").get("/").text
    assert "教师teacher1外出" in principal
    assert "由教师teacher1b代行" in principal
    assert "您代行：七年级1班班主任职责" in login("teacher1b").get("/").text


def test_the_deputy_reads_that_the_principal_is_away(
    login: Login, app: Flask, app_county: County, frozen: Frozen
) -> None:
    assert "您代行" not in login("deputy1").get("/").text

    away(app, app_county, "principal1")
    assert "您代行：东山县第一中学校长职责" in login("deputy1").get("/").text


def test_the_head_of_grade_answers_for_an_empty_class(
    login: Login, app: Flask, app_county: County, frozen: Frozen
) -> None:
    away(app, app_county, "teacher1b")

    page = login("grade1").get("/").text
    assert page.count("不在岗，由您负责") == 1


def test_a_report_that_nobody_has_signed_waits_for_the_principal(
    login: Login, app: Flask, app_county: County
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        waiting = reported(session, app_county).number
        signed = reported(session, app_county)
        act(session, app_county["principal1"], signed, "sign_report")
        done = signed.number

    browser = login("principal1")
    assert "unsigned=1" in browser.get("/").text
    listed = browser.get("/cases?unsigned=1").text
    assert waiting in listed
    assert done not in listed


def test_what_was_no_event_stands_before_the_bureau_until_the_end_of_the_next_worked_day(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    pupil = NewPerson("", "injured", student_id=app_county.pupils["2026001"])
    name = "学生1"
    with app.extensions["casework"].db.transaction() as session:
        new = replace(report(app_county, "emergency"), people=(pupil,), title=f"{name}晕倒")
        case = file_case(session, app_county["teacher1"], new)
        nothing = {"reason": f"{name}只是睡着了", "witness": "校医王老师", "emergency_call": False}
        asked = act(session, app_county["lead1"], case, "mark_not_event", **nothing).approval
        assert asked is not None
        approvals.decide(session, app_county["officer1b"], asked.id, approve=True)
        told = select(Message.user_id, Message.params).where(Message.template == "not_event")
        messages = {row[0]: row[1] for row in session.execute(told)}
        number = case.number
    officers = {app_county[one].user_id for one in ("officer1", "officer1b")}
    assert set(messages) == officers
    assert {words["number"] for words in messages.values()} == {number}
    for who in ("officer1", "leader1"):
        page = read(login(who).get("/"))
        [row] = [one for one in page.all("a", class_="row") if number in one.text]
        assert name not in row.text
        assert all(words in row.text for words in ("只是睡着了", "校医王老师"))
        assert headings(page)[1].startswith("今日及上一工作日以来")
    assert number not in login("lead1").get("/").text
    assert number not in login("officer2").get("/").text
    for days, shown in ((1, True), (1, False)):
        frozen.forward(days=days)
        assert (number in login("officer1").get("/").text) is shown
