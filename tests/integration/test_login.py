"""Logging in: limited, revocable, the same answer for every kind of wrong."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.db import Database
from casework.services import people
from casework.services.limits import PER_ACCOUNT, PER_ADDRESS
from tests.conftest import Frozen
from tests.factories import PASSWORD, County

Login = Callable[[str], FlaskClient]


def db_of(app: Flask) -> Database:
    db: Database = app.extensions["casework"].db
    return db


def attempt(client: FlaskClient, who: str, password: str, address: str = "10.0.0.1") -> int:
    answer = client.post(
        "/login",
        data={"login": who, "password": password},
        environ_overrides={"REMOTE_ADDR": address},
    )
    return answer.status_code


def test_every_page_asks_for_a_login_and_remembers_where_to_go(client: FlaskClient) -> None:
    answer = client.get("/cases?level=2")

    assert answer.status_code == 303
    assert answer.location == "/login?next=/cases?level%3D2"


def test_the_right_password_opens_the_pages(login: Login) -> None:
    assert login("teacher1").get("/").status_code == 200


def test_wrong_unknown_and_disabled_look_the_same(
    app: Flask, client: FlaskClient, app_county: County
) -> None:
    with db_of(app).transaction() as session:
        people.disable(session, "lead1")
    answers = [
        client.post("/login", data={"login": who, "password": password})
        for who, password in (("teacher1", "wrong"), ("nobody", "wrong"), ("lead1", PASSWORD))
    ]

    assert {answer.status_code for answer in answers} == {422}
    token = re.compile(r'name="csrf_token" value="[^"]*"')  # signed with the second
    pages = {
        token.sub("", a.text.replace(who, ""))
        for a, who in zip(answers, ("teacher1", "nobody", "lead1"), strict=True)
    }
    assert len(pages) == 1


def test_the_attempt_after_the_last_is_refused_even_with_the_right_password(
    client: FlaskClient,
) -> None:
    wrong = [attempt(client, "teacher1", "wrong") for _ in range(PER_ACCOUNT.amount)]
    answer = client.post("/login", data={"login": "teacher1", "password": PASSWORD})

    assert set(wrong) == {422}
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_the_limit_of_an_account_does_not_depend_on_the_address(client: FlaskClient) -> None:
    for n in range(PER_ACCOUNT.amount):
        attempt(client, "teacher1", "wrong", f"10.0.0.{n}")

    assert attempt(client, "teacher1", PASSWORD, "10.0.9.9") == 429
    assert attempt(client, "lead1", PASSWORD, "10.0.9.9") == 303


def test_one_address_cannot_try_many_accounts(client: FlaskClient) -> None:
    for n in range(PER_ADDRESS.amount):
        attempt(client, f"guess{n}", "wrong")

    assert attempt(client, "teacher1", PASSWORD) == 429
    assert attempt(client, "teacher1", PASSWORD, "10.0.0.2") == 303


def test_success_and_time_both_forgive(client: FlaskClient, frozen: Frozen) -> None:
    for _ in range(PER_ACCOUNT.amount - 1):
        attempt(client, "teacher1", "wrong")
    assert attempt(client, "teacher1", PASSWORD) == 303
    for _ in range(PER_ACCOUNT.amount):
        assert attempt(client, "teacher1", "wrong") == 422
    assert attempt(client, "teacher1", PASSWORD) == 429
    frozen.forward(minutes=16)

    assert attempt(client, "teacher1", PASSWORD) == 303


def test_logging_out_ends_the_session_on_the_server(app: Flask, login: Login) -> None:
    browser = login("teacher1")
    kept = browser.get_cookie("casework_session")
    assert kept is not None
    browser.post("/logout")
    thief = app.test_client()
    thief.set_cookie("casework_session", kept.value)

    assert thief.get("/").status_code == 303


@pytest.mark.parametrize("end", ["disable", "password"])
def test_closing_an_account_and_a_new_password_end_its_sessions(
    app: Flask, login: Login, end: str
) -> None:
    browser = login("teacher1")
    with db_of(app).transaction() as session:
        if end == "disable":
            people.disable(session, "teacher1")
        else:
            people.set_password(session, "teacher1", "another password")

    assert browser.get("/").status_code == 303


def test_a_session_ends_after_a_working_day(login: Login, frozen: Frozen) -> None:
    browser = login("teacher1")
    frozen.forward(hours=11, minutes=59)
    assert browser.get("/").status_code == 200
    frozen.forward(minutes=2)

    assert browser.get("/").status_code == 303


def test_the_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    answer = client.post("/login", data={"login": "teacher1", "password": PASSWORD})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "casework_session=" in c)

    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_forms_without_their_token_are_refused(app: Flask, app_county: County) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    answer = app.test_client().post("/login", data={"login": "teacher1", "password": PASSWORD})

    assert answer.status_code == 400
    assert answer.mimetype == "text/html"


def test_headers_forbid_inline_code_and_caching(client: FlaskClient) -> None:
    answer = client.get("/login")
    policy = answer.headers["Content-Security-Policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_an_account_of_one_school_sees_nothing_of_another(login: Login) -> None:
    assert login("teacher2").get("/cases/2026-QL-000001").status_code == 404


def test_too_large_a_body_is_refused(login: Login) -> None:
    answer = login("teacher1").post("/report/bullying", data={"title": "x" * 3_000_000})

    assert answer.status_code == 413
