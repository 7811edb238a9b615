"""What a finding rests on: flags, contradictions, evidence and events of the same matter."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from casework.models import (
    Case,
    Clock,
    Contradiction,
    Disposition,
    Event,
    Evidence,
    Finding,
    FindingGround,
    Flag,
    ZeroReport,
)
from casework.models.finding import OPEN, UPHELD
from casework.services.findings.subjects import Subject

TELLING = frozenset({"file", "record_knowledge", "amend_fact", "record_report", "acknowledge"})
"""The events of a case that say who knew what when, and who was told."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One thing a finding can rest on."""

    kind: str
    ref: int


def parse(text: str) -> Ground | None:
    """A ground from ``kind:ref``, or None."""
    kind, _, ref = text.partition(":")
    return Ground(kind, int(ref)) if ref.isascii() and ref.isdigit() and len(ref) < 16 else None


def possible(session: Session, subject: Subject) -> list[Ground]:
    """Everything on record that a finding on this subject may rest on, kind by kind."""
    case = subject.case
    found = [Ground("flag", one) for one in session.scalars(_flags(subject))]
    found += [Ground("contradiction", one) for one in session.scalars(_contradictions(subject))]
    if case is not None:
        pieces = select(Evidence.id).where(Evidence.case_id == case.id).order_by(Evidence.id)
        found += [Ground("evidence", one) for one in session.scalars(pieces)]
        events = select(Event.seq).where(Event.case_key == case.chain, Event.action.in_(TELLING))
        found += [Ground("event", one) for one in session.scalars(events.order_by(Event.seq))]
    return found


def keep(session: Session, finding: Finding, grounds: Iterable[Ground]) -> None:
    """Store what the finding rests on."""
    session.add_all(FindingGround(finding_id=finding.id, kind=g.kind, ref=g.ref) for g in grounds)
    session.flush()


def of(session: Session, finding: Finding) -> list[Ground]:
    """What a finding rests on."""
    query = select(FindingGround).where(FindingGround.finding_id == finding.id)
    return [Ground(row.kind, row.ref) for row in session.scalars(query.order_by(FindingGround.id))]


def holding(session: Session, flag_id: int) -> Finding | None:
    """An open or upheld finding that rests on the flag: while there is one, the flag stands."""
    return session.scalar(
        select(Finding)
        .join(FindingGround, FindingGround.finding_id == Finding.id)
        .where(FindingGround.kind == "flag", FindingGround.ref == flag_id)
        .where(Finding.state.in_((*OPEN, UPHELD)))
        .order_by(Finding.id)
        .limit(1)
    )


def _flags(subject: Subject) -> Select[int]:
    """The standing flags of the matter, of the days it contradicts, of the signals it came by."""
    days = _contradictions(subject).with_only_columns(Contradiction.zero_report_id)
    same = and_(Clock.subject_kind == subject.kind, Clock.subject_id == subject.id)
    conditions: list[ColumnElement[bool]] = [
        Flag.clock_id.in_(select(Clock.id).where(same)),
        Flag.clock_id.in_(_clocks_of("zero_report", days.order_by(None))),
    ]
    if subject.case is not None:
        signals = select(Disposition.signal_id).where(Disposition.case_id == subject.case.id)
        conditions.append(Flag.case_id == subject.case.id)
        conditions.append(Flag.clock_id.in_(_clocks_of("signal", signals)))
    return select(Flag.id).where(or_(*conditions), Flag.cleared_at.is_(None)).order_by(Flag.id)


def _clocks_of(kind: str, ids: Select[int]) -> Select[int]:
    return select(Clock.id).where(Clock.subject_kind == kind, Clock.subject_id.in_(ids))


def _contradictions(subject: Subject) -> Select[int]:
    """What the case contradicts, or what contradicts the day."""
    query = select(Contradiction.id)
    if subject.case is not None:
        return query.where(Contradiction.case_id == subject.case.id).order_by(Contradiction.id)
    if subject.report is not None:
        return query.where(Contradiction.zero_report_id == subject.id).order_by(Contradiction.id)
    return query.where(Contradiction.id.is_(None))


def case_of(session: Session, ground: Ground, subject: Subject) -> Case | None:
    """The case that must be open to a reader before the ground may be shown; None: the unit's."""
    if ground.kind in {"evidence", "event"}:
        return subject.case
    if ground.kind == "contradiction":
        return session.get_one(Case, session.get_one(Contradiction, ground.ref).case_id)
    flag = session.get_one(Flag, ground.ref)
    return session.get_one(Case, flag.case_id) if flag.case_id is not None else None


def day_of(session: Session, ground: Ground) -> ZeroReport | None:
    """The attestation that a flag or a contradiction is about."""
    if ground.kind == "contradiction":
        report_id = session.get_one(Contradiction, ground.ref).zero_report_id
        return session.get_one(ZeroReport, report_id)
    if ground.kind != "flag":
        return None
    clock = session.get_one(Clock, session.get_one(Flag, ground.ref).clock_id)
    is_day = clock.subject_kind == "zero_report"
    return session.get_one(ZeroReport, clock.subject_id) if is_day else None
