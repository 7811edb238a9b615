"""The one case page: what can be done, what cannot and why, and what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

from casework import clock
from casework.services.pages.case import NEWEST
from tests.conftest import Frozen
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]
Do = Callable[..., None]

ACCEPT = {
    "discovered_by": "班主任",
    "stopped_by": "值周老师",
    "stopped_at": "2026-09-21T10:45",
    "protection": "已分开",
}


def acts(page: Page) -> list[str]:
    """The actions offered on a case page, by name."""
    return [e.attrs["id"].removeprefix("act-") for e in page.all("a", class_="act")]


def version(browser: FlaskClient, number: str, action: str) -> str:
    return read(browser.get(f"/cases/{number}/actions/{action}")).value("version")


def test_the_page_tells_where_the_case_is(login: Login, number: str) -> None:
    page = read(login("lead1").get(f"/cases/{number}"))

    path = page.all("ol", class_="path")[0]
    assert page.all("li", **{"aria-current": "step"})
    assert "已报告" in path.text
    assert number in page.all("title")[0].text
    assert page.all("svg", class_="bar")


def test_no_name_stands_in_title_or_address(login: Login, number: str) -> None:
    page = read(login("lead1").get(f"/cases/{number}"))

    assert "学生" not in page.all("title")[0].text.replace("学生欺凌", "")
    assert not [href for href in page.links("/") if "学生" in href]


def test_actions_follow_the_role(login: Login, number: str) -> None:
    teacher = acts(read(login("teacher1").get(f"/cases/{number}")))
    lead = acts(read(login("lead1").get(f"/cases/{number}")))

    assert "accept" not in teacher
    assert {"accept", "screen", "escalate"} <= set(lead)


def test_what_is_refused_says_why_and_what_would_help(login: Login, number: str, do: Do) -> None:
    accepted = ACCEPT | {"stopped_at": "2026-09-21T10:45:00+08:00"}
    do("lead1", number, "accept", **accepted)

    page = read(login("lead1").get(f"/cases/{number}"))

    assert "open_investigation" not in acts(page)
    refused = page.all("div", id="act-open_investigation")[0]
    assert refused.text
    assert f"/cases/{number}/actions/screen" in page.links("/cases/")
    assert f"/cases/{number}/actions/notify_guardians" in page.links("/cases/")


def test_the_reason_of_a_clock_says_what_is_no_law(login: Login, number: str) -> None:
    page = read(login("lead1").get(f"/cases/{number}"))

    assert page.all("em", class_="default")
    assert page.all("ol", class_="derivation")[0].text
    assert page.all("q")


def test_an_act_is_done_and_its_result_told(login: Login, number: str) -> None:
    browser = login("lead1")
    data = ACCEPT | {"version": version(browser, number, "accept")}

    answer = browser.post(f"/cases/{number}/actions/accept", data=data)
    page = read(browser.get(answer.headers["Location"]))

    assert answer.status_code == 303
    assert page.all("section", class_="result")
    assert "初核" in page.all("ol", class_="path")[0].text


def test_a_missing_entry_keeps_the_others(login: Login, number: str) -> None:
    browser = login("lead1")
    data = ACCEPT | {"version": version(browser, number, "accept"), "protection": ""}

    page = read(browser.post(f"/cases/{number}/actions/accept", data=data), 422)

    assert page.links("#f-") == ["#f-protection"]
    assert page.value("discovered_by") == "班主任"
    assert page.value("stopped_at") == "2026-09-21T10:45"


def test_unknown_can_be_ticked(login: Login, number: str) -> None:
    browser = login("lead1")
    data: dict[str, Any] = {f"{name}.unknown": "unknown" for name in ACCEPT}

    answer = browser.post(
        f"/cases/{number}/actions/accept",
        data=data | {"version": version(browser, number, "accept")},
    )

    assert answer.status_code == 303


def test_a_stale_form_keeps_what_was_typed_and_shows_what_changed(
    login: Login, number: str, do: Do
) -> None:
    browser = login("lead1")
    data = ACCEPT | {"version": version(browser, number, "accept")}
    do("teacher1", number, "add_note", text="刚刚联系过")

    page = read(browser.post(f"/cases/{number}/actions/accept", data=data), 409)

    assert page.value("discovered_by") == "班主任"
    assert "刚刚联系过" in page.all("section", class_="changes")[0].text
    data["version"] = page.value("version")
    assert browser.post(f"/cases/{number}/actions/accept", data=data).status_code == 303


def test_a_step_that_is_over_says_so(login: Login, number: str, do: Do) -> None:
    browser = login("lead1")
    data = ACCEPT | {"version": version(browser, number, "accept")}
    do("lead1", number, "accept", **ACCEPT | {"stopped_at": "2026-09-21T10:45:00+08:00"})
    data["version"] = "2"

    page = read(browser.post(f"/cases/{number}/actions/accept", data=data), 409)

    assert page.all("div", id="problem")
    assert page.value("discovered_by") == "班主任"


def test_a_guard_that_needs_the_answers_refuses_after_them(login: Login, number: str) -> None:
    browser = login("lead1")
    data = {
        "version": version(browser, number, "notify_guardians"),
        "outcome": "reached",
        "told_at": "2026-09-21T10:55",
    }

    page = read(browser.post(f"/cases/{number}/actions/notify_guardians", data=data), 422)

    assert page.all("div", id="problem")
    assert page.value("outcome") == "reached"


def test_the_wrong_role_is_refused_in_words(login: Login, number: str) -> None:
    page = read(
        login("teacher1").post(f"/cases/{number}/actions/accept", data=ACCEPT | {"version": "1"}),
        403,
    )

    assert page.all("div", id="problem")[0].text


@pytest.mark.parametrize("action", ["dance", "reopen"])
def test_there_is_no_form_for_what_cannot_be(login: Login, number: str, action: str) -> None:
    assert login("lead1").get(f"/cases/{number}/actions/{action}").status_code in {404, 409}


def test_answers_that_do_not_apply_are_left_out(login: Login, number: str) -> None:
    browser = login("lead1")
    data = {
        "version": version(browser, number, "notify_guardians"),
        "side": "victim",
        "outcome": "reached",
        "reason": "refused",
        "told_at": "2026-09-21T10:55",
    }

    answer = browser.post(f"/cases/{number}/actions/notify_guardians", data=data)

    assert answer.status_code == 303
    event = read(browser.get(answer.headers["Location"])).all("li", class_="event")[0]
    assert "拒绝" not in event.text


def test_the_timeline_is_readable_and_its_chain_verified(login: Login, number: str, do: Do) -> None:
    do("teacher1", number, "add_note", text="家长已到校")

    page = read(login("lead1").get(f"/cases/{number}"))

    events = page.all("li", class_="event")
    assert "教师teacher1" in events[0].text
    assert "家长已到校" in events[0].text
    assert len(events) == 2
    assert "2" in page.all("p", class_="chain")[0].text


def test_the_form_of_a_step_is_for_its_roles(login: Login, number: str) -> None:
    read(login("teacher1").get(f"/cases/{number}/actions/accept"), 403)


def test_a_long_story_shows_its_newest_part_first(login: Login, number: str, do: Do) -> None:
    for place in range(NEWEST + 5):
        do("teacher1", number, "add_note", text=f"第{place}次")
    browser = login("lead1")

    page = read(browser.get(f"/cases/{number}"))
    everything = read(browser.get(f"/cases/{number}?all=1"))

    assert len(page.all("li", class_="event")) == NEWEST
    assert page.links(f"/cases/{number}?all=1")
    assert len(everything.all("li", class_="event")) == NEWEST + 6
    assert len(page.html.encode()) < 100_000


def test_a_step_without_occasion_is_not_shown(login: Login, number: str) -> None:
    page = read(login("principal1").get(f"/cases/{number}"))

    for action in ("extend", "accept_reassignment", "reply_supervision"):
        assert action not in page.html


def test_a_photo_is_not_asked_whether_it_is_lost(login: Login, number: str) -> None:
    page = read(login("teacher1").get(f"/cases/{number}/actions/secure_evidence"))

    lost = {
        field.attrs["value"]: "checked" in field.attrs for field in page.all("input", name="lost")
    }
    assert lost == {"true": False, "false": True}


def test_a_period_of_no_law_says_so_without_being_unfolded(app: Flask, frozen: Frozen) -> None:
    period = {"title": "期限", "recipient": "", "due": None, "bar": None, "period": True}
    counted = {"started_at": clock.now(), "target_at": None, "limit_at": clock.now()}
    law = {"owner": "", "basis": "", "basis_en": "", "quote": "", "evidence": "", "region": ""}
    rule = {"derivation": (), "rule_id": "a.b", "rule_version": 1, "provisional": False}
    line = SimpleNamespace(**period, **counted, **law, **rule, default=True)
    page = '{% import "_macros.html" as m with context %}{{ m.clock_block(line, "1", ()) }}'

    with app.test_request_context():
        shown = render_template_string(page, line=line).partition("<details")[0]

    assert "只是期间，无须办理" in shown
    assert "本系统默认值，非法定时限" in shown
