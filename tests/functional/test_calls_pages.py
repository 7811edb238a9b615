"""To acknowledge: the page, the first page, the messages, the case, and the recorded telephone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import clock
from casework.models import Escalation, Message, Person, User
from casework.notifications.channels import CHANNELS
from casework.permissions import SYSTEM
from casework.services import school_days
from casework.services.messages import send
from tests.conftest import Frozen
from tests.factories import MONDAY, County
from tests.functional.escalating import TARGET, TEN, armed, db_of, level, passes
from tests.functional.pages import Page, read

Login = Callable[[str], FlaskClient]


def of_level(case: Page, called: int) -> str:
    """What the page of a case says about one level."""
    return case.all("article", **{"aria-labelledby": f"level-{called}"})[0].text


def test_who_is_called_acknowledges_with_one_tap(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    assert "没有待您确认的事" in read(login("officer1").get("/calls")).html
    passes(app, frozen, TARGET)
    called = level(app, number, 2)
    officer = login("officer1")
    action = f"/escalations/{called}/acknowledge"

    for address in ("/", "/calls", f"/cases/{number}"):
        page = read(officer.get(address))
        assert page.all("form", method="post", action=action), address
    assert read(officer.get("/messages")).all("button", formaction=action)
    calls = read(officer.get("/calls"))
    shown = calls.all("ul", class_="call-list")[0].text
    for said in (number, "学生欺凌", "还剩 10分", "现在轮到您确认", "东山县第一中学"):
        assert said in shown, said
    assert "教师teacher1" not in calls.html

    done = officer.post(action)
    assert (done.status_code, done.location) == (303, f"/calls?done={called}")
    assert officer.post(action).status_code == 303
    after = read(officer.get(done.location))
    assert "教师officer1 已于" in after.all("div", class_="result")[0].text
    assert after.all("form", action=action) == []
    with db_of(app).reading() as session:
        row = session.get_one(Escalation, called)
        assert row.acknowledged_by == app_county["officer1"].user_id
        told = session.scalars(
            select(Message.read_at).where(
                Message.escalation_id == called, Message.user_id == row.acknowledged_by
            )
        ).all()
    assert told
    assert all(told)
    case = read(officer.get(f"/cases/{number}"))
    assert "教师officer1 已于" in of_level(case, called)


def test_a_colleague_on_the_list_may_answer_and_others_may_not(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    action = f"/escalations/{level(app, number, 2)}/acknowledge"

    second = read(login("officer1b").get("/calls"))
    assert "现在通知的是 教师officer1" in second.html
    assert second.all("form", action=action)
    for who, status in (("principal1", 403), ("leader1", 403), ("lead2", 404), ("officer2", 404)):
        browser = login(who)
        assert read(browser.get("/calls")).all("form", action=action) == [], who
        assert browser.post(action).status_code == status, who
    assert login("officer1b").post(action).status_code == 303


def test_who_was_silent_is_reminded_that_it_still_waits(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET, TARGET + TEN)
    page = read(login("officer1").get("/calls"))
    called = level(app, number, 2)

    assert "您没有确认" in page.html
    case = read(login("officer1").get(f"/cases/{number}"))
    steps = of_level(case, called)
    assert "教师officer1 县教育局工作人员 到时未确认" in steps
    assert "教师officer1b 县教育局工作人员 已通知，等待确认" in steps
    timeline = case.all("ol", class_="events")[0].text
    assert "无人确认，已通知下一人" in timeline
    assert login("officer1").post(f"/escalations/{called}/acknowledge").status_code == 303


def test_who_is_named_by_now_sees_no_call_any_more(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    called = level(app, number, 2)
    with db_of(app).transaction() as session:
        officer = app_county["officer1"].user_id
        session.add(Person(case_id=int(number[-6:]), part="staff", name="", user_id=officer))
    browser = login("officer1")
    assert number not in browser.get("/calls").text
    assert number not in browser.get("/").text
    assert browser.get(f"/calls?done={called}").status_code == 200
    assert browser.post(f"/escalations/{called}/acknowledge").status_code == 404
    assert browser.get(f"/escalations/{called}/phone").status_code == 404


def test_who_is_named_by_now_is_not_offered_for_a_telephone_call(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    address = f"/escalations/{level(app, number, 2)}/phone"
    officer = login("officer1b")
    assert "教师officer1 ·" in officer.get(address).text
    with db_of(app).transaction() as session:
        named = app_county["officer1"].user_id
        session.add(Person(case_id=int(number[-6:]), part="staff", name="", user_id=named))
    page = officer.get(address).text
    assert "教师officer1 ·" not in page
    assert "没有可由您登记通话的人" in page
    assert 'name="user_id"' not in page


def test_an_officer_records_a_telephone_call(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    frozen.forward(minutes=5)
    called = level(app, number, 2)
    officer = login("officer1b")
    address = f"/escalations/{called}/phone"
    assert read(officer.get(f"/cases/{number}")).links(address) == [address]
    assert read(officer.get("/calls")).links(address) == [address]
    form = read(officer.get(address))
    offered = [e.text for e in form.all("option")]
    assert offered == ["请选择", "教师officer1 · 县教育局工作人员"]

    blank = read(officer.post(address, data={"user_id": "", "at": "2026-09-21T11:52"}), 422)
    assert blank.links("#f-user_id")
    spoken = {"user_id": str(app_county["officer1"].user_id)}
    late = read(officer.post(address, data={**spoken, "at": "2026-09-21T23:00"}), 422)
    assert late.links("#f-at")
    assert late.value("at") == "2026-09-21T23:00"
    assert late.all("option", selected="")[0].attrs["value"] == spoken["user_id"]
    unread = read(officer.post(address, data={**spoken, "at": "soon"}), 422)
    assert unread.links("#f-at")
    done = officer.post(address, data={**spoken, "at": "2026-09-21T11:52"})
    assert done.status_code == 303
    shown = of_level(read(officer.get(f"/cases/{number}")), called)
    assert "教师officer1 已于 今天 11:52" in shown
    assert "电话" in shown
    assert "由 教师officer1b 登记" in shown
    assert login("lead1").get(address).status_code == 403
    assert login("officer1").get("/escalations/999999/phone").status_code == 404


def test_one_message_is_marked_as_read(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    for _ in range(2):
        armed(app, app_county)
    passes(app, frozen, TARGET)
    browser = login("officer1")
    page = read(browser.get("/messages"))
    own = [e.attrs["formaction"] for e in page.all("button", class_="mark-read")]
    assert len(own) > 1
    assert login("officer1b").post(own[0]).status_code == 404
    assert browser.post(own[0]).status_code == 303
    left = [e.attrs.get("formaction") for e in read(browser.get("/messages")).all("button")]
    assert own[0] not in left
    assert own[1] in left


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        (
            "zh_CN",
            (
                "今日简报 2026-09-21：今天到期2件，已超时1件，待确认3件，待审批4件，未读消息5条",
                "企业微信群机器人：有7条消息送不到，已放弃发送：“errcode 93000”",
                "电子邮件自2026-09-21 11:00起发不出消息：“421 busy”",
            ),
        ),
        (
            "en",
            (
                "Your day, 2026-09-21: 2 due today, 1 overdue, 3 to acknowledge, 4 to approve",
                "WeCom group robot: 7 messages could not be delivered and have been given up",
                "E-mail has not taken any message since 2026-09-21 11:00: “421 busy”",
            ),
        ),
    ],
)
def test_digests_and_alarms_of_channels_read_well(
    app: Flask, login: Login, app_county: County, locale: str, said: tuple[str, ...]
) -> None:
    counts = {"today": 2, "overdue": 1, "calls": 3, "approvals": 4, "unread": 5}
    digest = {"number": "", "on": "2026-09-21", **counts}
    given_up = {"number": "", "channel": CHANNELS["wecom"].label, "n": 7, "answer": "errcode 93000"}
    failing = {"number": "", "channel": CHANNELS["email"].label, "answer": "421 busy"}
    with db_of(app).transaction() as session:
        users = [session.get_one(User, app_county["officer1"].user_id)]
        for template, params in (
            ("digest_daily", digest),
            ("channel_dead", given_up),
            ("channel_failing", {**failing, "due_at": MONDAY}),
        ):
            send(session, users, template, params, at=clock.now(), level=2)
    browser = login("officer1")
    browser.post("/language", data={"locale": locale})
    page = read(browser.get("/messages"))
    for sentence in said:
        assert sentence in page.html, sentence
    targets = [e.attrs.get("href") for e in page.all("a", class_="unread")]
    assert sorted(filter(None, targets)) == ["/", "/channels", "/channels"]


def test_what_a_school_owes_calls_without_a_number(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    """Nobody has attested the day: the principal is called, and the page names the school."""
    with db_of(app).transaction() as session:
        term = (app_county.units["B1"], "秋季", date(2026, 9, 1), date(2027, 1, 20))
        school_days.add_term(session, SYSTEM, *term)
    evening = MONDAY.replace(hour=16, minute=31)
    passes(app, frozen, MONDAY.replace(hour=12), evening)
    principal = login("principal1")
    page = read(principal.get("/calls"))
    shown = page.all("ul", class_="call-list")[0].text
    assert "签报当日情况" in shown or "零报告" in shown
    assert "东山县第一中学" in shown
    assert "2026-" not in shown.replace("2026-09-2", "")
    [form] = [e for e in page.all("form") if e.attrs["action"].endswith("/acknowledge")]
    assert principal.get("/messages").status_code == 200
    done = principal.post(form.attrs["action"])
    assert done.status_code == 303
    after = read(principal.get(done.location))
    assert "东山县第一中学" in after.all("div", class_="result")[0].text
    assert login("principal2").post(form.attrs["action"]).status_code == 404
    assert login("officer1").post(form.attrs["action"]).status_code == 303


def test_the_first_page_shows_the_nearest_calls_and_leads_to_all(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    for _ in range(12):
        armed(app, app_county)
    passes(app, frozen, TARGET)
    assert len(read(login("officer1").get("/calls")).all("li", class_="call")) == 12
    for who in ("officer1", "officer1b"):
        today = read(login(who).get("/"))
        assert len(today.all("li", class_="call")) == 3, who
        assert today.links("/calls") == ["/calls"], who
