"""The next school day of the county, hour by hour: the server lives at the time a story needs."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from casework.clock import LOCAL
from casework.deadlines.calendar import default_calendar
from tests.e2e.conftest import Installation

DAY = default_calendar().next_worked(datetime.now(LOCAL).date() + timedelta(days=1))
"""The day of the story, a school day of the term that the county is in."""
NEXT = default_calendar().next_worked(DAY + timedelta(days=1))


def instant(said: str, *, later: bool = False) -> datetime:
    """A time of the day of the story, or of the school day after it."""
    return datetime.combine(NEXT if later else DAY, time.fromisoformat(said), LOCAL)


class Hours:
    """Lets it be a time of day, for the server and for every page that is asked of it."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation

    def become(self, said: str, *, later: bool = False) -> None:
        """It is this time now."""
        offset = instant(said, later=later) - datetime.now(LOCAL)
        self._installation.start(f"PT{int(offset.total_seconds())}S")
