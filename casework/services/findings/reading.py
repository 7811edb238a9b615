"""Findings as pages and programs read them: the three voices, the clock, and what waits for whom.

The unit reads what it must answer; the evidence and whatever lies in a case that the reader may not
see stay at the bureau, so that nothing tells who reported.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clock as time
from casework.errors import NotFound
from casework.models import Case, Clock, Finding, Unit
from casework.models.finding import OPEN, PROPOSED
from casework.permissions import Actor, Permission
from casework.services.findings import deciding, grounds, people, scope, subjects
from casework.services.findings.beside import Beside, beside
from casework.services.findings.grounds import Ground
from casework.services.findings.subjects import Subject
from casework.services.scope import load_case

MOST = 100
"""How many findings a list shows."""


@dataclass(frozen=True, slots=True)
class Voice:
    """What one of the three said: empty as long as nothing is said."""

    text: str
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FindingData:
    """One finding as one reader finds it. ``subject_ref`` is empty where the reader may not know.

    ``grounds`` are those open to the reader, ``withheld`` counts the rest; ``evidence`` is empty
    for the unit. ``late``: answered, or still not answered, after the limit.
    """

    id: int
    kind: str
    by_analogy: bool
    state: str
    unit_id: int
    unit: str
    subject_kind: str
    subject_ref: str
    accused: tuple[str, ...]
    accusation: Voice
    evidence: str
    reply: Voice
    decision: Voice
    target_at: datetime | None
    limit_at: datetime | None
    late: bool
    ripe: bool
    grounds: tuple[Ground, ...]
    withheld: int
    of_bureau: bool
    may_reply: bool
    may_decide: bool
    may_withdraw: bool
    asked: Clock | None

    @property
    def waits(self) -> bool:
        """True when it waits for the reader to answer, or to decide what may be decided."""
        return self.may_reply or (self.may_decide and self.ripe)


def read(session: Session, actor: Actor, finding_id: int) -> FindingData:
    """One finding. Raises NotFound out of scope and for whom it accuses."""
    return _all_told(session, actor, [scope.load(session, actor, finding_id)])[0]


def in_scope(
    session: Session,
    actor: Actor,
    *,
    open_only: bool = False,
    ended_only: bool = False,
    unit_id: int | None = None,
) -> list[FindingData]:
    """The findings the actor may know of, the newest first."""
    query = select(Finding).join(Unit, Finding.unit_id == Unit.id).where(scope.visible(actor))
    if open_only:
        query = query.where(Finding.state.in_(OPEN))
    if ended_only:
        query = query.where(Finding.state.not_in(OPEN))
    if unit_id is not None:
        query = query.where(Finding.unit_id == unit_id)
    rows = session.scalars(query.order_by(Finding.id.desc()).limit(MOST)).all()
    return _all_told(session, actor, rows)


def about(session: Session, actor: Actor, kind: str, subject_id: int) -> list[FindingData]:
    """The findings on one matter, as far as the actor may know of them."""
    query = select(Finding).join(Unit, Finding.unit_id == Unit.id).where(scope.visible(actor))
    same = (Finding.subject_kind == kind, Finding.subject_id == subject_id)
    return _all_told(session, actor, session.scalars(query.where(*same)).all())


def waiting_for(session: Session, actor: Actor) -> list[FindingData]:
    """The findings that wait for this actor: for an answer, or for a decision that may be made."""
    if not actor.paths(Permission.FINDING_READ):
        return []
    return [one for one in in_scope(session, actor, open_only=True) if one.waits]


def subject_open(session: Session, actor: Actor, subject: Subject) -> bool:
    """True when the actor may know of the matter itself."""
    try:
        subjects.load(session, actor, subject.kind, subject.ref)
    except NotFound:
        return False
    return True


def _all_told(session: Session, actor: Actor, rows: Sequence[Finding]) -> list[FindingData]:
    found = beside(session, actor, rows) if rows else None
    return [_told(session, actor, row, found) for row in rows if found is not None]


def _told(session: Session, actor: Actor, row: Finding, by: Beside) -> FindingData:
    unit = session.get_one(Unit, row.unit_id)
    subject = subjects.of(session, row.subject_kind, row.subject_id)
    above = scope.of_bureau(actor, unit)
    texts, names, now = by.texts[unit.chain], by.names, time.now()
    known = row.subject_id in by.seen if subject.case else subject_open(session, actor, subject)
    accused = by.accused.get(row.id, ())
    first = texts.get(row.proposed_seq, {})
    asked = by.clocks.get(row.id)
    limit = asked.limit_at if asked else None
    open_, out = row.state in OPEN, people.out(row, subject, accused)
    rests_on = by.grounds.get(row.id, ())
    shown = [one for one in rests_on if _open_to(session, actor, one, subject, known=known)]
    speaks = people.may_speak(session, actor, unit, now, out) if row.state == PROPOSED else None
    decides = people.may_decide(session, actor, unit, subject, out) if open_ else None
    return FindingData(
        id=row.id,
        kind=row.kind,
        by_analogy=row.by_analogy,
        state=row.state,
        unit_id=unit.id,
        unit=unit.name,
        subject_kind=row.subject_kind,
        subject_ref=subject.ref if known else "",
        accused=tuple(names[one] for one in accused) if above else (),
        accusation=_voice(first.get("accusation"), names, row.proposed_by, row.proposed_at),
        evidence=first.get("evidence", "") if above else "",
        reply=_voice(
            texts.get(row.replied_seq or 0, {}).get("reply"), names, row.replied_by, row.replied_at
        ),
        decision=_voice(
            texts.get(row.decided_seq or 0, {}).get("reasons"),
            names,
            row.decided_by,
            row.decided_at,
        ),
        target_at=asked.target_at if asked else None,
        limit_at=limit,
        late=limit is not None and (row.replied_at or row.decided_at or now) > limit,
        ripe=open_ and deciding.ripe(row, asked, now),
        grounds=tuple(shown),
        withheld=len(rests_on) - len(shown),
        of_bureau=above,
        may_reply=speaks is not None,
        may_decide=decides is not None,
        may_withdraw=open_ and row.proposed_by == actor.user_id and above,
        asked=asked,
    )


def _voice(text: str | None, names: dict[int, str], by: int | None, at: datetime | None) -> Voice:
    return Voice(text or "", names.get(by or 0, ""), at)


def _open_to(
    session: Session, actor: Actor, ground: Ground, subject: Subject, *, known: bool
) -> bool:
    case = grounds.case_of(session, ground, subject)
    if case is subject.case and case is not None:
        return known
    return case is None or _sees(session, actor, case)


def _sees(session: Session, actor: Actor, case: Case) -> bool:
    try:
        load_case(session, actor, case.number)
    except NotFound:
        return False
    return True
