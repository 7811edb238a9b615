"""My notifications: addresses with what is wanted there, a real test, quiet hours, the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import clock
from casework.models import CalendarFeed, Endpoint, Person, Preference, User
from casework.notifications.channels import Ground
from casework.permissions import Role
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.escalating import TARGET, armed, db_of
from tests.functional.pages import Page, read
from tests.integration.channels.http_servers import Asked, Said, service
from tests.integration.channels.mail_servers import Box, mail_server

Login = Callable[[str], FlaskClient]
HERE = "/me/notifications"
MAIL = {"channel": "email", "email.address": "officer1@example.org", "email.label": "办公"}


@pytest.fixture
def box(app: Flask) -> Iterator[Box]:
    """A mail server that the application sends to."""
    kept = app.extensions["casework"]
    with mail_server() as found:
        url = f"smtp://127.0.0.1:{found.port}?starttls=none&from=casework@example.org"
        ground = replace(kept.office.ground, smtp_url=url, sender="casework@example.org")
        app.extensions["casework"] = replace(kept, office=replace(kept.office, ground=ground))
        yield found
    app.extensions["casework"] = kept


def own(app: Flask) -> list[Endpoint]:
    with db_of(app).reading() as session:
        return list(session.scalars(select(Endpoint).where(Endpoint.removed_at.is_(None))))


def actions(page: Page) -> list[str]:
    return [e.attrs["action"] for e in page.all("form")]


def test_an_address_is_entered_changed_and_removed(app: Flask, login: Login) -> None:
    browser = login("officer1")
    assert HERE in read(browser.get("/me")).links(HERE)
    page = read(browser.get(HERE))
    assert "还没有" in page.all("p", class_="empty")[0].text
    wrong = browser.post(f"{HERE}/addresses", data={**MAIL, "email.address": "nobody"})
    refused = read(wrong, 422)
    assert refused.links("#f-email.address")
    assert refused.value("email.address") == "nobody"
    assert refused.value("email.label") == "办公"

    assert browser.post(f"{HERE}/addresses", data=MAIL).location == f"{HERE}?done=1"
    [made] = own(app)
    assert "officer1@example.org" not in made.address
    page = read(browser.get(HERE))
    shown = page.all("li", class_="endpoint")[0].text
    assert "电子邮件 办公 officer1@example.org 还没有发送过" in shown
    where = f"{HERE}/addresses/{made.id}"
    wanted = {"min_level": "1", "fallback": "1", "muted": ["Findings", "Approvals"]}
    assert browser.post(where, data=wanted).status_code == 303
    [changed] = own(app)
    assert (changed.min_level, changed.fallback) == (1, True)
    assert sorted(changed.muted) == ["Approvals", "Findings"]
    page = read(browser.get(HERE))
    ticked = {e.attrs["value"] for e in page.all("input", name="muted") if "checked" in e.attrs}
    assert ticked == {"Approvals", "Findings"}
    assert read(browser.post(where, data={"muted": "nonsense"}), 422).links("#f-")
    for other in ("officer1b", "leader1", "admin1"):
        for rest in ("", "/remove", "/test"):
            assert login(other).post(where + rest).status_code == 404, (other, rest)
    assert browser.post(f"{where}/remove").status_code == 303
    assert own(app) == []


def test_a_channel_that_the_unit_has_not_set_up_is_not_offered(app: Flask, login: Login) -> None:
    browser = login("officer1")
    page = read(browser.get(HERE))
    assert "本单位还没有开通" in page.html
    names = {e.attrs.get("name") for e in page.all("input")}
    assert "email.address" in names
    assert not {one for one in names if one and one.startswith(("wecom", "webhook", "apprise"))}
    given = {"channel": "wecom_app", "wecom_app.user_id": "li"}
    assert browser.post(f"{HERE}/addresses", data=given).status_code == 422
    for kind in ("webhook", "wecom", "apprise", "nonsense"):
        assert browser.post(f"{HERE}/addresses", data={"channel": kind}).status_code == 422, kind
    assert own(app) == []


def test_a_test_goes_out_at_once_and_shows_the_servers_own_words(
    app: Flask, login: Login, box: Box
) -> None:
    browser = login("officer1")
    browser.post(f"{HERE}/addresses", data=MAIL)
    where = f"{HERE}/addresses/{own(app)[0].id}/test"
    page = read(browser.post(where))
    assert box.recipients == ["officer1@example.org"]
    assert "测试消息" in box.mail[0].decode() or b"=?utf-8?" in box.mail[0]
    assert "250 2.0.0 queued as 1" in page.all("q", class_="server")[0].text
    refused = [browser.post(where).status_code for _ in range(6)]
    assert refused == [200] * 4 + [429] * 2
    assert len(box.mail) == 5
    [kept] = own(app)
    assert (kept.failures, kept.last_ok_at) == (0, None)


def test_a_test_that_fails_says_why(app: Flask, login: Login) -> None:
    browser = login("officer1")
    browser.post(f"{HERE}/addresses", data=MAIL)
    page = read(browser.post(f"{HERE}/addresses/{own(app)[0].id}/test"))
    assert "测试消息没有发出" in page.html
    assert "CASEWORK_SMTP_URL" in page.all("q", class_="server")[0].text


def test_quiet_hours_digests_and_language_are_kept(
    app: Flask, login: Login, app_county: County
) -> None:
    browser = login("officer1")
    page = read(browser.get(HERE))
    assert "2级及以上的通知照发不误" in page.html
    daily, weekly = (page.all("input", name=name)[0].attrs for name in ("daily", "weekly"))
    assert ("checked" in daily, "checked" in weekly) == (True, False)  # as the post has it
    assert "checked" not in read(login("staff1").get(HERE)).all("input", name="daily")[0].attrs

    wrong = read(browser.post(HERE, data={"quiet_from": "22:00", "quiet_until": ""}), 422)
    assert wrong.links("#f-quiet_until")
    assert wrong.value("quiet_from") == "22:00"
    for data, field in (
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "quiet_until"),
        ({"quiet_from": "late", "quiet_until": "06:30"}, "quiet_from"),
        ({"locale": "fr"}, "locale"),
    ):
        assert read(browser.post(HERE, data=data), 422).links(f"#f-{field}"), data

    chosen = {"quiet_from": "22:00", "quiet_until": "06:30", "weekly": "1", "locale": "en"}
    assert browser.post(HERE, data=chosen).status_code == 303
    with db_of(app).reading() as session:
        kept = session.get_one(Preference, app_county["officer1"].user_id)
        assert (kept.quiet_from, kept.quiet_until) == (22 * 60, 6 * 60 + 30)
        assert (kept.daily, kept.weekly) == (False, True)
        assert session.get_one(User, kept.user_id).locale == "en"
    page = read(browser.get(HERE))
    assert (page.value("quiet_from"), page.value("quiet_until")) == ("22:00", "06:30")
    assert browser.post(HERE, data={"daily": "1"}).status_code == 303
    with db_of(app).reading() as session:
        assert session.get_one(Preference, app_county["officer1"].user_id).quiet_from is None


def feed_of(browser: FlaskClient) -> str:
    page = read(browser.post(f"{HERE}/calendar", data={"do": "renew"}))
    address = page.all("code", class_="secret")[0].text
    assert address.endswith(".ics")
    return address[address.index("/calendar/") :]


def test_a_calendar_holds_ones_clocks_and_no_names(
    app: Flask, login: Login, client: FlaskClient, app_county: County, frozen: Frozen
) -> None:
    number = armed(app, app_county)
    browser = login("lead1")
    address = feed_of(browser)
    with db_of(app).reading() as session:
        [kept] = session.scalars(select(CalendarFeed)).all()
    assert kept.token_hash not in address
    assert len(address) > len("/calendar/.ics") + 40
    assert address not in read(browser.get(HERE)).html

    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Set-Cookie" not in answer.headers
    found = icalendar.Calendar.from_ical(answer.data)
    titles = [str(event["summary"]) for event in found.walk("VEVENT")]
    assert f"{number}：向公安和教育局报告（目标）" in titles
    starts = {event["dtstart"].dt for event in found.walk("VEVENT")}
    assert TARGET in starts
    for private in ("学生", "走廊", "教师", "推搡"):
        assert private not in answer.text, private
    assert client.get(address).data == answer.data
    assert "上次读取" in read(browser.get(HERE)).html
    assert number not in client.get(feed_of(login("lead2"))).text


def test_a_calendar_ends_with_its_address_its_account_and_ones_name(
    app: Flask, login: Login, client: FlaskClient, app_county: County
) -> None:
    number = armed(app, app_county)
    browser = login("lead1")
    first = feed_of(browser)
    second = feed_of(browser)
    assert first != second
    assert client.get(first).status_code == 404
    assert number in client.get(second).text
    with db_of(app).transaction() as session:
        lead = app_county["lead1"].user_id
        session.add(Person(case_id=int(number[-6:]), part="staff", name="", user_id=lead))
    assert number not in client.get(second).text
    with db_of(app).transaction() as session:
        session.get_one(User, lead).disabled_at = clock.now()
    assert client.get(second).status_code == 404
    with db_of(app).transaction() as session:
        session.get_one(User, lead).disabled_at = None
    assert client.get(second).status_code == 200
    assert browser.post(f"{HERE}/calendar", data={"do": "revoke"}).status_code == 303
    assert client.get(second).status_code == 404
    assert client.get("/calendar/none.ics").status_code == 404


def test_a_calendar_is_read_and_guessed_only_so_often(
    app: Flask, login: Login, client: FlaskClient
) -> None:
    address = feed_of(login("lead1"))
    answers = [client.get(address).status_code for _ in range(61)]
    assert answers == [200] * 60 + [429]
    guesses = [client.get(f"/calendar/{n}.ics").status_code for n in range(61)]
    assert guesses == [404] * 60 + [429]


def test_a_person_enters_only_the_own_part_of_a_shared_channel(
    app: Flask, login: Login, app_county: County
) -> None:
    """What the administrator has entered for the bureau is joined when something is sent."""
    kept = app.extensions["casework"]
    shared = {"corp_id": "ww1", "secret": "s-1", "agent_id": "1000002"}

    def wecom(asked: Asked) -> Said:
        token = {"errcode": 0, "errmsg": "ok", "access_token": "t", "expires_in": 7200}
        return Said(token if asked.path == "/cgi-bin/gettoken" else {"errcode": 0, "errmsg": "ok"})

    given = {"channel": "wecom_app", **{f"wecom_app.{name}": v for name, v in shared.items()}}
    unit = app_county.units["C"]
    assert login("admin1").post(f"/channels/{unit}", data=given).status_code == 303
    browser = login("officer1")
    names = {e.attrs.get("name") for e in read(browser.get(HERE)).all("input")}
    assert "wecom_app.user_id" in names
    assert "wecom_app.secret" not in names
    own_part = {"channel": "wecom_app", "wecom_app.user_id": "li"}
    assert browser.post(f"{HERE}/addresses", data=own_part).status_code == 303
    endpoint = next(one for one in own(app) if one.user_id)
    with service(wecom) as corp:
        ground = Ground("", "", {**kept.office.ground.bases, "wecom": corp.url})
        app.extensions["casework"] = replace(kept, office=replace(kept.office, ground=ground))
        page = read(browser.post(f"{HERE}/addresses/{endpoint.id}/test"))
        app.extensions["casework"] = kept
    assert "errcode 0" in page.all("q", class_="server")[0].text
    assert corp.asked[-1].data["touser"] == "li"
    assert app_county["admin1"].posts[0].role is Role.ADMIN
