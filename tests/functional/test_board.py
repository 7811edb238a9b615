"""The boards: every number is the length of its list, and nobody sees beside the own scope."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from casework import clock
from casework.jobs.tasks import sweep
from casework.models import Case, Flag, Unit
from casework.services.filing import NewCase, file_case
from tests.conftest import Frozen
from tests.factories import County, act, bullying, report
from tests.functional.pages import Element, Page, read

Login = Callable[[str], FlaskClient]
Once = Callable[[Callable[[], Any]], Any]
PER_CASE_TYPE = ("bullying", "emergency", "opinion")


@pytest.fixture
def full(app: Flask, app_county: County, frozen: Frozen, once: Once) -> County:
    """Cases of several kinds, levels and ages in both counties and at a bureau itself."""

    def filled() -> County:
        return _fill(app, app_county, frozen)

    return once(filled)  # type: ignore[no-any-return]


def _fill(app: Flask, app_county: County, frozen: Frozen) -> County:
    db = app.extensions["casework"].db
    places = (("teacher1", "K1"), ("teacher2", "K3"), ("officer2", "S3"), ("officer1", "B1"))
    with db.transaction() as session:
        for code, stage in (("S1", "junior"), ("S2", "primary"), ("S3", "primary")):
            session.get_one(Unit, app_county.units[code]).stage = stage
    for who, place in places:
        for kind in PER_CASE_TYPE:
            with db.transaction() as session:
                made = report(app_county, kind) if kind != "bullying" else bullying(app_county)
                made = _moved(made, app_county, place)
                file_case(session, app_county[who], made)
            frozen.forward(minutes=50)
    with db.transaction() as session:
        for n, case in enumerate(session.query(Case).order_by(Case.id)):
            case.level = n % 5
            if n == 2:
                act(session, app_county["lead1"], case, "add_note", text="已联系家长")
    _sweep(app)
    frozen.forward(hours=3)
    _sweep(app)
    with db.transaction() as session:
        flag = session.query(Flag).first()
        assert flag is not None
        flag.cleared_at, flag.cleared_by = clock.now(), app_county["officer1"].user_id
        flag.reason = "已核实"
    return app_county


def _moved(made: NewCase, county: County, place: str) -> NewCase:
    return replace(made, unit_id=county.units[place], people=())


def _sweep(app: Flask) -> None:
    sweep(app.extensions["casework"].db, timedelta(minutes=2))


def listed(browser: FlaskClient, address: str) -> int:
    """How many cases or flags the list at this address has, over all its pages."""
    count = 0
    if address.startswith("/county/flags?"):
        page = read(browser.get(address))
        assert not page.all("nav", class_="pages")
        return len(page.all("span", class_="flag"))
    while address:
        page = read(browser.get(address))
        count += len(page.all("a", class_="case-row"))
        further = [e.attrs["href"] for e in page.all("a", rel="next")]
        address = further[0] if further else ""
    return count


def numbers(page: Page) -> Iterator[tuple[int, str]]:
    """Every number on a board with the address it leads to."""
    for link in page.all("a"):
        address, words = link.attrs.get("href", ""), link.text
        shown = re.fullmatch(r"(?:\D*\d+ · )?(\d+)(?: \D+)?", words)
        if address.startswith(("/cases?", "/county/flags?")) and shown:
            yield int(shown[1]), address


BOARDS = [
    ("officer1", "/county"),
    ("officer1", "/county?case_type=bullying"),
    ("officer1", "/county?stage=primary"),
    ("officer1", "/county?level=2&sort=open"),
    ("officer2", "/county"),
    ("city1", "/city"),
    ("city1", "/city?case_type=emergency"),
    ("city1", "/county"),
    ("officer1", "/county/schools/{S1}"),
    ("officer1", "/county/schools/{S2}"),
]


@pytest.mark.parametrize(("who", "address"), BOARDS)
def test_every_number_is_the_length_of_its_list(
    login: Login, full: County, who: str, address: str
) -> None:
    browser = login(who)

    found = list(numbers(read(browser.get(address.format(**full.units)))))

    assert len(found) > 4
    assert sum(n > 0 for n, _ in found) > 3
    for number, link in found:
        assert listed(browser, link) == number, link


@pytest.mark.parametrize("who", ["officer1", "officer2", "city1"])
def test_the_lines_add_up_to_the_figures_on_top(login: Login, full: County, who: str) -> None:
    page = read(login(who).get("/city" if who == "city1" else "/county"))

    top = {e.text.split(maxsplit=1)[1]: int(e.text.split()[0]) for e in figures(page)}
    for label in ("在办", "超时"):
        cells = page.all("td", **{"data-label": label})
        assert sum(int(cell.text) for cell in cells) == top[label] > 0


def figures(page: Page) -> list[Element]:
    """The figures on top, each with its words."""
    return [e for e in page.all("a") if re.fullmatch(r"\d+ \D+(（.*）)?", e.text)]


def schools(browser: FlaskClient, query: str = "") -> list[str]:
    """The schools of a board in order."""
    page = read(browser.get(f"/county{query}"))
    return [e.text for e in page.all("th", scope="row")]


def test_orders_and_filters_live_in_the_address(login: Login, full: County) -> None:
    browser = login("officer1")
    names = ["东山县第一中学", "东山县第二小学"]

    assert sorted(schools(browser)[:2]) == names
    assert schools(browser, "?sort=name")[:2] == sorted(names)
    assert schools(browser, "?stage=primary") == ["东山县第二小学"]
    assert schools(browser, "?stage=nonsense") == []
    assert schools(browser, "?sort=nonsense") == schools(browser)
    for sort in ("open", "overdue", "level", "late", "flagged", "unacknowledged", "oldest", "last"):
        assert sorted(schools(browser, f"?sort={sort}")[:2]) == names


def test_the_worst_school_comes_first(
    app: Flask, app_county: County, login: Login, frozen: Frozen
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        made = _moved(bullying(app_county), app_county, "K3")
        file_case(session, app_county["teacher2"], made)
    frozen.forward(hours=30)

    assert schools(login("officer1"))[0] == "东山县第二小学"


def test_the_last_handling_is_that_of_a_person_of_the_school(
    login: Login, full: County, app: Flask
) -> None:
    page = read(login("officer1").get("/county"))

    cells = [e.text for e in page.all("td", class_="last")]
    assert any("补充记录" in cell or "备注" in cell for cell in cells), cells
    assert not any("升级" in cell for cell in cells)


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("officer1", "/county/schools/{S3}", 404),
        ("officer1", "/county?unit_id={B2}", 404),
        ("officer1", "/county?unit_id={C}", 404),
        ("officer1", "/county?unit_id={S1}", 404),
        ("officer1", "/county?unit_id=999999", 404),
        ("officer1", "/county/schools/{K1}", 404),
        ("officer1", "/city", 403),
        ("leader1", "/city", 403),
        ("lead1", "/county", 403),
        ("lead1", "/county/schools/{S1}", 403),
        ("principal1", "/city", 403),
        ("admin1", "/city", 403),
        ("city1", "/county?unit_id={B2}", 200),
        ("city1", "/county/schools/{S3}", 200),
        ("officer2", "/county/schools/{S3}", 200),
    ],
)
def test_nobody_sees_a_board_beside_the_own_scope(
    login: Login, full: County, who: str, address: str, status: int
) -> None:
    assert login(who).get(address.format(**full.units)).status_code == status


def test_a_county_sees_nothing_of_the_other(login: Login, full: County) -> None:
    browser = login("officer1")

    for address in ("/county", f"/county/schools/{full.units['S1']}"):
        assert "西河县" not in browser.get(address).text
    own = read(browser.get("/county")).links("/cases?")
    assert own
    for link in own:
        other = re.sub(r"unit_id=\d+", f"unit_id={full.units['B2']}", link)
        assert listed(browser, other) == 0


def test_the_way_to_the_board_is_in_the_navigation(login: Login, app_county: County) -> None:
    for who, address, words in (("officer1", "/county", "县局"), ("city1", "/city", "市局")):
        nav = [e for e in read(login(who).get("/")).all("a") if e.text == words]
        assert [e.attrs["href"] for e in nav] == [address]


def test_a_school_shows_its_flags_and_empty_posts(login: Login, full: County) -> None:
    page = read(login("officer1").get(f"/county/schools/{full.units['S2']}"))

    assert page.all("span", class_="flag")
    posts = [e.text for e in page.all("li")]
    assert any("分管副校长" in post for post in posts)
    assert not any("安全主任" in post and "东山县第二小学" in post for post in posts)


def test_the_board_begins_with_the_day_and_says_how_many_have_come_up(
    login: Login, full: County, app: Flask
) -> None:
    with app.extensions["casework"].db.transaction() as session:
        for case in session.query(Case):
            case.level = 4
        for _ in range(6):
            made = _moved(report(full, "emergency"), full, "K1")
            file_case(session, full["teacher1"], made).level = 2
    page = read(login("officer1").get("/county"))

    links = page.all("a", href=f"/reconciliation?unit_id={full.units['B1']}#schools")
    assert [link.text for link in links] == ["0/0 今日零报告", "0/0 今日点名"]
    first = [e.text.split()[1] for e in figures(page)]
    assert first[:3] == ["在办", "超时", "疑似漏报"]
    quiet = page.all("td", **{"data-label": "沉默？"})
    assert [e.text for e in quiet] == ["无法判断", "无法判断", "–"]
    [more] = [e for e in page.all("a", class_="button") if "全部" in e.text]
    number = int(re.findall(r"\d+", more.text)[0])
    assert number == listed(login("officer1"), more.attrs["href"]) > 10
