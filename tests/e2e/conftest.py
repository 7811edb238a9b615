"""Browser stories: a real server process with the demo county, a real Chromium, a movable time."""

from __future__ import annotations

import os
import shutil
import socket
import time
from collections.abc import Iterator
from datetime import datetime
from http import HTTPStatus
from http.client import HTTPConnection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from casework.clock import LOCAL
from tests import forks
from tests.common import Common
from tests.e2e.people import People
from tests.factories import MONDAY

NAMES = (
    "chromium-headless-shell",
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)
"""The shell first: it needs less than half the processor time of a whole browser."""
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is a browser story."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium; without one the stories are skipped, in CI they fail."""
    named = os.environ.get("CASEWORK_TEST_CHROMIUM")
    for name in (*([named] if named else []), *NAMES):
        if path := shutil.which(name):
            return path
    if os.environ.get("CI") == "true":
        pytest.fail("no Chromium in CI")
    pytest.skip(
        "no Chromium on this machine: apt-get install -y chromium-headless-shell fonts-noto-cjk"
    )


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    """One headless browser."""
    with sync_playwright() as driver:
        found = driver.chromium.launch(executable_path=chromium, args=list(QUIET))
        yield found
        found.close()


class Installation:
    """`python app.py` in a process of its own; restarted, it lives at another time."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "server.log"
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("CASEWORK_")}
        self.env = inherited | {
            "CASEWORK_DATA_DIR": str(folder),
            "CASEWORK_PORT": str(self.port),
            "CASEWORK_SWEEP_SECONDS": "1",
        }
        self._process: ForkServerProcess | None = None

    def command(self, *words: str) -> str:
        """Run one `flask` command and give back what it prints."""
        done = forks.flask(self.env, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, offset: str = "PT0S") -> None:
        """Serve with the clock shifted by an ISO 8601 duration; commands live then, too."""
        self.stop()
        self.env["CASEWORK_CLOCK_OFFSET"] = offset
        self._process = forks.serve(self.env, self.log)
        for _ in range(1200):
            if self._process.exitcode is not None or self._answers():
                break
            time.sleep(0.05)
        assert self._answers(), self.log.read_text()

    def stop(self) -> int | None:
        """End it as an operator would; the exit code, or None when nothing ran."""
        if self._process is None:
            return None
        self._process.terminate()
        code = forks.end(self._process)
        self._process = None
        return code

    def _answers(self) -> bool:
        """True when it is healthy, that is, when the sweep has passed, too."""
        asked = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            asked.request("GET", "/healthz")
            return asked.getresponse().status == HTTPStatus.OK
        except OSError:
            return False
        finally:
            asked.close()


def quiet(folder: Path) -> None:
    """Make a data folder with the demo county before its first case."""
    folder.mkdir()
    installed = Installation(folder)
    installed.command("init")
    installed.command("demo", "--no-cases")


def until(instant: datetime) -> str:
    """How far the clock must be moved to stand at an instant, as ISO 8601 says it."""
    seconds = int((instant - datetime.now(LOCAL)).total_seconds())
    return f"{'-' if seconds < 0 else ''}PT{abs(seconds)}S"


@pytest.fixture(scope="session")
def quiet_folder(common: Common) -> Path:
    """The demo county before its first case, today: weeks pass in it at once."""
    return common.made("quiet", quiet)


@pytest.fixture(scope="module")
def folder(request: pytest.FixtureRequest) -> Path:
    """A story takes place in the quiet county, everything else in the full one."""
    story = request.module.__name__.endswith("_story")
    found: Path = request.getfixturevalue("quiet_folder" if story else "demo_folder")
    return found


@pytest.fixture(scope="module")
def offset(folder: Path) -> str:
    """By how much the clock of the county is ahead at first: the full one stands at its Monday."""
    return "PT0S" if folder.name == "quiet" else until(MONDAY)


@pytest.fixture(scope="module")
def installation(
    folder: Path, offset: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """The county, served from a copy of its own."""
    own = tmp_path_factory.mktemp("instance")
    shutil.copytree(folder, own, dirs_exist_ok=True)
    found = Installation(own)
    found.start(offset)
    yield found
    found.stop()


@pytest.fixture
def people(browser: Browser, installation: Installation) -> Iterator[People]:
    """Whoever is needed, each with an own browser window: phones in the classroom, else desks."""
    found = People(browser, installation.url)
    yield found
    found.leave()


def later(people: People, installation: Installation, offset: str) -> None:
    """Time passes; a login does not last for days."""
    people.leave()
    installation.start(offset)
