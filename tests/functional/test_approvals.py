"""Two persons: one asks on a page, the other decides on a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from casework.models import User
from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]


@pytest.fixture
def asked(login: Login, number: str, file: Callable[..., str]) -> str:
    """A case whose safety lead asks to merge it into another with the same victim."""
    other = file()
    browser = login("lead1")
    form = read(browser.get(f"/cases/{number}/actions/merge_duplicate"))
    data = {"version": form.value("version"), "other_case": other, "same_event": "同一件事"}
    answer = browser.post(f"/cases/{number}/actions/merge_duplicate", data=data)
    assert answer.status_code == 303, answer.text
    page = read(browser.get(answer.headers["Location"]))
    assert page.all("section", class_="result")
    return number


def decision(browser: FlaskClient, number: str) -> str:
    """Where the form of the open request leads."""
    page = read(browser.get(f"/cases/{number}"))
    found = [f.attrs["action"] for f in page.all("form") if "/approvals/" in f.attrs["action"]]
    assert found, page.html
    return found[0]


def test_who_may_approve_finds_it_today(login: Login, asked: str) -> None:
    browser = login("principal1")
    today = read(browser.get("/"))

    assert today.links("/approvals")
    page = read(browser.get("/approvals"))
    assert page.links(f"/cases/{asked}")
    assert len(page.all("div", class_="approval")) == 1
    assert "课间推搡" in page.all("article", class_="request")[0].text
    assert "受害学生 学*" in page.all("article", class_="request")[0].text
    labels = [e.text for e in (*page.all("dt"), *page.all("label"))]
    assert len(labels) == len(set(labels)), labels


def test_it_waits_for_nobody_else_but_those_above_may(login: Login, asked: str) -> None:
    for who in ("lead1", "officer1"):
        page = read(login(who).get("/approvals"))
        assert page.all("div", class_="approval") == []
    assert decision(login("officer1"), asked)


def test_one_tap_on_the_own_page(login: Login, asked: str) -> None:
    browser = login("principal1")
    page = read(browser.get("/approvals"))
    where = next(f.attrs["action"] for f in page.all("form") if "/approvals/" in f.attrs["action"])

    refused = read(browser.post(where, data={"decision": "refuse", "reason": ""}), 422)
    assert len(refused.all("div", class_="approval")) == 1
    answer = browser.post(where, data={"decision": "approve"})
    after = read(browser.get(answer.headers["Location"]))

    assert after.all("div", class_="approval") == []
    result = after.all("section", class_="result")[0].text
    assert asked in result
    assert "已通知 教师lead1" in result
    assert "下一步" in result
    assert "已批准" in read(login("lead1").get("/approvals")).html


def test_what_nobody_could_ask_any_more_is_refused_in_words(
    app: Flask, app_county: County, login: Login, asked: str
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        session.get_one(User, app_county["lead1"].user_id).disabled_at = clock.now()
    browser = login("principal1")
    where = decision(browser, asked)
    for path in (where, f"{where}?back=approvals"):
        refused = read(browser.post(path, data={"decision": "approve"}), 422)
        assert "现已无权办理" in refused.html
        assert refused.all("div", class_="approval"), "it is still there to be refused"
    browser.post(where, data={"decision": "refuse", "reason": "请其他人重新提出"})
    assert read(browser.get("/approvals")).all("div", class_="approval") == []


def test_who_asks_cannot_decide(login: Login, asked: str) -> None:
    page = read(login("lead1").get(f"/cases/{asked}"))

    assert page.all("div", class_="approval")
    assert not [f for f in page.all("form") if "/approvals/" in f.attrs.get("action", "")]


def test_approval_carries_it_out(login: Login, asked: str) -> None:
    browser = login("principal1")

    answer = browser.post(decision(browser, asked), data={"decision": "approve"})
    page = read(browser.get(answer.headers["Location"]))

    assert answer.status_code == 303
    assert "并案" in page.all("ol", class_="path")[0].text
    assert page.all("div", class_="approval") == []


def test_refusal_needs_a_reason(login: Login, asked: str) -> None:
    browser = login("principal1")
    where = decision(browser, asked)

    page = read(
        browser.post(
            where,
            data={
                "decision": "refuse",
                "reason": " ",
                "approval": where.split("/")[-1].split("?")[0],
            },
        ),
        422,
    )

    assert page.links("#f-reason") == ["#f-reason"]


def test_a_refusal_stands_on_the_timeline_with_its_reason(login: Login, asked: str) -> None:
    browser = login("principal1")

    answer = browser.post(
        decision(browser, asked), data={"decision": "refuse", "reason": "不是同一件事"}
    )
    page = read(browser.get(answer.headers["Location"]))

    assert "不是同一件事" in page.all("li", class_="event")[0].text
    assert page.all("div", class_="approval") == []


def test_the_requester_is_told(login: Login, asked: str) -> None:
    browser = login("principal1")
    browser.post(decision(browser, asked), data={"decision": "refuse", "reason": "不是同一件事"})

    page = read(login("lead1").get("/messages"))

    assert asked in page.all("a", class_="row")[0].text
