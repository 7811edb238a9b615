"""In which order several processes run the tests: what takes long first, and each module whole.

`--dist worksteal` gives each process a run of neighbouring tests and lets who has finished take
from the end of another's. Left as collected, one process would have all browser stories, and the
others would tear them apart at the end, each with a server and a browser of its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

Item = TypeVar("Item")

SECONDS = {
    "tests/e2e/test_pages.py": 190,
    "tests/e2e/test_bullying_story.py": 55,
    "tests/e2e/test_roll_story.py": 35,
    "tests/e2e/test_emergency_story.py": 50,
    "tests/e2e/test_concealment_story.py": 30,
    "tests/e2e/test_opinion_story.py": 30,
    "tests/e2e/test_call_story.py": 20,
    "tests/e2e/test_document_story.py": 12,
    "tests/e2e/test_intake_story.py": 8,
    "tests/integration/access/test_matrix.py": 110,
    "tests/integration/access/test_side_doors.py": 30,
    "tests/integration/test_crashes.py": 45,
    "tests/integration/test_delivery_crashes.py": 45,
    "tests/integration/test_strictest.py": 40,
    "tests/integration/test_delivery.py": 30,
    "tests/integration/test_late_story.py": 14,
    "tests/integration/test_demo.py": 15,
    "tests/integration/test_robots.py": 15,
    "tests/integration/test_evidence.py": 18,
    "tests/integration/test_processes.py": 15,
    "tests/integration/test_sweepers.py": 12,
    "tests/functional/test_board.py": 15,
}
"""What the long modules take, roughly; the rest is short, and fills the gaps."""


def processes() -> int:
    """How many processes share the tests."""
    return int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))


def in_turn(items: list[pytest.Item], count: int) -> list[pytest.Item]:
    """The tests for so many processes."""
    return planned(items, count, lambda item: item.nodeid.partition("::")[0])


def planned(items: Sequence[Item], count: int, module: Callable[[Item], str]) -> list[Item]:
    """Shares of equal length one after the other, each beginning with the long modules it got."""
    if count < 2:
        return list(items)
    long: dict[str, list[Item]] = {}
    short = []
    for item in items:
        if module(item) in SECONDS:
            long.setdefault(module(item), []).append(item)
        else:
            short.append(item)
    shares: list[list[Item]] = [[] for _ in range(count)]
    taken = [0] * count
    for name in sorted(long, key=lambda name: -SECONDS[name]):
        place = taken.index(min(taken))
        shares[place] += long[name]
        taken[place] += SECONDS[name]
    rest, left = iter(short), len(items)
    for place, share in enumerate(shares):
        length = left // (count - place)  # as worksteal will cut them
        share += [item for _, item in zip(range(length - len(share)), rest, strict=False)]
        left -= len(share)
    return [item for share in (*shares, list(rest)) for item in share]
