"""One telephone, two pages of the same roll: it is saved once, and no tap is lost unseen."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.books import Book
from tests.e2e.conftest import Installation
from tests.e2e.hours import DAY, Hours, instant
from tests.e2e.people import People

SAVED = """
SELECT enrolled - present FROM rollcall JOIN unit ON unit.id = unit_id
WHERE "on" = ? AND unit.name = '三(1)班'
"""


def tapped(page: Page, url: str, *places: int) -> Page:
    """The roll of the morning with these names tapped."""
    page.clock.set_fixed_time(instant("08:05"))
    page.goto(f"{url}/roll")
    for place in places:
        page.locator(".pupil label").nth(place).click()
    return page


def test_two_pages_of_one_roll_save_one(people: People, installation: Installation) -> None:
    Hours(installation).become("08:05")
    teacher, book = people["teacher1"], Book(installation)

    # Given the same roll open twice, with one absentee and with two
    first = tapped(teacher.page, people.url, 3)
    second = tapped(teacher.page.context.new_page(), people.url, 3, 5)

    # When the first is saved, and then the other
    first.click("[data-roll-save]")
    expect(first.locator(".done")).to_contain_text("已保存")
    second.click("[data-roll-save]")

    # Then the other one is told so, and looks at what was saved
    expect(second.locator("[data-roll-waiting]")).to_contain_text("没有收下")
    assert book.ask(SAVED, DAY.isoformat()) == [(1,)]
    second.locator("[data-roll-waiting] button").click()
    expect(second.locator("main")).to_contain_text("已于 08:05 点名")
    expect(second.locator("[data-roll-waiting]")).to_be_hidden()
    assert book.ask(SAVED, DAY.isoformat()) == [(1,)]
