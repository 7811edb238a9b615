"""What users asked for: which instant is meant, who was told, what ends a duty, what is worst."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from casework.jobs.tasks import sweep
from casework.web.words import by
from tests.conftest import Frozen
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]
File = Callable[..., str]
Do = Callable[..., None]
Sweep = Callable[..., None]
STEP = timedelta(minutes=2)


@pytest.fixture
def pass_by(app: Flask, frozen: Frozen) -> Sweep:
    """Let time pass with the sweep at work, or asleep until the end."""

    def passed(minutes: int, *, asleep: bool = False) -> None:
        database = app.extensions["casework"].db
        if asleep:
            frozen.forward(minutes=minutes)
            sweep(database, STEP)
            return
        for _ in range(minutes // 2):
            frozen.forward(minutes=2)
            sweep(database, STEP)

    return passed


def timeline(page: Page) -> list[str]:
    return [e.text for e in page.all("li", class_="event")]


def test_reminders_and_rises_are_told_apart(login: Login, file: File, pass_by: Sweep) -> None:
    number = file(injury="serious", weapon=True)
    pass_by(150)

    told = timeline(read(login("lead1").get(f"/cases/{number}?all=1")))

    assert any("发出提醒" in one for one in told)
    assert any("超时升级至县教育局" in one for one in told)
    assert any("（级别不变）" in one for one in told)
    assert not any("应触发时间" in one for one in told)
    fired = next(one for one in told if "发出提醒" in one)
    assert "目标" in fired
    assert "办理期限" not in fired


def test_what_the_system_was_late_with_says_so(login: Login, number: str, pass_by: Sweep) -> None:
    pass_by(2)
    pass_by(600, asleep=True)

    told = timeline(read(login("lead1").get(f"/cases/{number}?all=1")))

    assert any("因系统停运，本通知延后发出（原应 2026-09-21" in one for one in told)


def test_what_has_come_up_to_me_stands_on_my_first_page(login: Login, file: File, do: Do) -> None:
    number, other = file(), file()
    for _ in range(2):
        do("lead1", number, "raise_level", reason="需要支持")

    officer = read(login("officer1").get("/"))
    leader = read(login("leader1").get("/"))

    assert number in officer.all("section", **{"aria-labelledby": "risen"})[0].text
    assert other not in officer.all("section", **{"aria-labelledby": "risen"})[0].text
    assert number not in leader.all("section", **{"aria-labelledby": "risen"})[0].text
    assert login("teacher1").get("/").text.count('aria-labelledby="risen"') == 0


def test_a_duty_offers_what_ends_it(login: Login, number: str) -> None:
    browser = login("lead1")
    accept = f"/cases/{number}/actions/accept"

    assert accept in read(browser.get("/")).links("/cases/")
    ways = read(browser.get(f"/cases/{number}")).all("a", class_="button")
    assert accept in [e.attrs["href"] for e in ways]


def test_a_duty_says_whether_target_or_limit_is_meant(login: Login, number: str) -> None:
    row = read(login("lead1").get("/")).all("a", class_="row")[0]

    assert "目标：" in row.text


def test_the_head_shows_what_is_worst(login: Login, file: File, do: Do) -> None:
    number = file(sexual_harm=True)

    page = read(login("lead1").get(f"/cases/{number}"))

    assert "性侵害" in page.all("p", class_="badges")[0].text
    assert "首报内容" in page.html
    assert "最新研判" not in page.html


def test_a_refused_step_says_so_before_anything_is_typed(login: Login, number: str, do: Do) -> None:
    stopped = "2026-09-21T10:45:00+08:00"
    texts = dict.fromkeys(("discovered_by", "stopped_by", "protection"), "教师")
    do("lead1", number, "accept", stopped_at=stopped, **texts)

    page = read(login("lead1").get(f"/cases/{number}/actions/open_investigation"))

    assert page.all("section", class_="problem")[0].text
    assert "disabled" in page.all("button", class_="main")[0].attrs


def test_a_step_somebody_else_did_names_them(login: Login, number: str, do: Do) -> None:
    browser = login("principal1")
    version = read(browser.get(f"/cases/{number}/actions/accept")).value("version")
    stopped = "2026-09-21T10:45:00+08:00"
    texts = dict.fromkeys(("discovered_by", "stopped_by", "protection"), "教师")
    do("lead1", number, "accept", stopped_at=stopped, **texts)

    data = texts | {"version": version, "stopped_at": "2026-09-21T10:45"}
    page = read(browser.post(f"/cases/{number}/actions/accept", data=data), 409)

    assert "教师lead1" in page.all("section", class_="changes")[0].text
    assert page.links(f"/cases/{number}")


def test_side_or_pupil_is_asked_for_first(login: Login, number: str) -> None:
    browser = login("lead1")
    version = read(browser.get(f"/cases/{number}/actions/notify_guardians")).value("version")

    page = read(
        browser.post(f"/cases/{number}/actions/notify_guardians", data={"version": version}), 422
    )

    assert page.links("#f-")[0] == "#f-side"
    assert "请选择哪一方或哪名学生" in page.all("div", id="problem")[0].text


def test_short_entries_have_one_line_and_the_right_keyboard(login: Login, number: str) -> None:
    page = read(login("lead1").get(f"/cases/{number}/actions/record_report?recipient=bureau"))

    assert page.all("input", name="phone")[0].attrs["type"] == "tel"
    assert page.all("input", name="contact")
    chosen = [o.attrs["value"] for o in page.all("option") if "selected" in o.attrs]
    assert chosen == ["bureau"]


def test_an_emergency_form_begins_with_the_numbers_and_the_principal(login: Login) -> None:
    page = read(login("teacher1").get("/report/emergency"))

    block = page.all("aside", class_="emergency")[0]
    assert "教师principal1" in block.text
    assert page.html.index("tel:110") < page.html.index("<form method")


def test_a_day_beyond_tomorrow_has_its_weekday(app: Flask, frozen: Frozen) -> None:
    with app.test_request_context():
        day = clock.now().replace(month=11, day=30, hour=16)

        assert "12月1日（周二）" not in by(day)
        assert "11月30日（周一）24:00" in by(day)
        assert "2026-11-30 24:00" in by(day)


def test_equal_flags_are_one_badge(login: Login, number: str, pass_by: Sweep) -> None:
    pass_by(2 * 24 * 60, asleep=True)

    row = read(login("officer1").get("/cases")).all("a", class_="case-row")[0]

    assert "超时×" in row.text
    assert row.text.count("超时×") == 1


def test_messages_fold_reminders_under_the_escalation(
    login: Login, file: File, pass_by: Sweep
) -> None:
    file(injury="serious", weapon=True)
    pass_by(150)

    page = read(login("lead1").get("/messages"))

    assert page.all("details", class_="folded")
    first = page.all("a", class_="row")[0]
    assert "超" in first.text
    assert "目标 2026-09-21" in first.text


def test_a_receipt_is_complete(login: Login, number: str) -> None:
    page = read(login("teacher1").get(f"/report/filed/{number}"))

    receipt = page.all("section", **{"aria-labelledby": "receipt"})[0].text
    assert "2026-09-21 11:00:00" in receipt
    assert "教师teacher1" in receipt
    assert "七年级1班" in receipt


def test_a_flag_filter_can_be_seen_and_taken_away(login: Login, number: str) -> None:
    page = read(login("officer1").get("/cases?flag=late_report"))

    assert page.value("flag") == "late_report"
    assert "/cases" in [e.attrs["href"] for e in page.all("a", class_="flag")]
