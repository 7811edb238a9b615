"""A clock as a page shows it: what is left, in which tone, the bar and the reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.deadlines.derivation import from_data
from casework.models import Case, Clock
from casework.permissions import ROLE_LABELS
from casework.services.pages import labels
from casework.text import Text
from casework.workflows.definition import Choice
from casework.workflows.definitions.common_choices import RECIPIENTS

SOON = timedelta(minutes=30)
SECONDS = re.compile(r"(\d\d:\d\d):\d\d")
URGENT = "urgent"
PERIOD = "period"
"""The ladder of what merely elapses and is no duty."""


class Tone(StrEnum):
    """The four tones of time: told by word, icon, place and colour."""

    QUIET = "quiet"
    SOON = "soon"
    TARGET = "target"
    LIMIT = "limit"


WORST_FIRST = (Tone.LIMIT, Tone.TARGET, Tone.SOON, Tone.QUIET)


class Kept(StrEnum):
    """How a duty that is done was kept."""

    IN_TARGET = "in_target"
    IN_LIMIT = "in_limit"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Due:
    """The instant that counts now: the target or the limit; ``left`` is negative when late."""

    at: datetime
    tone: Tone
    left: timedelta
    limit: bool

    @property
    def late(self) -> bool:
        """True when the instant has passed."""
        return self.tone in {Tone.TARGET, Tone.LIMIT}


@dataclass(frozen=True, slots=True)
class Bar:
    """Places on a bar of 1000: from the start over target to limit, and where now is."""

    target: int | None
    limit: int | None
    now: int


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock with its reasons."""

    id: int
    rule_id: str
    rule_version: int
    region: str
    title: str
    recipient: str
    key: tuple[str, str]
    urgent: bool
    owner: str
    round: int
    started_at: datetime
    target_at: datetime | None
    limit_at: datetime | None
    stopped_at: datetime | None
    kept: Kept
    period: bool
    provisional: bool
    default: bool
    due: Due | None
    bar: Bar | None
    basis: str
    basis_en: str
    quote: str
    evidence: str
    derivation: tuple[Text, ...]


def due_of(clock: Clock, now: datetime) -> Due | None:
    """What counts now for a running clock; None for one without thresholds."""
    target, limit = clock.target_at, clock.limit_at
    if limit is not None and now > limit:
        return Due(limit, Tone.LIMIT, limit - now, limit=True)
    if target is not None and now > target:
        return Due(target, Tone.TARGET, target - now, limit=False)
    at = target or limit
    if at is None:
        return None
    left = at - now
    soon = left <= max(SOON, (at - clock.started_at) / 5)
    return Due(at, Tone.SOON if soon else Tone.QUIET, left, limit=at == limit)


def line(clock: Clock, now: datetime) -> ClockLine:
    """A clock row as the page shows it."""
    terms = clock.terms
    return ClockLine(
        id=clock.id,
        rule_id=clock.rule_id,
        rule_version=clock.rule_version,
        region=clock.region,
        title=terms["title"],
        recipient=recipient_label(clock.recipient),
        key=(clock.rule_id, clock.recipient),
        urgent=terms["ladder"] == URGENT,
        owner=ROLE_LABELS.get(clock.owner, clock.owner),
        round=clock.round,
        started_at=clock.started_at,
        target_at=clock.target_at,
        limit_at=clock.limit_at,
        stopped_at=clock.stopped_at,
        kept=_kept(clock),
        period=terms["ladder"] == PERIOD,
        provisional=clock.provisional,
        default=bool(terms["default"]),
        due=due_of(clock, now) if clock.stopped_at is None else None,
        bar=_bar(clock, now) if clock.stopped_at is None else None,
        basis=terms["basis"],
        basis_en=terms["basis_en"],
        quote=terms["quote"] or "",
        evidence=labels.EVIDENCE.get(terms["evidence"], terms["evidence"]),
        derivation=tuple(map(_to_the_minute, from_data(clock.derivation))),
    )


def of_case(session: Session, case: Case) -> tuple[tuple[ClockLine, ...], tuple[ClockLine, ...]]:
    """Running clocks, the worst and nearest first, periods last; stopped ones, the newest first."""
    now = time.now()
    lines = [
        line(clock, now)
        for clock in session.scalars(
            select(Clock).where(Clock.case_id == case.id).order_by(Clock.id)
        )
    ]
    running = [one for one in lines if one.stopped_at is None]
    running.sort(key=urgency)
    stopped = [one for one in lines if one.stopped_at is not None]
    stopped.sort(key=lambda one: one.stopped_at or now, reverse=True)
    return tuple(running), tuple(stopped)


def urgency(one: ClockLine) -> tuple[bool, int, datetime]:
    """Where a running clock stands among others: by tone, then by the instant that counts now."""
    tone = WORST_FIRST.index(one.due.tone) if one.due else len(WORST_FIRST)
    return one.period, tone, one.due.at if one.due else one.started_at


def _kept(clock: Clock) -> Kept:
    """Whether a stopped clock kept its target, only its limit, or neither."""
    at, target, limit = clock.stopped_at, clock.target_at, clock.limit_at
    if at is None or at <= (target or limit or at):
        return Kept.IN_TARGET
    return Kept.IN_LIMIT if limit is not None and at <= limit else Kept.TOO_LATE


def _bar(clock: Clock, now: datetime) -> Bar | None:
    end = max((at for at in (clock.target_at, clock.limit_at) if at), default=None)
    if end is None or end <= clock.started_at:
        return None
    span = end - clock.started_at

    def place(at: datetime | None) -> int | None:
        return (
            None if at is None else max(0, min(1000, round(1000 * (at - clock.started_at) / span)))
        )

    return Bar(place(clock.target_at), place(clock.limit_at), place(now) or 0)


def _to_the_minute(step: Text) -> Text:
    """A step of the derivation without seconds: pages count in minutes."""
    shown = {
        name: SECONDS.sub(r"\1", value) if isinstance(value, str) else value
        for name, value in step.params.items()
    }
    return Text(step.msgid, shown)


_RECIPIENTS: dict[str, Choice] = {str(choice.value): choice for choice in RECIPIENTS}


def recipient_label(value: str) -> str:
    found = _RECIPIENTS.get(value)
    return found.label if found else value
