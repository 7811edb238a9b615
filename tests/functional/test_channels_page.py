"""The channels of units: entered by a generated form, tested, watched, and tried once more."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework import clock
from casework.jobs.delivering import deliver
from casework.models import Endpoint, Parcel, User
from casework.notifications.channels import CHANNELS, Ground
from casework.services.messages import mark_read
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.escalating import TARGET, TEN, armed, db_of, passes
from tests.functional.pages import Page, read
from tests.integration.channels.http_servers import Said, service
from tests.integration.channels.mail_servers import mail_server
from tests.integration.posting import mail, never_digest, office, write

Login = Callable[[str], FlaskClient]
ROBOT = {"channel": "wecom", "wecom.key": "k-1", "wecom.label": "值班群", "wecom.min_level": "2"}
DOWN = "smtp://127.0.0.1:9?starttls=none&from=casework@example.org"


def all_endpoints(app: Flask) -> list[Endpoint]:
    with db_of(app).reading() as session:
        return list(session.scalars(select(Endpoint).order_by(Endpoint.id)))


def kinds(page: Page) -> set[str]:
    return {e.attrs["value"] for e in page.all("input", name="channel")}


def test_the_form_of_every_channel_is_made_from_its_fields(
    login: Login, app_county: County
) -> None:
    page = read(login("admin1").get("/channels"))
    assert kinds(page) == set(CHANNELS)
    names = {e.attrs.get("name"): e.attrs for e in page.all("input")}
    for channel in CHANNELS.values():
        common = {one.name for one in channel.fields if one.shared}
        for one in channel.fields:
            shown = f"{channel.kind}.{one.name}" in names
            assert shown == (not common or one.name in common), (channel.kind, one.name)
            if shown and one.secret:
                assert names[f"{channel.kind}.{one.name}"]["type"] == "password"
    # What may lead to any address of the network is for administrators alone.
    assert kinds(read(login("principal1").get("/channels"))) == set(CHANNELS) - {
        *("webhook", "apprise")
    }
    assert kinds(read(login("lead1").get("/channels"))) == set()


def test_a_robot_is_entered_and_its_key_never_shown_again(
    app: Flask, login: Login, app_county: County
) -> None:
    leader, bureau = login("leader1"), app_county.units["B1"]
    blank = read(leader.post(f"/channels/{bureau}", data={**ROBOT, "wecom.key": ""}), 422)
    assert blank.links("#f-wecom.key")
    assert blank.value("wecom.label") == "值班群"
    wrong = {**ROBOT, "wecom.key": "https://example.org/?key=secret-key"}
    refused = read(leader.post(f"/channels/{bureau}", data=wrong), 422)
    assert "secret-key" not in refused.html
    assert leader.post(f"/channels/{bureau}", data=ROBOT).status_code == 303
    [made] = all_endpoints(app)
    assert (made.unit_id, made.channel, made.min_level) == (bureau, "wecom", 2)
    page = read(leader.get("/channels"))
    assert "值班群" in page.all("li", class_="endpoint")[0].text
    assert "k-1" not in page.html
    where = f"/channels/endpoints/{made.id}"
    assert leader.post(where, data={"min_level": "3"}).status_code == 303
    assert all_endpoints(app)[0].min_level == 3
    assert read(leader.post(where, data={"min_level": "9"}), 422).html
    for who, status in (("officer1", 403), ("principal1", 404), ("lead1", 403), ("admin1", 303)):
        assert login(who).post(where, data={"min_level": "1"}).status_code == status, who
    assert leader.post(f"{where}/remove").status_code == 303
    assert all_endpoints(app)[0].removed_at is not None
    assert leader.post(f"{where}/remove").status_code == 404


def test_a_test_message_shows_what_the_robot_answers(
    app: Flask, login: Login, app_county: County
) -> None:
    leader, kept = login("leader1"), app.extensions["casework"]
    leader.post(f"/channels/{app_county.units['B1']}", data=ROBOT)
    where = f"/channels/endpoints/{all_endpoints(app)[0].id}/test"
    with service(Said({"errcode": 93000, "errmsg": "invalid webhook url"})) as hook:
        ground = Ground("", "", {**kept.office.ground.bases, "wecom": hook.url})
        app.extensions["casework"] = replace(kept, office=replace(kept.office, ground=ground))
        page = read(leader.post(where))
        app.extensions["casework"] = kept
    assert len(hook.asked) == 1
    assert "测试消息没有发出" in page.html
    assert "errcode 93000: invalid webhook url" in page.all("q", class_="server")[0].text


def test_who_only_reads_sees_health_and_no_address(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    database, kept = db_of(app), app.extensions["casework"].office
    given = {"channel": "email", "email.address": "duty@example.org", "email.min_level": "2"}
    made = login("leader1").post(f"/channels/{app_county.units['B1']}", data=given)
    assert made.status_code == 303
    write(database, [app_county["officer1"]], "escalation", 2)
    number = armed(app, app_county)
    passes(app, frozen, TARGET)
    ground = replace(kept.ground, smtp_url=DOWN, sender="casework@example.org")
    deliver(database, replace(kept, ground=ground, terms=never_digest()))

    assert "duty@example.org" in read(login("leader1").get("/channels")).html
    seen = read(login("officer1").get("/channels"))
    assert "duty@example.org" not in seen.html
    shown = seen.all("li", class_="endpoint")[0].text
    assert "今天 11:50" in shown
    assert "起发不出" in shown
    assert "等待中：1" in shown
    assert seen.all("form", method="post") == []
    board = read(login("officer1").get("/county"))
    trouble = board.all("p", class_="trouble")[0].text
    assert "发不出的渠道：1" in trouble
    assert board.links("/channels?unit=")
    assert read(login("city1").get("/city")).all("p", class_="trouble")
    assert "发不出的渠道：1" in read(login("city1").get("/channels")).html
    assert number not in seen.html


def test_reach_ends_with_the_own_units(login: Login, app_county: County) -> None:
    units = app_county.units
    for who, code, status in (
        ("principal1", "S1", 200),
        ("principal1", "S2", 404),
        ("principal1", "B1", 404),
        ("officer1", "S2", 200),
        ("officer1", "S3", 404),
        ("admin1", "S3", 200),
        ("lead1", "K1", 404),
    ):
        answer = login(who).get(f"/channels?unit={units[code]}")
        assert answer.status_code == status, (who, code)
    assert login("teacher1").get("/channels").status_code == 403
    assert login("principal1").get("/channels?unit=nonsense").status_code == 200


def dead(app: Flask, county: County, frozen: Frozen) -> Parcel:
    """A message to the first officer that was given up after three days."""
    database = db_of(app)
    mail(database, county["officer1"])
    write(database, [county["officer1"]], "escalation", 2)
    broken = office(DOWN, never_digest())
    deliver(database, broken)
    frozen.forward(hours=73)
    deliver(database, broken)
    with database.reading() as session:
        return session.scalars(select(Parcel).where(Parcel.state == "dead")).one()


def test_what_was_given_up_is_told_and_tried_again(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    parcel = dead(app, app_county, frozen)
    leader = login("leader1")
    page = read(leader.get("/channels"))
    again = f"/channels/parcels/{parcel.id}/again"
    assert page.all("form", action=again)
    assert "其他渠道也没有通知到： 教师officer1" in page.html.replace("</b>", "")
    assert "officer1@example.org" not in page.html
    assert "放弃的消息：1" in read(login("officer1").get("/county")).html
    assert "放弃的消息：1" in read(login("admin1").get("/admin/reach")).html
    for who, status in (("officer1", 403), ("principal1", 404), ("officer2", 403)):
        assert login(who).post(again).status_code == status, who
    assert leader.post(again, data={"unit": app_county.units["B1"]}).status_code == 303
    with mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}?starttls=none&from=casework@example.org"
        deliver(db_of(app), office(url, never_digest()))
    assert box.recipients.count("officer1@example.org") >= 1
    assert parcel.uid in "".join(raw.decode() for raw in box.mail)
    assert leader.post(again).status_code == 409
    assert "近30天放弃发送的消息" in read(leader.get("/channels")).html


def test_who_has_read_it_in_the_system_was_reached(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    dead(app, app_county, frozen)
    with db_of(app).transaction() as session:
        mark_read(session, app_county["officer1"], clock.now())
    assert "每个人都已从其他渠道收到" in read(login("leader1").get("/channels")).html


def test_nothing_goes_again_to_an_address_that_was_removed(
    app: Flask, login: Login, app_county: County, frozen: Frozen
) -> None:
    parcel = dead(app, app_county, frozen)
    with db_of(app).transaction() as session:
        session.get_one(Endpoint, parcel.endpoint_id).removed_at = clock.now()
    leader = login("leader1")
    assert "地址已删除" in read(leader.get("/channels")).html
    assert leader.post(f"/channels/parcels/{parcel.id}/again").status_code == 409


@pytest.mark.parametrize(("closed", "words"), [(True, "1 0"), (False, "0 1")])
def test_the_administrator_sees_levels_that_had_nobody(
    app: Flask, login: Login, app_county: County, frozen: Frozen, closed: bool, words: str
) -> None:
    """Nobody to call is one thing, nobody who answers another."""
    if closed:
        with db_of(app).transaction() as session:
            for who in ("officer1", "officer1b"):
                session.get_one(User, app_county[who].user_id).disabled_at = clock.now()
    armed(app, app_county)
    admin = login("admin1")
    assert "没有：升级到的每一级" in read(admin.get("/admin/reach")).html
    passes(app, frozen, TARGET, *(TARGET + n * TEN for n in (1, 2)))
    page = read(login("admin1").get("/admin/reach"))
    row = next(e.text for e in page.all("tr") if "已升级至县局 " in e.text + " ")
    assert f"东山县第一中学 已升级至县局 {words} 今天" in row
    frozen.forward(days=31)
    assert "已升级至县局" not in read(login("admin1").get("/admin/reach")).html
