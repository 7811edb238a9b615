"""Fixtures of the channels."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest


@pytest.fixture
def overheard() -> Iterator[list[str]]:
    """What reaches the log of an installation that writes everything.

    Not ``caplog``: it also hears loggers that keep their records to themselves.
    """
    found: list[str] = []
    handler = logging.Handler(logging.NOTSET)
    handler.setFormatter(logging.Formatter("%(name)s %(levelname)s %(message)s"))
    handler.emit = lambda record: found.append(handler.format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield found
    root.removeHandler(handler)
    root.setLevel(level)
