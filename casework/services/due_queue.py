"""The clocks of one batch of the sweep in the order in which their rungs fall due."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from heapq import heappop, heappush

from casework.models import Clock


class DueQueue:
    """The clocks of one batch, the one whose next rung fell due first in front."""

    def __init__(self, rows: Sequence[Clock]) -> None:
        self._ids = {row.id for row in rows}
        self.end = max((row.next_rung_at for row in rows if row.next_rung_at), default=None)
        self._heap: list[tuple[datetime, int, Clock]] = []
        for row in rows:
            self.push(row)

    def push(self, row: Clock) -> None:
        """Line the clock up for its next rung, unless that is for a later batch."""
        if row.next_rung_at is not None and self.end is not None and row.next_rung_at <= self.end:
            heappush(self._heap, (row.next_rung_at, row.id, row))

    def pop(self) -> Clock | None:
        """The first clock that still runs: a rung before it may have stopped or moved it."""
        while self._heap:
            due_at, _, row = heappop(self._heap)
            if row.stopped_at is None and row.next_rung_at == due_at:
                return row
        return None

    def knows(self, ids: Iterable[int]) -> bool:
        """True when all these clocks are of this batch."""
        return self._ids.issuperset(ids)
