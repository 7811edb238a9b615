"""Log lines are JSON and carry nobody's name."""

from __future__ import annotations

import json
import subprocess
import sys

from config.settings import ROOT

SCRIPT = """
import logging, structlog
from config.logging import configure_logging
configure_logging()
structlog.get_logger("casework.jobs").info("swept", escalated=2, name="张三")
logging.getLogger("waitress").warning("queue depth %d", 3, extra={"narrative": "李四"})
"""


def test_lines_are_json_without_personal_values() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=True
    )
    ours, theirs = map(json.loads, done.stderr.splitlines())

    assert (ours["event"], ours["escalated"], ours["level"]) == ("swept", 2, "info")
    assert ours["at"].endswith("Z")
    assert (theirs["event"], theirs["logger"]) == ("queue depth 3", "waitress")
    assert (ours["name"], theirs["narrative"]) == ("-", "-")
