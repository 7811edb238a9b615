"""Forms sent twice, with a dead token, or without a login: nothing is doubled, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from casework.models import Case, Event
from casework.web import filing as web_filing
from tests.factories import County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
QUESTIONS = ("weapon", "sexual_harm", "self_harm", "extortion", "video_spread")


@pytest.fixture
def typed(app_county: County) -> dict[str, Any]:
    return {
        "title": "走廊里推搡",
        "unit_id": str(app_county.units["K1"]),
        "known_at": "2026-09-21T10:50",
        "fields.injury": "none",
        **{f"fields.{name}": "false" for name in QUESTIONS},
    }


def count(app: Flask, kind: type[Any]) -> int:
    with app.extensions["casework"].db.reading() as session:
        return session.scalar(select(func.count()).select_from(kind)) or 0


def test_a_report_sent_twice_is_one_case(app: Flask, login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")
    typed["form_key"] = read(browser.get("/report/bullying")).value("form_key")

    first = browser.post("/report/bullying", data=typed)
    second = browser.post("/report/bullying", data=typed)

    assert first.headers["Location"] == second.headers["Location"]
    assert count(app, Case) == 1


def test_an_error_does_not_use_the_key_up(login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")
    typed["form_key"] = read(browser.get("/report/bullying")).value("form_key")

    assert browser.post("/report/bullying", data=typed | {"title": ""}).status_code == 422
    assert browser.post("/report/bullying", data=typed).status_code == 303


def test_other_entries_under_a_used_key_are_kept_and_asked_about(
    app: Flask, login: Login, typed: dict[str, Any]
) -> None:
    browser = login("teacher1")
    typed["form_key"] = read(browser.get("/report/bullying")).value("form_key")
    browser.post("/report/bullying", data=typed)

    page = read(browser.post("/report/bullying", data=typed | {"title": "另一件事"}), 409)
    again = typed | {"title": "另一件事", "form_key": page.value("form_key")}

    assert page.value("title") == "另一件事"
    assert browser.post("/report/bullying", data=again).status_code == 303
    assert count(app, Case) == 2


def test_a_step_sent_twice_is_done_once(app: Flask, login: Login, number: str) -> None:
    browser = login("lead1")
    form = read(browser.get(f"/cases/{number}/actions/add_note"))
    data = {
        "form_key": form.value("form_key"),
        "version": form.value("version"),
        "text": "已到校",
    }

    first = browser.post(f"/cases/{number}/actions/add_note", data=data)
    events = count(app, Event)
    second = browser.post(f"/cases/{number}/actions/add_note", data=data)

    assert first.headers["Location"] == second.headers["Location"]
    assert count(app, Event) == events


def test_a_dead_token_keeps_what_was_typed(app: Flask, login: Login, typed: dict[str, Any]) -> None:
    browser = login("teacher1")
    app.config["WTF_CSRF_ENABLED"] = True

    page = read(browser.post("/report/bullying", data=typed), 400)
    typed["csrf_token"] = page.value("csrf_token")

    assert page.value("title") == "走廊里推搡"
    assert browser.post("/report/bullying", data=typed).status_code == 303


def test_a_dead_token_of_a_step_keeps_what_was_typed(app: Flask, login: Login, number: str) -> None:
    browser = login("lead1")
    app.config["WTF_CSRF_ENABLED"] = True

    page = read(browser.post(f"/cases/{number}/actions/add_note", data={"text": "已到校"}), 400)

    assert page.value("text") == "已到校"
    assert page.value("csrf_token")


def test_without_a_login_there_is_a_way_back_to_the_form(
    app: Flask, client: FlaskClient, app_county: County, typed: dict[str, Any]
) -> None:
    answer = client.post("/report/bullying", data=typed)
    app.config["WTF_CSRF_ENABLED"] = True
    page = read(client.post("/report/bullying", data=typed), 400)

    assert answer.headers["Location"].endswith("next=/report/bullying")
    assert "/login?next=/report/bullying" in page.links("/login")


class Deadlock(Exception):
    sqlstate = "40P01"


def test_a_form_that_met_another_is_carried_out_again_once(
    app: Flask, login: Login, typed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, met, real = login("teacher1"), [0], web_filing.once

    def once(*args: Any) -> Any:
        found = real(*args)
        if met[0]:
            met[0] -= 1
            raise OperationalError("UPDATE", {}, Deadlock())
        return found

    monkeypatch.setattr(web_filing, "once", once)

    def send(collisions: int, **more: Any) -> Any:
        met[0] = collisions
        key = read(browser.get("/report/bullying")).value("form_key")
        return browser.post("/report/bullying", data=typed | {"form_key": key}, **more)

    assert send(1).status_code == 303
    assert count(app, Case) == 1
    refused = send(2)
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "1")
    assert send(1, content_type="multipart/form-data").status_code == 503, "an upload is not read"
    assert count(app, Case) == 1
