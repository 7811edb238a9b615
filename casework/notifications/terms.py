"""How deliveries are tried again, how long, and when a person may be disturbed; pure.

The numbers come from ``config/notifications.yaml``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from casework.clock import LOCAL

MINUTE = timedelta(minutes=1)
NEVER_HELD = 2
"""From this level on no quiet hours and no muting hold a message back."""


@dataclass(frozen=True, slots=True)
class Retry:
    """Exponential back-off with jitter: ``first``, twice that, … up to ``most``."""

    first: timedelta = timedelta(seconds=15)
    most: timedelta = timedelta(minutes=30)
    jitter: float = 0.5
    """The part of the wait that chance decides, so that not everybody comes back at once."""

    def wait(self, failures: int, chance: float) -> timedelta:
        """How long to wait after so many failures in a row; ``chance`` is from 0 to 1."""
        doublings = max(0, min(failures - 1, 30))
        whole = min(self.most, self.first * (1 << doublings))
        return whole * (1 - self.jitter * chance)


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all deliveries of an installation."""

    retry: Retry = Retry()
    reroute_after: timedelta = timedelta(minutes=30)
    """When a message waits that long at a failing endpoint, the next channel is tried."""
    reroute_urgent_after: timedelta = timedelta(minutes=5)
    """The same from level 2 on."""
    give_up_after: timedelta = timedelta(hours=72)
    """Older parcels of a failing endpoint are dead letters."""
    refusals: int = 3
    """After so many refusals for good a parcel is a dead letter."""
    singles: int = 5
    """Up to so many messages go out one by one; more become one digest."""
    lease: timedelta = timedelta(minutes=5)
    """How long a deliverer owns what it claimed; it renews it while it sends, and the claims of one
    that died are free after that."""
    every: timedelta = timedelta(seconds=10)
    """How often a worker looks."""
    daily_at: time = time(7, 30)
    weekly_on: int = 1
    """The day of the weekly digest, from Monday = 1."""
    link_lives: timedelta = timedelta(days=3)
    """How long the link in a message acknowledges."""

    def patience(self, level: int) -> timedelta:
        """How long a message of a level waits at a failing endpoint before it goes elsewhere."""
        return self.reroute_urgent_after if level >= NEVER_HELD else self.reroute_after


@dataclass(frozen=True, slots=True)
class Quiet:
    """Quiet hours of a person in minutes of the local day; they may run past midnight."""

    start: int
    end: int

    def over(self, at: datetime) -> datetime:
        """The instant at which nothing more holds a message back: ``at`` itself outside of them."""
        local = at.astimezone(LOCAL)
        minute = local.hour * 60 + local.minute
        inside = (minute - self.start) % 1440 < (self.end - self.start) % 1440
        if not inside:
            return at
        left = (self.end - minute) % 1440
        return local.replace(second=0, microsecond=0) + timedelta(minutes=left)


def room(log: Sequence[datetime], per_minute: int | None, at: datetime) -> int:
    """How many sendings a limit leaves at an instant; ``log`` are the last ones, oldest first."""
    if per_minute is None:
        return 10_000
    return per_minute - sum(1 for sent in log if timedelta(0) <= at - sent < MINUTE)


def room_again(log: Sequence[datetime], per_minute: int, at: datetime) -> datetime:
    """When a full limit leaves room for one more: never more than the limit in any minute."""
    recent = [sent for sent in log if timedelta(0) <= at - sent < MINUTE]
    return recent[-per_minute] + MINUTE if len(recent) >= per_minute else at
