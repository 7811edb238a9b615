"""Who was told: one table from the writing of a message to the answer, with the server's words."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.jobs.delivering import deliver
from casework.models import Access
from casework.services.calls import answering
from casework.services.messages import mark_read
from casework.services.pages import told
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.escalating import TARGET, TEN, armed, db_of, level, passes
from tests.functional.pages import Page, read
from tests.integration.channels.http_servers import Said, service
from tests.integration.channels.mail_servers import mail_server
from tests.integration.posting import mail, never_digest, office, robot
from tests.integration.test_calls import away, person

Login = Callable[[str], FlaskClient]


def rows(page: Page) -> list[str]:
    """The rows of the table as text, the newest first."""
    found, inside = [], False
    for element in page.elements:
        if element.tag == "table" and "told" in element.attrs.get("class", ""):
            inside = True
        if inside and element.tag == "tr":
            found.append(element.text)
    return found[1:]


def test_the_table_tells_the_story_of_an_escalation(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    """The first officer is away, the second silent, the third acknowledges by the link."""
    database = db_of(app)
    person(database, app_county, "officer1c", "bureau_officer", "B1")
    away(database, app_county, "officer1")
    number = armed(app, app_county)
    with mail_server() as box, service(Said({"errcode": 93000, "errmsg": "no such robot"})) as hook:
        mail(database, app_county["officer1b"])
        mail(database, app_county["officer1c"])
        robot(database, app_county["leader1"], app_county.units["B1"], "wecom", key="k-1")
        address = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        courier = office(address, never_digest(), wecom=hook.url)
        for at in (TARGET, TARGET + TEN):
            passes(app, frozen, at)
            deliver(database, courier)
    frozen.forward(minutes=4)
    called = level(app, number, 2)
    with database.transaction() as session:
        mark_read(session, app_county["officer1b"], TARGET + timedelta(minutes=12))
        calls = answering.calls_of(session, called)
        answering.acknowledge_by_link(session, calls[-1].id, timedelta(days=3))

    story = rows(read(login("leader1").get(f"/cases/{number}/told")))
    [over] = [one for one in story if "确认名单" in one and "教师officer1 " in one]
    assert "跳过：外出" in over
    silent = next(one for one in story if "教师officer1b" in one and "到时未确认" in one)
    assert "系统内 即时可见 2026-09-21 11:50:00" in silent
    assert re.search(r"电子邮件 对方服务器已接收 2026-09-21 11:50:\d\d 250 ", silent)
    assert silent.count("2026-09-21 12:02:00") == 1
    third = next(one for one in story if "教师officer1c" in one and "消息里的链接" in one)
    assert "您" in third
    assert "2026-09-21 12:04:00 消息里的链接" in third
    groups = [one for one in story if "东山县教育局的群或渠道" in one]
    group = next(one for one in groups if one.startswith("2026-09-21 11:50"))
    assert "企业微信群机器人 发送失败，正在重试" in group
    assert "errcode 93000: no such robot" in group
    assert story.index(third) < story.index(silent)

    audit = read(login("leader1").get(f"/cases/{number}/audit"))
    assert rows(audit)[: len(story)] == story[:30]
    case = read(login("leader1").get(f"/cases/{number}"))
    assert case.links(f"/cases/{number}/told")
    assert case.all("ul", class_="told-list")[0].text


def test_who_sees_only_a_part_or_nothing_sees_no_table(
    app: Flask, login: Login, app_county: County
) -> None:
    number = armed(app, app_county)
    address = f"/cases/{number}/told"
    assert "本案还没有通知过任何人" not in read(login("lead1").get(address)).html
    for who in ("counsellor1", "lead2", "officer2", "admin1"):
        assert login(who).get(address).status_code in {403, 404}, who
    with db_of(app).reading() as session:
        assert session.query(Access).filter_by(what="told").count() == 1


def test_what_failed_and_what_was_given_up_is_said(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    database, lead = db_of(app), app_county["lead1"]
    mail(database, lead)
    number = armed(app, app_county)
    nowhere = office("smtp://127.0.0.1:9?starttls=none&from=casework@example.org", never_digest())
    deliver(database, nowhere)
    browser = login("lead1")
    failed = " ".join(rows(read(browser.get(f"/cases/{number}/told"))))
    assert "发送失败，正在重试" in failed
    frozen.forward(hours=73)
    deliver(database, nowhere)
    browser = login("lead1")
    given_up = " ".join(rows(read(browser.get(f"/cases/{number}/told"))))
    assert "送不到，已放弃" in given_up


def test_a_long_story_is_leafed_through(
    app: Flask,
    login: Login,
    app_county: County,
    frozen: Frozen,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    number = armed(app, app_county)
    for hours in range(1, 10):
        passes(app, frozen, TARGET + timedelta(hours=hours))
    browser = login("leader1")
    whole = rows(read(browser.get(f"/cases/{number}/told")))
    monkeypatch.setattr(told, "PAGE", 7)
    pages = read(browser.get(f"/cases/{number}/told")).links(f"/cases/{number}/told?page=")
    assert len(pages) == -(-len(whole) // 7) > 1
    assert [row for page in pages for row in rows(read(browser.get(page)))] == whole
    assert read(browser.get(f"/cases/{number}/told?page=999")).html
    assert read(browser.get(f"/cases/{number}/told?page=nonsense")).html
