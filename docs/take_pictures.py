"""Takes the pictures of the guides from a demo county: ``make pictures``.

The county is made anew in a folder of its own and lives on the next Tuesday at 09:30, so that the
pictures differ from run to run only where the screens do. Needs Chromium, as the stories do.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from shutil import which

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from casework import clock, create_app
from casework.clock import LOCAL
from config.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
PORT = 8399
LARGEST = 120_000
COLOURS = (256, 128, 64, 32)
LANGUAGES = {"zh": "简体中文", "en": "English"}
LOCALES = {"zh": "zh-CN", "en": "en-GB"}
PASSWORD = "demo-casework"  # noqa: S105 - public, of the demo
TUESDAY = 1


@dataclass(frozen=True)
class Shot:
    """One picture: whose screen, what is opened, and what is done there before."""

    name: str
    login: str
    path: str
    prepare: Callable[[Page], object] = lambda page: None
    phone: bool = False


def _first_case(page: Page) -> None:
    page.goto(page.locator("main a[href^='/cases/2']").first.get_attribute("href") or "/")


def _bullying(page: Page) -> None:
    page.goto(
        page.locator("main a[href^='/cases/'][href*='-QL-']").first.get_attribute("href") or "/"
    )


def _to_people(page: Page) -> None:
    page.fill("[name=title]", "早读点名未到")
    page.locator("h1").click()


SHOTS = (
    Shot("teacher-today", "teacher1", "/", phone=True),
    Shot("teacher-report", "teacher1", "/report/absence", _to_people, phone=True),
    Shot("counsellor-case", "counsellor1", "/cases", _first_case),
    Shot("grade-lead-today", "grade3", "/"),
    Shot("safety-lead-case", "lead1", "/", _bullying),
    Shot("principal-approvals", "principal1", "/approvals"),
    Shot("duty-today", "duty1", "/"),
    Shot("bureau-board", "officer1", "/county"),
    Shot("bureau-leader-today", "leader1", "/"),
    Shot("city-board", "city1", "/city"),
    Shot("administrator-accounts", "admin1", "/admin/accounts"),
    Shot("administrator-import", "admin1", "/admin/import"),
)


def main() -> None:
    """Make the county, serve it, take every picture in both languages."""
    with (
        tempfile.TemporaryDirectory() as folder,
        _serving(Path(folder)) as address,
        sync_playwright() as driver,
    ):
        browser = driver.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        for language in LANGUAGES:
            for shot in SHOTS:
                _take(browser, address, shot, language)


def _take(browser: Browser, address: str, shot: Shot, language: str) -> None:
    size = {"width": 390, "height": 844} if shot.phone else {"width": 1280, "height": 900}
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        base_url=address,
        device_scale_factor=2 if shot.phone else 1,
        locale=LOCALES[language],
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/login")
    page.get_by_role("button", name=LANGUAGES[language]).click()
    page.fill("[name=login]", shot.login)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    answer = page.goto(shot.path)
    if answer is None or answer.status != HTTPStatus.OK:
        sys.exit(f"{shot.login} cannot open {shot.path}")
    shot.prepare(page)
    path = PICTURES / f"{shot.name}-{language}.png"
    path.write_bytes(_small(page.screenshot()))
    context.close()


def _small(png: bytes) -> bytes:
    """The picture with as many colours as fit into the size allowed."""
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in COLOURS:
        kept = io.BytesIO()
        picture.quantize(colours, dither=Image.Dither.NONE).save(kept, "PNG", optimize=True)
        if kept.tell() <= LARGEST:
            break
    return kept.getvalue()


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """The demo county at the chosen time, served until the pictures are taken."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("CASEWORK_")}
    env |= {"CASEWORK_DATA_DIR": str(folder), "CASEWORK_PORT": str(PORT)}
    now = datetime.now(UTC)
    then = _next_tuesday(now)
    with clock.at(then):
        commands = create_app(load_settings(env)).test_cli_runner()
        for name in ("init", "demo"):
            done = commands.invoke(args=[name])
            if done.exit_code:
                sys.exit(f"{name}: {done.output}{done.exception or ''}")
    env["CASEWORK_CLOCK_OFFSET"] = f"PT{int((then - now).total_seconds())}S"
    with subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=env) as server:
        try:
            _wait()
            yield f"http://127.0.0.1:{PORT}"
        finally:
            server.terminate()


def _next_tuesday(now: datetime) -> datetime:
    local = now.astimezone(LOCAL)
    found = local.replace(hour=9, minute=30, second=0, microsecond=0)
    found += timedelta(days=(TUESDAY - local.weekday()) % 7)
    return found if found >= local else found + timedelta(days=7)


def _wait() -> None:
    for _ in range(300):
        asked = HTTPConnection("127.0.0.1", PORT, timeout=5)
        try:
            asked.request("GET", "/healthz")
            if asked.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.2)
        finally:
            asked.close()
    sys.exit("The demo county does not answer.")


def _chromium() -> str:
    for name in (
        *("chromium-headless-shell", "chromium", "chromium-browser"),
        *("google-chrome", "google-chrome-stable"),
    ):
        if path := which(os.environ.get("CASEWORK_TEST_CHROMIUM") or name):
            return path
    sys.exit("No Chromium: apt-get install -y chromium-headless-shell fonts-noto-cjk")


if __name__ == "__main__":
    main()
