"""The four timestamps side by side, and who knew what, when, and when it was entered here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from casework.models import Case
from casework.services.pages import labels
from casework.services.pages.audit_chain import Told, label, marks
from casework.services.pages.audit_clocks import AuditClock, Lateness
from casework.services.pages.shown import Line
from casework.services.pages.timeline import Narrator
from casework.text import N_, Text
from casework.workflows.case import FILE

STAMPS: tuple[tuple[str, str, str], ...] = (
    ("occurred_at", N_("Happened"), ""),
    ("known_at", N_("Known"), ""),
    ("filed_at", N_("Filed"), "file"),
    ("received_at", N_("Acknowledged"), "acknowledge"),
)
"""Each timestamp of a case: its words, and after the dot the rules that time it."""
KNOWING = frozenset({"record_knowledge", "amend_fact"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """One of the four instants, the gap to the one before, and whether its duty was kept."""

    label: str
    at: datetime | None
    gap: timedelta | None
    timed: bool
    late: Lateness | None
    running: bool


@dataclass(frozen=True, slots=True)
class Known:
    """One entry about who knew what: when it was entered, by whom, and what it says."""

    seq: int
    at: datetime
    by: int | None
    label: str
    lines: tuple[Line, ...]
    marks: tuple[Text, ...]


def stamps(case: Case, clocks: Iterable[AuditClock]) -> tuple[Stamp, ...]:
    """The four timestamps in the order in which they should follow each other."""
    timed: Mapping[str, list[AuditClock]] = {"file": [], "acknowledge": []}
    for one in clocks:
        timed.get(one.line.rule_id.rpartition(".")[2], []).append(one)
    found, before = [], None
    for name, words, rule in STAMPS:
        at: datetime | None = getattr(case, name)
        own = timed.get(rule, [])
        late = [one.late for one in own if one.late is not None]
        worst = max(late, key=lambda one: (one.limit, one.span), default=None)
        found.append(
            Stamp(
                label=words,
                at=at,
                gap=at - before if at is not None and before is not None else None,
                timed=bool(own),
                late=worst,
                running=any(one.line.stopped_at is None for one in own),
            )
        )
        before = at or before
    return tuple(found)


def knowledge(
    session: Session, case: Case, events: Iterable[Told], *, readable: bool
) -> tuple[Known, ...]:
    """The filing, what was recorded of earlier knowledge, late entries and corrections.

    The words of an entry are left out when the chain is damaged and cannot be trusted.
    """
    wanted = [
        event
        for event in events
        if event.action in KNOWING | {FILE}
        or event.data.get("entered_late")
        or event.data.get("corrected_after_report")
    ]
    narrator = Narrator(session, case) if readable else None
    return tuple(
        Known(
            event.seq,
            event.at,
            event.actor_id,
            label(case, event.action) or labels.EVENTS[FILE],
            _said(event, narrator),
            marks(event),
        )
        for event in wanted
    )


def _said(event: Told, narrator: Narrator | None) -> tuple[Line, ...]:
    """What an entry says: of the filing only since when it was known."""
    if narrator is None:
        return ()
    if event.action != FILE:
        return narrator.given_at(event.seq)
    known = event.data.get("core", {}).get("known_at")
    return (Line(STAMPS[1][1], (datetime.fromisoformat(known),)),) if known else ()
