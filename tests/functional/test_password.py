"""The own password: changed by who knows it, and first of all when it came on paper."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.models import User
from casework.services import passwords
from tests.factories import PASSWORD, County
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
NEW = "eine neue Passphrase"


def wish(browser: FlaskClient, present: str, new: str = NEW, again: str = NEW) -> tuple[int, str]:
    """Send the form; the code and the page."""
    data = {"present": present, "new": new, "again": again}
    answer = browser.post("/me/password", data=data)
    return answer.status_code, answer.text


def enter(app: Flask, login: str, password: str) -> FlaskClient:
    browser = app.test_client()
    browser.post("/login", data={"login": login, "password": password})
    return browser


def test_a_new_password_ends_the_other_sessions(app: Flask, login: Login) -> None:
    here, elsewhere = login("teacher1"), login("teacher1")

    assert wish(here, PASSWORD)[0] == 303

    assert here.get("/me").status_code == 200
    assert elsewhere.get("/me").status_code == 303
    assert enter(app, "teacher1", PASSWORD).get("/me").status_code == 303
    assert enter(app, "teacher1", NEW).get("/me").status_code == 200


@pytest.mark.parametrize(
    ("present", "new", "again", "field"),
    [
        ("wrong password", NEW, NEW, "present"),
        (PASSWORD, "short", "short", "new"),
        (PASSWORD, PASSWORD, PASSWORD, "new"),
        (PASSWORD, NEW, NEW + "!", "again"),
    ],
)
def test_a_fault_is_told_at_its_field(
    app: Flask, login: Login, present: str, new: str, again: str, field: str
) -> None:
    code, text = wish(login("teacher1"), present, new, again)

    assert code == 422
    assert f'id="e-{field}"' in text
    assert enter(app, "teacher1", PASSWORD).get("/me").status_code == 200


def test_guessing_the_present_one_is_limited(login: Login) -> None:
    browser = login("teacher1")

    codes = [wish(browser, f"guess number {n}")[0] for n in range(12)]

    assert codes[0] == 422
    assert codes[-1] == 429


def test_an_initial_password_is_changed_before_anything_else(
    app: Flask, app_county: County
) -> None:
    first, stored = passwords.initial()
    with app.extensions["casework"].db.transaction() as session:
        session.get_one(User, app_county["lead1"].user_id).password_hash = stored
    browser = enter(app, "lead1", first)

    for path in ("/", "/cases", "/me"):
        answer = browser.get(path)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/me/password")
    assert read(browser.get("/me/password")).all("p", class_="lead")
    data = {"present": first, "new": NEW, "again": NEW}
    after = read(browser.get(browser.post("/me/password", data=data).headers["Location"]))

    assert "密码已修改" in after.all("div", role="status")[0].text
    assert "密码已修改" not in browser.get("/me").text
    assert browser.get("/").status_code == 200
