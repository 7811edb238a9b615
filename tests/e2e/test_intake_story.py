"""Somebody reports without a name, over a real network to a real server, and is answered."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.e2e.conftest import Installation
from tests.e2e.looking import faults
from tests.e2e.people import People
from tests.e2e.sizes import PHONE
from tests.integration.test_intake import NAME, SERIAL, planted_photo

PLANTED = {
    "User-Agent": "PlantedBrowser/9.9",
    "X-Forwarded-For": "203.0.113.77",
}
WORDS = "他每天被围住要钱,说不想活了。"


def looked_at(page: Page) -> Page:
    """The page, which fulfils what every page must."""
    assert not list(faults(page, page.content()))
    page.set_viewport_size(PHONE.viewport)
    return page


def test_a_report_without_a_name_and_its_answer(
    browser: Browser, people: People, installation: Installation
) -> None:
    officer = people["officer1"].page
    officer.goto(f"{installation.url}/boxes")
    looked_at(officer).click("a[href$=poster] >> nth=1")
    looked_at(officer)
    assert officer.locator("svg.qr").is_visible()

    context = browser.new_context(viewport=PHONE.viewport, extra_http_headers=PLANTED)
    child = context.new_page()
    child.goto(f"{installation.url}/tell")
    child.click("a.row >> nth=0")
    child.select_option("[name=box]", index=2)
    child.click("button.main")
    child.fill("[name=text]", WORDS)
    looked_at(child).click("form button.main")  # speaks of danger: the telephone comes first
    assert child.locator("a[href='tel:12356']").is_visible()
    photo = {"name": f"{NAME}.jpg", "mimeType": "image/jpeg", "buffer": planted_photo()}
    looked_at(child)
    assert child.locator("[name=files]").count() == 0  # none had been chosen
    child.click("form button.main")
    code = looked_at(child).inner_text(".code")

    officer.goto(f"{installation.url}/messages")
    officer.click("a[href$=conversation] >> nth=0")
    officer.fill("[name=text]", "请问是几楼?")
    looked_at(officer).click("main form button.main")

    child.click("main a.button[href*=answers]")
    child.fill("[name=code]", code.lower().replace("-", " "))
    child.click("form button.main")
    assert "请问是几楼?" in child.inner_text("main")
    child.fill("[name=text]", "二楼")
    child.set_input_files("[name=files]", [photo])  # type: ignore[list-item]
    looked_at(child).click("form button.main")
    officer.reload()
    assert officer.locator("ul.evidence-list img").is_visible()

    assert context.cookies() == []
    assert child.locator("script").count() == 0
    context.close()
    _nothing_kept(Path(installation.env["CASEWORK_DATA_DIR"]), (NAME, SERIAL, "lanted", code))


def _nothing_kept(folder: Path, secrets: tuple[str, ...]) -> None:
    """None of it is in the database, the files or the log of the server."""
    for path in folder.rglob("*"):
        content = path.read_bytes() if path.is_file() else b""
        assert not [secret for secret in (*secrets, "203.0.113") if secret.encode() in content]
