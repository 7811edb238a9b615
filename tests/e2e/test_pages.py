"""Every page on a phone and at a desk: reachable for everybody, and a report without scripts."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Installation
from tests.e2e.people import People, Person

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
PAGES = {
    "teacher1": (
        "/",
        "/report",
        "/report/bullying",
        "/report/absence",
        "/cases",
        "/messages",
        "/me",
    ),
    "lead2": ("/cases/2026-QL-000003", "/cases/2026-QL-000003/actions/submit_report"),
    "officer1": (
        "/county",
        "/county?sort=open&level=1",
        "/county/schools/8",
        "/cases/2026-YQ-000004/audit",
        "/cases/2026-YQ-000004/audit?part=events",
        "/cases/2026-YQ-000004",
        "/cases/2026-YQ-000004/actions/log_figures",
    ),
    "city1": ("/city",),
    "officer2": ("/cases/2026-TF-000008", "/cases/2026-QK-000011"),
}


@pytest.fixture(params=[pytest.param(PHONE, id="phone"), pytest.param(DESK, id="desk")])
def size(request: pytest.FixtureRequest) -> dict[str, int]:
    found: dict[str, int] = request.param
    return found


def sideways(page: Page) -> int:
    """By how many pixels a page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize("login", PAGES)
def test_pages_can_be_used_by_everybody(people: People, login: str) -> None:
    person = people[login]
    for path in PAGES[login]:
        answer = person.page.goto(f"{person.url}{path.replace('2026', person.year)}")
        assert answer is not None
        assert answer.status == 200, path
        found = Axe().run(person.page)
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"
        assert sideways(person.page) <= 0, path


def test_a_report_needs_no_scripts(browser: Browser, installation: Installation) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="zh-CN")
    teacher = Person(context, installation.url, "teacher1")
    number = teacher.report(
        "bullying",
        "持刀威胁同学",
        {"1": "victim"},
        injury="minor",
        weapon=True,
        sexual_harm=False,
        self_harm=False,
        extortion="unknown",
        video_spread=False,
    )
    # Danger in the words: the emergency numbers stand first on the page that follows.
    expect(teacher.page.locator(".emergency a[href='tel:110']")).to_be_visible()
    page = teacher.open(number)
    expect(page.locator("body")).to_contain_text("已报告·待受理")
    expect(page.locator("body")).to_contain_text("向公安和教育局报告")
    context.close()
