"""Is the device to be believed about when the roll was taken? Pure.

A phone that was offline tells when the roll was called. Its clock is compared with ours at the
moment of sending; only when it goes right, and what it says is possible, the clock of the duty is
judged by the taking, otherwise by the arrival. Both instants are kept whatever comes out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

TAKEN, ARRIVED = "taken", "arrived"


@dataclass(frozen=True, slots=True)
class Limits:
    """How far a device is believed."""

    skew: timedelta = timedelta(minutes=2)
    """How wrong its clock may go."""
    early: timedelta = timedelta(minutes=30)
    """How long before the bell a roll may be called."""
    oldest: timedelta = timedelta(hours=12)
    """How long a roll may wait for the network."""


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class Judged:
    """The instant that counts, which of the two it is, and why the device was doubted."""

    at: datetime
    by: str
    doubt: str = ""


def judge(
    taken_at: datetime | None,
    device_at: datetime | None,
    arrived_at: datetime,
    bell_at: datetime,
    limits: Limits = LIMITS,
) -> Judged:
    """The instant by which the duty is judged; never later than the arrival."""
    if taken_at is None:
        return Judged(arrived_at, ARRIVED)
    doubt = _doubt(taken_at, device_at, arrived_at, bell_at, limits)
    if doubt:
        return Judged(arrived_at, ARRIVED, doubt)
    return Judged(min(taken_at, arrived_at), TAKEN)


def _doubt(
    taken_at: datetime,
    device_at: datetime | None,
    arrived_at: datetime,
    bell_at: datetime,
    limits: Limits,
) -> str:
    if device_at is None:
        return "no_device_clock"
    if abs(device_at - arrived_at) > limits.skew:
        return "device_clock_wrong"
    if taken_at > min(device_at, arrived_at + limits.skew):
        return "taken_in_future"
    if taken_at < bell_at - limits.early:
        return "before_bell"
    if arrived_at - taken_at > limits.oldest:
        return "too_old"
    return ""
