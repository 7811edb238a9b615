"""What the rules look at: one moment of a subject, what triggered it, and its rows so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from casework.deadlines.conditions import Context
from casework.deadlines.rules import Dues, Origin, Span

FACT = "fact:"
URGENT = "urgent"


@dataclass(frozen=True, slots=True)
class Trigger:
    """Something that happened, with the instant at which it really happened.

    A fact brings the instant since when it is known: within one step it may be older than the act
    that states it.
    """

    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One clock as the book sees it; ``id`` is None until it is stored."""

    rule_id: str
    rule_version: int
    recipient: str | None
    round: int
    origin: Origin
    started_at: datetime
    dues: Dues
    ladder: str
    stopped_at: datetime | None = None
    stopped_by: str | None = None
    id: int | None = None
    previous_id: int | None = None
    extensions: tuple[Span, ...] = ()
    """The approved extensions on this row: what would tighten it is extended by them, too."""


@dataclass(frozen=True, slots=True)
class Moment:
    """What the rules look at: the triggers, the subject before and after, its origins, its round.

    ``facts`` are the facts that hold now, each with the instant since when. ``final`` names the
    final state just entered, if one was: it voids whatever still runs. ``told`` are the reports to
    each recipient so far, this step's included; ``called`` those of them that were calls.
    """

    triggers: tuple[Trigger, ...]
    at: datetime
    state: str
    round: int
    before: Context
    after: Context
    origins: Mapping[Origin, datetime | None]
    facts: Mapping[str, datetime] = field(default_factory=dict)
    final: str | None = None
    told: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
    called: Mapping[str, Sequence[datetime]] = field(default_factory=dict)
