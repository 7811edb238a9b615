"""The duty to save a roll: its rules by region, its due instants, and when it first reminds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.deadlines.ladder import next_step
from casework.deadlines.rules import Dues, Rule
from casework.services.memo import remembered
from casework.services.policy import policy
from casework.services.subject_clocks import OPENED

KIND = "roll"


@dataclass(frozen=True, slots=True)
class Duty:
    """What one bell demands in a region: both due instants, and when the first rung comes."""

    rule: Rule
    dues: Dues
    first_at: datetime

    @property
    def limit_at(self) -> datetime | None:
        """When the flag is raised."""
        return self.dues.limit_at


def prefix(session: Session, region: str) -> str:
    """The pack that holds in a region."""
    governed = policy(session)
    return governed.packs.prefix(region or governed.region)


def duty(session: Session, region: str, bell_at: datetime) -> Duty | None:
    """What a bell demands in a region; None when no rule speaks of rolls there."""
    held = prefix(session, region)
    key = ("roll duty", held, bell_at)
    return remembered(session, key, lambda: next(iter(duties(session, held, bell_at)), None))


def duties(session: Session, region: str, bell_at: datetime) -> Iterable[Duty]:
    """Every rule about rolls in a region, counted from a bell."""
    governed = policy(session)
    for rule in governed.packs.for_region(region).values():
        if rule.subject != KIND or not rule.openings(OPENED, {}, ""):
            continue
        dues = rule.due(bell_at, {}, governed.calendar)
        step = next_step(
            {},
            governed.ladders[rule.ladder({})],
            rule,
            bell_at,
            dues.target_at,
            dues.limit_at,
            bell_at,
            governed.calendar,
        )
        yield Duty(rule, dues, step.at if step else bell_at)
