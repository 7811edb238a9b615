"""The files of a case as its page lists them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from casework.models import Case, Evidence
from casework.services.evidence import register
from casework.services.evidence.kinds import INLINE, KINDS
from casework.services.pages.files import size_words
from casework.services.pages.timeline import EventLine
from casework.text import Text
from casework.workflows.registry import WORKFLOWS

KIND = "kind"


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One file; ``picture``: it can be shown in place, with a small picture of it."""

    id: int
    seq: int
    what: Text | None
    kind: str
    ending: str
    name: str
    who: str
    at: datetime
    size: str
    sha256: str
    original_sha256: str
    cleaned: bool
    picture: bool


def evidence_lines(
    session: Session, case: Case, events: Sequence[EventLine]
) -> tuple[EvidenceLine, ...]:
    """The files that stand in this case's own events, oldest first."""
    rows = register.of_case(session, case)
    by_seq = {event.seq: event for event in events}
    names = register.names(session, case.chain) if rows else {}
    return tuple(
        _line(case, row, by_seq[row.seq], names.get((row.seq, row.id), ""))
        for row in rows
        if row.seq in by_seq
    )


def _line(case: Case, row: Evidence, event: EventLine, name: str) -> EvidenceLine:
    kind = KINDS[row.media_type]
    return EvidenceLine(
        id=row.id,
        seq=event.seq,
        what=_what(case, event),
        kind=kind.label,
        ending=kind.ending.upper(),
        name=name,
        who=event.who,
        at=event.at,
        size=size_words(row.size),
        sha256=row.sha256,
        original_sha256=row.original_sha256,
        cleaned=row.cleaned,
        picture=row.cleaned and row.media_type in INLINE,
    )


def _what(case: Case, event: EventLine) -> Text | None:
    """What was chosen for it, where the form of its action asks for a kind."""
    action = WORKFLOWS[case.case_type].action(event.action)
    asked = {f.label for f in action.fields if f.name == KIND} if action else set()
    given = (line.values[0] for line in event.lines if line.label in asked and line.values)
    return next((value for value in given if isinstance(value, Text)), None)
