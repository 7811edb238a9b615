"""The signed link: on a telephone that is not logged in, once, and for nobody who only looks."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from casework import clock
from casework.models import Call, Clock, Escalation, User
from tests.conftest import Frozen
from tests.factories import County
from tests.functional.escalating import TARGET, TEN, armed, db_of, level, passes
from tests.functional.pages import read

PROTECTED = {
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


@pytest.fixture
def number(app: Flask, app_county: County, frozen: Frozen) -> str:
    """A case whose second level has just called its first officer."""
    made = armed(app, app_county)
    passes(app, frozen, TARGET)
    return made


def link(app: Flask, number: str, height: int = 2) -> str:
    """The address that stands in the message of the newest call of a level."""
    with db_of(app).reading() as session:
        query = select(Call.id).where(Call.escalation_id == level(app, number, height))
        call_id = session.scalars(query.order_by(Call.id.desc())).first()
    assert call_id is not None
    office = app.extensions["casework"].office
    address: str = office.links.answer(call_id)
    return address.removeprefix(app.extensions["casework"].settings.base_url)


def row(app: Flask, number: str) -> Escalation:
    with db_of(app).reading() as session:
        return session.get_one(Escalation, level(app, number, 2))


def test_one_button_acknowledges_and_the_link_then_tells_who_did(
    app: Flask, client: FlaskClient, app_county: County, number: str, frozen: Frozen
) -> None:
    address = link(app, number)
    seen = client.get(address)
    page = read(seen)
    shown = page.all("main")[0].text
    for said in (number, "学生欺凌", "已升级至县局", "向公安和教育局报告", "还剩 10分"):
        assert said in shown, said
    for private in ("教师", "学生1", "走廊", "推搡", "officer1"):
        assert private not in page.html, private
    assert {name: seen.headers[name] for name in PROTECTED} == PROTECTED
    assert "Set-Cookie" not in seen.headers
    assert [e.attrs["type"] for e in page.all("button")] == ["submit"]
    assert page.all("script") == []

    done = client.post(address)
    assert done.status_code == 303
    assert done.location == address
    found = row(app, number)
    assert found.acknowledged_by == app_county["officer1"].user_id
    with db_of(app).reading() as session:
        call = session.scalars(select(Call).where(Call.escalation_id == found.id)).one()
        assert (call.outcome, call.means) == ("acknowledged", "link")
    after = read(client.get(address))
    assert "教师officer1 已于 今天 11:50" in after.all("main")[0].text
    assert after.all("button") == []

    frozen.forward(minutes=3)
    assert client.post(address).status_code == 303
    assert row(app, number).acknowledged_at == found.acknowledged_at


def test_who_only_looks_acknowledges_nothing(app: Flask, client: FlaskClient, number: str) -> None:
    address = link(app, number)
    for method in ("GET", "HEAD", "OPTIONS", "GET"):
        assert client.open(address, method=method).status_code == 200
    assert row(app, number).acknowledged_at is None


def test_a_form_is_accepted_without_a_token_against_foreign_pages(
    app: Flask, client: FlaskClient, number: str
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post(link(app, number)).status_code == 303
    assert row(app, number).acknowledged_at is not None


def test_made_up_expired_and_withdrawn_links_look_the_same(
    app: Flask, client: FlaskClient, app_county: County, number: str, frozen: Frozen
) -> None:
    good = link(app, number)
    last = "A" if good[-1] != "A" else "B"
    wrong = [f"{good[:-1]}{last}", "/acknowledge/none", f"{good}x"]
    answers = [client.open(one, method=m) for one in wrong for m in ("GET", "POST")]
    with db_of(app).transaction() as session:
        session.get_one(User, app_county["officer1"].user_id).disabled_at = clock.now()
    answers += [client.get(good), client.post(good)]
    with db_of(app).transaction() as session:
        session.get_one(User, app_county["officer1"].user_id).disabled_at = None
    assert client.get(good).status_code == 200
    frozen.move_to(TARGET + timedelta(days=3, seconds=1))
    answers += [client.get(good), client.post(good)]

    assert {one.status_code for one in answers} == {404}
    texts = {one.text.replace(one.request.path, "") for one in answers}
    assert len(texts) == 1
    assert number not in texts.pop()
    assert row(app, number).acknowledged_at is None


def test_the_next_person_may_be_called_and_the_first_link_still_acknowledges(
    app: Flask, client: FlaskClient, number: str, frozen: Frozen
) -> None:
    first = link(app, number)
    passes(app, frozen, TARGET + TEN)
    assert link(app, number) != first
    assert "系统正在通知其他人" in read(client.get(first)).html
    assert client.post(first).status_code == 303
    assert row(app, number).acknowledged_at == TARGET + TEN
    assert "教师officer1 已于" in read(client.get(link(app, number))).html


def test_a_duty_that_is_done_asks_for_nothing(app: Flask, client: FlaskClient, number: str) -> None:
    with db_of(app).transaction() as session:
        clock_id = session.get_one(Escalation, level(app, number, 2)).clock_id
        session.execute(
            update(Clock)
            .where(Clock.id == clock_id)
            .values(stopped_at=clock.now(), stopped_by="test", next_rung_at=None)
        )
    page = read(client.get(link(app, number)))
    assert "事情已经办了" in page.html
    assert page.all("button") == []


def test_the_language_can_be_chosen(app: Flask, client: FlaskClient, number: str) -> None:
    address = link(app, number)
    english = read(client.get(f"{address}?lang=en"))
    assert "You have been called" in english.html
    assert f"{address}?lang=zh_CN" in [e.attrs.get("href") for e in english.all("a")]
    assert client.post(f"{address}?lang=en").location == f"{address}?lang=en"


def test_pressing_again_and_again_is_stopped_and_looking_is_not(
    app: Flask, client: FlaskClient, number: str
) -> None:
    answers = [client.post("/acknowledge/none").status_code for _ in range(61)]
    assert answers == [404] * 60 + [429]
    refused = client.post(link(app, number))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    assert row(app, number).acknowledged_at is None
    assert client.get(link(app, number)).status_code == 200
