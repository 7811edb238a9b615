"""The real processes: start, serve, sweep, and leave cleanly on a signal."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest

from config.settings import ROOT
from tests import forks

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


def test_the_server_starts_from_nothing_warns_of_nothing_and_leaves_with_zero(
    env: dict[str, str],
) -> None:
    with subprocess.Popen(
        [sys.executable, "-W", "error", "app.py"],
        cwd=ROOT,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        try:
            assert health(env)["status"] == "ok"
            server.terminate()
            out, err = server.communicate(timeout=SOON)
        finally:
            server.kill()

    assert server.returncode == 0, err
    assert env["CASEWORK_PORT"] in out
    assert "Traceback" not in err


def test_the_server_migrates_sweeps_and_leaves_with_zero_when_interrupted(
    env: dict[str, str], tmp_path: Path
) -> None:
    log = tmp_path / "log"
    server = forks.serve(env, log)
    assert health(env)["status"] == "ok"
    os.kill(server.pid or 0, signal.SIGINT)

    assert forks.end(server) == 0, log.read_text()
    assert "Traceback" not in log.read_text()


def test_a_taken_port_is_one_sentence(env: dict[str, str], tmp_path: Path) -> None:
    log = tmp_path / "log"
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(env["CASEWORK_PORT"])))
        taken.listen()
        assert forks.end(forks.serve(env, log)) == 1

    assert env["CASEWORK_PORT"] in log.read_text()
    assert "Traceback" not in log.read_text()


def test_the_worker_sweeps_and_leaves_with_zero(env: dict[str, str], tmp_path: Path) -> None:
    assert forks.flask(env, "init").returncode == 0
    out, err = tmp_path / "out", tmp_path / "err"
    worker = forks.start(env, ["worker"], out, err)
    until = time.monotonic() + SOON
    while not (err.exists() and "Sweeping" in err.read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    worker.terminate()
    assert forks.end(worker) == 0, err.read_text()
    swept = forks.flask(env, "sweep", "--json")

    assert json.loads(swept.stdout)["failed"] == []


def test_mistakes_in_the_settings_stop_the_start_in_words(env: dict[str, str]) -> None:
    offset = forks.flask({**env, "CASEWORK_CLOCK_OFFSET": "P3D"}, "user", "list")
    nonsense = forks.flask({**env, "CASEWORK_SWEEP_SECONDS": "soon"}, "user", "list")

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
    result = forks.flask({**env, "CASEWORK_RULES_DIR": str(rules)}, "init")

    assert result.returncode == 1
    assert "national.yaml:" in result.stderr
    assert "Traceback" not in result.stderr
