"""What holds for every page: closed by default, a strict policy, two languages, no bare names."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from casework.models import Access
from tests.functional.pages import read

Login = Callable[[str], FlaskClient]
PAGES = ("/", "/report", "/report/bullying", "/cases", "/messages", "/me")
INLINE = re.compile(r"<script(?![^>]*\ssrc=)|<style|\sstyle=|\son[a-z]+=", re.IGNORECASE)


@pytest.mark.parametrize("address", PAGES)
def test_a_stranger_is_led_to_the_login(client: FlaskClient, address: str) -> None:
    answer = client.get(address)

    assert answer.status_code == 303
    assert "/login" in answer.headers["Location"]


@pytest.mark.parametrize("address", [*PAGES, "/login", "/cases/2026-QL-999999", "/nowhere"])
def test_no_page_carries_scripts_or_styles_in_its_text(login: Login, address: str) -> None:
    answer = login("teacher1").get(address, follow_redirects=True)

    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not INLINE.search(answer.text)
    assert len(answer.data) < 100_000


def test_the_case_page_is_clean_and_small(login: Login, number: str) -> None:
    for who in ("teacher1", "lead1", "officer1", "city1"):
        answer = login(who).get(f"/cases/{number}")
        read(answer)
        assert not INLINE.search(answer.text)
        assert len(answer.data) < 100_000


@pytest.mark.parametrize("who", ["staff1", "teacher1", "counsellor1", "lead1", "officer1", "city1"])
def test_every_role_with_cases_sees_the_pages(login: Login, who: str) -> None:
    browser = login(who)

    for address in PAGES:
        page = read(browser.get(address))
        assert len(page.all("h1")) == 1
        assert page.all("html")[0].attrs["lang"] == "zh-CN"


def test_the_county_page_is_for_the_bureau(login: Login) -> None:
    read(login("officer1").get("/county"))
    read(login("principal1").get("/county"), 403)


def test_who_manages_accounts_sees_no_cases(login: Login, number: str) -> None:
    browser = login("admin1")

    read(browser.get("/cases"), 403)
    read(browser.get(f"/cases/{number}"), 403)
    assert read(browser.get("/")).links("/cases") == []


def test_language_is_chosen_and_kept(login: Login) -> None:
    browser = login("teacher1")

    answer = browser.post("/language", data={"locale": "en", "next": "/me"})
    page = read(browser.get("/me"))

    assert answer.headers["Location"] == "/me"
    assert page.all("html")[0].attrs["lang"] == "en"
    assert page.all("h2")[0].text == "My posts"


def test_an_unknown_language_changes_nothing(login: Login) -> None:
    browser = login("teacher1")

    browser.post("/language", data={"locale": "xx"})

    assert read(browser.get("/")).all("html")[0].attrs["lang"] == "zh-CN"


def test_a_wrong_login_tells_nothing_and_keeps_the_name(client: FlaskClient) -> None:
    known = read(client.post("/login", data={"login": "teacher1", "password": "no"}), 422)
    unknown = read(client.post("/login", data={"login": "nobody", "password": "no"}), 422)

    assert known.all("div", id="problem")[0].text == unknown.all("div", id="problem")[0].text
    assert known.value("login") == "teacher1"
    assert known.value("password") == ""


def test_after_logout_the_pages_are_closed(login: Login) -> None:
    browser = login("teacher1")

    browser.post("/logout")

    assert browser.get("/").status_code == 303


def test_what_is_out_of_scope_looks_like_nothing(login: Login, number: str) -> None:
    there = read(login("teacher2").get(f"/cases/{number}"), 404)
    nothing = read(login("teacher2").get("/cases/2026-QL-000999"), 404)

    assert there.all("h1")[0].text == nothing.all("h1")[0].text


def test_the_phone_bar_has_four_entries_at_most(login: Login) -> None:
    for who in ("teacher1", "officer1"):
        page = read(login(who).get("/"))
        bar = page.html.split('<nav class="nav"')[1].split("</nav>")[0]
        assert bar.count("<a ") - bar.count('class="wide"') <= 4


def test_reading_a_case_is_recorded(app: Flask, login: Login, number: str) -> None:
    login("lead1").get(f"/cases/{number}")

    with app.extensions["casework"].db.reading() as session:
        rows = session.scalars(select(Access)).all()
    assert [(row.case_key, row.what, row.door) for row in rows] == [(number, "case", "web")]
