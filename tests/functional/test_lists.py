"""The lists: what is due first, filters in the address, masked names, pages, the county."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework.services.filing import NewCase, file_case
from casework.services.pages import queue
from casework.services.pages.masking import masked
from casework.services.reported import NewPerson
from tests.conftest import Frozen
from tests.factories import FIELDS, County
from tests.functional.pages import read
from tests.integration.test_crossings import ACCEPT

Login = Callable[[str], FlaskClient]
Do = Callable[..., None]
File = Callable[..., str]


def rows(browser: FlaskClient, query: str = "") -> list[str]:
    """The numbers on the list, in order."""
    page = read(browser.get(f"/cases{query}"))
    return [e.attrs["href"].rsplit("/", 1)[1] for e in page.all("a", class_="case-row")]


def test_empty_lists_say_what_would_be_here(login: Login) -> None:
    browser = login("teacher1")

    for address in ("/", "/cases", "/messages"):
        assert read(browser.get(address)).all("p", class_="empty")[0].text


def test_today_lists_my_duties_with_what_is_left(login: Login, number: str) -> None:
    page = read(login("lead1").get("/"))

    first = page.all("a", class_="row")[0]
    assert number in first.text
    assert "前" in first.text
    assert page.all("strong", **{"data-due": "2026-09-21T04:00:00+00:00"})


def test_what_is_overdue_comes_first_and_says_so(
    login: Login, number: str, frozen: Frozen, file: File
) -> None:
    frozen.forward(hours=5)
    newer = file()

    browser = login("lead1")

    assert rows(browser) == [number, newer]
    assert rows(browser, "?overdue=1") == [number]
    page = read(browser.get("/cases"))
    assert "tone-limit" in page.all("a", class_="case-row")[0].attrs["class"]


def test_duties_of_others_are_not_mine(login: Login, number: str) -> None:
    duties = read(login("principal1").get("/")).all("a", class_="row")

    own = [e for e in duties if "case-row" not in e.attrs["class"]]
    assert [e for e in own if "受理" in e.text] == []


def test_only_from_outside_of_a_school_its_name_stands_before_the_class(
    login: Login, number: str, frozen: Frozen
) -> None:
    frozen.forward(days=3)

    inside, outside = (
        read(login(who).get("/cases")).all("a", class_="case-row")[0].text
        for who in ("lead1", "officer1")
    )

    assert "七年级1班" in inside
    assert "东山县第一中学" not in inside
    assert "东山县第一中学 七年级1班" in outside


def test_a_way_around_a_duty_is_never_the_main_button(login: Login, number: str) -> None:
    page = read(login("teacher1").get(f"/cases/{number}"))

    ways = [e for e in page.all("a", class_="button") if e.text == "上报公安和教育局"]

    assert ways
    assert not any("main" in e.attrs["class"].split() for e in ways)


@pytest.mark.parametrize("who", ["lead1", "teacher1"])
def test_a_duty_that_cannot_be_done_yet_says_why_or_whose_it_is(
    login: Login, number: str, do: Do, who: str
) -> None:
    do("lead1", number, "accept", **ACCEPT)
    page = read(login(who).get(f"/cases/{number}"))

    barred = [e.text for e in page.all("p", class_="barred")]
    main = [e.text for e in page.all("a", class_="main")]
    quiet = [e.text for e in page.all("a", class_="line")]
    if who == "teacher1":
        assert "启动调查 该步骤由安全主任办理。" in barred
        assert "筛查" not in main
    else:
        assert any(text.startswith("启动调查 请先完成筛查") for text in barred), barred
        assert main.count("筛查") == 2
        assert "认定无法查实" in quiet


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?case_type=bullying", True),
        ("?case_type=absence", False),
        ("?phase=report", True),
        ("?phase=closure", False),
        ("?case_type=bullying&state=reported", True),
        ("?level=2", False),
        ("?q=推搡", True),
        ("?q=不在这里", False),
        ("?q=%25", False),
        ("?level=abc&cursor=nonsense&unit_id=x", True),
        ("?unit_id=999999", False),
    ],
)
def test_filters_live_in_the_address(login: Login, number: str, query: str, *, found: bool) -> None:
    assert rows(login("lead1"), query) == ([number] if found else [])


def test_a_number_is_found(login: Login, number: str) -> None:
    assert rows(login("lead1"), f"?q={number.lower()}") == [number]


def test_pages_follow_each_other_without_gap_or_double(
    login: Login, file: File, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = {file() for _ in range(5)}
    monkeypatch.setattr(queue, "PAGE", 2)
    browser, seen, address = login("lead1"), [], "/cases"

    while address:
        page = read(browser.get(address))
        seen += [e.attrs["href"].rsplit("/", 1)[1] for e in page.all("a", class_="case-row")]
        address = next((e.attrs["href"] for e in page.all("a", rel="next")), "")

    assert len(seen) == 5
    assert set(seen) == numbers


def test_names_are_masked_in_lists(app: Flask, app_county: County, login: Login) -> None:
    report = NewCase(
        "bullying",
        app_county.units["K1"],
        "王小明被推倒",
        people=[NewPerson("王小明", "victim")],
        fields=FIELDS["bullying"],
    )
    with app.extensions["casework"].db.transaction() as session:
        file_case(session, app_county["teacher1"], report)

    for address in ("/", "/cases", "/messages"):
        assert "王小明" not in login("lead1").get(address).text
    assert "王**被推倒" in login("lead1").get("/cases").text
    assert "王小明" not in login("officer1").get("/county").text


@pytest.mark.parametrize(
    ("name", "shown"), [("王明", "王*"), ("王小明", "王**"), ("欧", "欧*"), ("", "")]
)
def test_masking(name: str, shown: str) -> None:
    assert masked(name) == shown


def test_messages_are_read_at_once(login: Login, number: str) -> None:
    browser = login("lead1")
    before = read(browser.get("/messages"))

    browser.post("/messages/read")
    after = read(browser.get("/messages"))

    assert number in before.all("a", class_="unread")[0].text
    assert before.all("b", class_="count")
    assert after.all("a", class_="unread") == []
    assert after.all("b", class_="count") == []


def test_the_county_counts_and_leads_on(
    login: Login, file: File, frozen: Frozen, app_county: County
) -> None:
    file()
    file()
    frozen.forward(hours=30)
    browser = login("officer1")

    page = read(browser.get("/county"))
    school = app_county.units["S1"]

    figures = [e.text.split()[0] for e in page.all("ul", class_="figures") for e in page.all("b")]
    assert "2" in figures
    assert page.all("th", scope="row")[0].text == "东山县第一中学"
    assert len(rows(browser, f"?unit_id={school}&overdue=1")) == 2
    assert "西河县实验学校" not in page.html
