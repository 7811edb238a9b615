"""How a counted figure of a case moved: each step with who said it and since when it was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Verdict(StrEnum):
    """What a stated figure is worth."""

    COUNTS = "counts"
    WAITS = "waits"
    CONFIRMED = "confirmed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One step of one figure: from which value to which, in which act, since when known.

    ``after_report``: the bureau had been told something else before. ``said_at_first``: since when,
    as it was said before somebody put it right; duties began then.
    """

    name: str
    value: int
    before: int | None
    at: datetime
    known_at: datetime
    action: str
    seq: int
    actor_id: int | None
    after_report: bool
    verdict: Verdict
    reviewed_by: int | None = None
    reviewed_at: datetime | None = None
    said_at_first: datetime | None = None

    @property
    def rises(self) -> bool:
        """True when the figure went up."""
        return self.before is not None and self.value > self.before

    @property
    def falls(self) -> bool:
        """True when the figure went down."""
        return self.before is not None and self.value < self.before
