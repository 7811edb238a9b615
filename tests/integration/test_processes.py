"""The real processes: start, serve, sweep, and leave cleanly on a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from config.settings import ROOT
from tests.forks import flask

SOON = 60
"""Seconds a process may take on a machine with much else to do."""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
    return port


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    """The environment of a fresh installation that sweeps every second."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CASEWORK_")}
    return {
        **kept,
        "CASEWORK_DATA_DIR": str(tmp_path),
        "CASEWORK_PORT": str(free_port()),
        "CASEWORK_SWEEP_SECONDS": "1",
    }


@contextmanager
def process(env: dict[str, str], *args: str) -> Iterator[subprocess.Popen[str]]:
    """A process of ours, ended if the test does not end it."""
    started = subprocess.Popen(
        [sys.executable, *args],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def health(env: dict[str, str]) -> dict[str, object]:
    """The health once the sweep has passed."""
    until = time.monotonic() + SOON
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{env['CASEWORK_PORT']}/healthz", timeout=5) as answer:
                found: dict[str, object] = json.load(answer)
                return found
        except (HTTPError, URLError, OSError):
            time.sleep(0.1)
    raise AssertionError("the server never became healthy")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_server_migrates_sweeps_and_leaves_with_zero(
    env: dict[str, str], stop: signal.Signals
) -> None:
    with process(env, "-W", "error", "app.py") as server:
        assert health(env)["status"] == "ok"
        server.send_signal(stop)
        out, err = server.communicate(timeout=SOON)

    assert server.returncode == 0, err
    assert env["CASEWORK_PORT"] in out
    assert "Traceback" not in err


def test_a_taken_port_is_one_sentence(env: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(env["CASEWORK_PORT"])))
        taken.listen()
        with process(env, "app.py") as server:
            _, err = server.communicate(timeout=SOON)

    assert server.returncode == 1
    assert "Traceback" not in err


def test_the_worker_sweeps_and_leaves_with_zero(env: dict[str, str]) -> None:
    assert flask(env, "init").returncode == 0
    with process(env, "-m", "flask", "--app", "app", "worker") as worker:
        assert worker.stderr is not None
        assert "Sweeping" in worker.stderr.readline()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=SOON) == 0
    swept = flask(env, "sweep", "--json")

    assert json.loads(swept.stdout)["failed"] == []


def test_mistakes_in_the_settings_stop_the_start_in_words(env: dict[str, str]) -> None:
    offset = flask({**env, "CASEWORK_CLOCK_OFFSET": "P3D"}, "user", "list")
    nonsense = flask({**env, "CASEWORK_SWEEP_SECONDS": "soon"}, "user", "list")

    assert (offset.returncode, nonsense.returncode) == (1, 1)
    assert "Traceback" not in offset.stderr + nonsense.stderr
    assert "CASEWORK_SWEEP_SECONDS" in nonsense.stderr


def test_a_broken_pack_stops_the_start_with_file_and_line(
    env: dict[str, str], tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    rules.mkdir()
    text = (ROOT / "config" / "rules" / "national.yaml").read_text(encoding="utf-8")
    (rules / "national.yaml").write_text(
        text.replace("unit: hour", "unit: moon", 1), encoding="utf-8"
    )
    result = flask({**env, "CASEWORK_RULES_DIR": str(rules)}, "init")

    assert result.returncode == 1
    assert "national.yaml:" in result.stderr
    assert "Traceback" not in result.stderr
