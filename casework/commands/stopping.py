"""A clean end on SIGTERM and SIGINT: what runs is finished, then the process leaves with 0."""

from __future__ import annotations

import signal
from collections.abc import Callable
from threading import Event
from types import FrameType

SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stop:
    """Listens for the signals from its making on; a second one cannot break off the ending."""

    def __init__(self, then: Callable[[], None] | None = None) -> None:
        self._asked = Event()
        self._then = then
        for one in SIGNALS:
            signal.signal(one, self._ask)

    def wait(self) -> None:
        """Come back when a signal has arrived."""
        while not self._asked.wait(1):  # Windows delivers no signal into an endless wait
            pass

    def _ask(self, number: int, frame: FrameType | None) -> None:
        if self._asked.is_set():
            return
        self._asked.set()
        if self._then is not None:
            self._then()
